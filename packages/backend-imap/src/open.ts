import { isIP } from 'node:net';
import { serverAddress, signingIn, type Credential, type Mailbox, type OpenContext, type ServerAddress } from '@mailwright/core';
import { cleanText, timeIn } from '@mailwright/mime';
import { Stages, checkLogin, opening, stepOf, tlsOptions, verifyPeer } from '@mailwright/network';
import type { Client } from './client.ts';
import { PORTS, type Config } from './config.ts';
import { Conversation } from './conversation.ts';
import { toSignInError } from './errors.ts';
import { mailboxOver } from './mailbox.ts';
import { authOf, checkMechanism, mechanismsOf } from './sign-in.ts';

/** Servers end idle connections after 30 minutes (RFC 3501 section 5.4); ours ends before that, and the session makes a new one. */
const LONGEST_IDLE = 29 * 60_000;
/** Room for what stands around the largest literal of a response. */
const AROUND_LITERAL = 10 * 1024 * 1024;

/**
 * Connects, protects the connection, signs in. Errors: `connection.*`, `auth.rejected`, `auth.token_expired`, `auth.mechanism_missing`,
 * `input.invalid` (before any traffic, for a credential that would travel in the clear).
 */
export function open(config: Config, credential: Credential, ctx: OpenContext): Promise<Mailbox> {
  return signingIn(credential, ctx, (fresh) => openOnce(config, credential, ctx, fresh));
}

async function openOnce(config: Config, credential: Credential, ctx: OpenContext, fresh: boolean): Promise<Mailbox> {
  const address = serverAddress(config, 'imap', PORTS);
  checkLogin(credential, { protocol: 'IMAP', ...config, security: address.security, mailbox: ctx.mailbox });
  const stages = new Stages(ctx, address);
  let over: AbortSignal | undefined;
  // The library is a third of what there is to load: whoever opens nothing does without.
  const { Client: Imap } = await import('./client.ts');
  const client: Client = new Imap(optionsOf(address, config, ctx), {
    dial: () =>
      ctx.dial(address, { signal: over ?? ctx.signal, limit: stepOf(ctx.limits), told: (stage, text) => stages.dialed(stage, text) }),
    securing: (socket) => stages.securing(socket, (secured) => verifyPeer(secured, address, config.trustCertificate)),
    signIn: async (connected) => {
      if (address.security !== 'none') verifyPeer(connected.encrypted, address, config.trustCertificate);
      const said = cleanText(connected.greeting ?? '').text;
      stages.greeted({ said, ways: mechanismsOf(connected), alerts: alertsOf(connected), serverTime: timeIn(said) });
      checkMechanism(credential, connected, address);
      return authOf(credential, ctx.mailbox, fresh);
    },
  });
  const { username } = credential;
  await opening(
    {
      address,
      protocol: 'IMAP',
      ctx,
      waitingFor: () => stages.waitingFor(),
      greeted: () => client.greeted,
      close: () => client.close(),
      explained: (error, what, seconds) => toSignInError(client.failure ?? error, username, { address, what, seconds }),
    },
    (ended) => {
      over = ended;
      return client.connect();
    },
  );
  stages.signedIn(credential, alertsOf(client));
  return mailboxOver(new Conversation(client, ctx, address));
}

/** RFC 3501 section 7.1: an alert must be shown to the user. */
const alertsOf = (client: Client) => client.takeAlerts().map((one) => cleanText(one).text);

function optionsOf(address: ServerAddress, config: Config, { limits, tls }: OpenContext): ConstructorParameters<typeof Client>[0] {
  const { host, port, security } = address;
  const step = stepOf(limits);
  return {
    host,
    port,
    secure: security === 'tls',
    ...(security !== 'tls' && { doSTARTTLS: security === 'starttls' }),
    ...(isIP(host) === 0 && { servername: host }),
    tls: security === 'none' ? {} : tlsOptions(tls.ca, config.trustCertificate),
    logger: false,
    clientInfo: { name: 'Mailwright', vendor: 'Mailwright', version: '', 'support-url': '' },
    disableAutoIdle: true,
    disableAutoEnable: true,
    disableCompression: true,
    connectionTimeout: step,
    greetingTimeout: step,
    socketTimeout: LONGEST_IDLE,
    maxLineLength: limits.line,
    maxLiteralSize: limits.largestMessage,
    maxResponseSize: limits.largestMessage + AROUND_LITERAL,
  };
}
