import { EmailError, say, type Credential, type Mailbox, type OpenContext } from '@mailwright/core';
import { Stages, Web, stepOf } from '@mailwright/network';
import { Client } from './client.ts';
import { addressOf, baseOf, type Config } from './config.ts';
import { Folders } from './folders.ts';
import { mailboxOver } from './mailbox.ts';
import { senderOver } from './send-only.ts';

/** Connections to Graph: as many as there may be questions at a time. */
const CONNECTIONS = 4;

/**
 * Looks at the inbox: that shows the way, the certificate, the token and the right to read at once. Errors: `connection.*`,
 * `auth.token_expired`, `auth.mailbox_forbidden`, `auth.sign_in_needed` where the server wants more than the token shows,
 * `server.throttled`; `input.invalid` before any traffic for a login without a token.
 */
export async function open(config: Config, credential: Credential, ctx: OpenContext): Promise<Mailbox> {
  if (credential.kind !== 'token')
    throw new EmailError('input.invalid', {
      path: 'auth.mode',
      problem: say`Microsoft Graph takes tokens alone`,
      cure: say`Choose one of the OAuth2 login modes.`,
    });
  const address = addressOf(config);
  const stages = new Stages(ctx, address);
  const web = new Web({
    dial: ctx.dial,
    ca: ctx.tls.ca,
    pin: config.trustCertificate,
    connect: stepOf(ctx.limits) * 2,
    idle: ctx.limits.idle,
    connections: CONNECTIONS,
    signal: ctx.signal,
    told: (stage, text) => stages.dialed(stage, text),
    secured: (socket) => stages.secured(socket),
  });
  const client = new Client({ web, base: baseOf(config), address, credential, ctx });
  const signedIn = () => {
    stages.greeted({ said: '', ways: ['Bearer'], serverTime: client.serverTime });
    stages.signedIn(credential);
  };
  try {
    const { id } = await client.json<{ readonly id: string }>({
      path: 'mailFolders/inbox?$select=id',
      what: stages.waitingFor(),
      ms: ctx.limits.connect,
      again: true,
    });
    signedIn();
    return mailboxOver(client, new Folders(client, id));
  } catch (error) {
    if (EmailError.is(error, 'auth.mailbox_forbidden') && !ctx.readOnly && (await client.sendsOnly())) {
      signedIn();
      return senderOver(client, error);
    }
    await client.close();
    throw error;
  }
}
