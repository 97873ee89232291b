import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { EmailError, say, serverAddress, signingIn, type Credential, type Mailbox, type OpenContext, type Phrase } from '@mailwright/core';
import { cleanText, timeIn } from '@mailwright/mime';
import { Stages, checkLogin, encrypted, opening, stepOf } from '@mailwright/network';
import { Client } from './client.ts';
import { PORTS, type Config } from './config.ts';
import { Conversation } from './conversation.ts';
import { isTaken, toSignInError } from './errors.ts';
import { mailboxOver } from './mailbox.ts';
import { Maildrop } from './maildrop.ts';
import { chooseMechanism, mechanismsOf, signIn } from './sign-in.ts';

/**
 * Connects, protects the connection, signs in, and asks which messages there are. While another client has the mailbox open it is tried
 * again, within the time of an opening. Errors: `connection.*`, `auth.rejected`, `auth.token_expired`, `auth.mechanism_missing`,
 * `server.throttled`, `input.invalid` (before any traffic, for a credential that would travel in the clear).
 */
export async function open(config: Config, credential: Credential, ctx: OpenContext): Promise<Mailbox> {
  const until = performance.now() + ctx.limits.connect;
  for (let wait = 1000; ; wait *= 2)
    try {
      return await signingIn(credential, ctx, (fresh) => openOnce(config, credential, ctx, fresh));
    } catch (error) {
      if (!isTaken(error) || performance.now() + wait > until) throw error;
      await sleep(wait, undefined, { signal: ctx.signal }).catch(() => {
        throw new EmailError('automation.cancelled', {});
      });
    }
}

async function openOnce(config: Config, credential: Credential, ctx: OpenContext, fresh: boolean): Promise<Mailbox> {
  const address = serverAddress(config, 'pop3', PORTS);
  checkLogin(credential, { protocol: 'POP3', ...config, security: address.security, mailbox: ctx.mailbox });
  const stages = new Stages(ctx, address);
  const client = new Client(address, ctx.limits.idle);
  const { username } = credential;
  await opening(
    {
      address,
      protocol: 'POP3',
      ctx,
      waitingFor: () => stages.waitingFor(),
      greeted: () => client.greeted,
      close: () => client.close(),
      explained: (error, what, seconds) => toSignInError(error, username, { address, what, seconds }),
    },
    async (over) => {
      const secure = async (socket: Duplex) => {
        const secured = await encrypted(socket as Socket, address, { ca: ctx.tls.ca, pin: config.trustCertificate, signal: over });
        stages.secured(secured);
        return secured;
      };
      const told = (stage: 'name' | 'reach', text: Phrase) => stages.dialed(stage, text);
      const way = await ctx.dial(address, { signal: over, limit: stepOf(ctx.limits), told });
      const said = cleanText(await client.begin(address.security === 'tls' ? await secure(way) : way)).text;
      await protect(client, secure, address);
      stages.greeted({ said, ways: mechanismsOf(client.capabilities), serverTime: timeIn(said) });
      const mechanism = chooseMechanism(credential, client, address);
      await signIn(client, credential, mechanism, { address, mailbox: ctx.mailbox, fresh });
    },
  );
  stages.signedIn(credential);
  const talk = new Conversation(client, ctx, address);
  return mailboxOver(talk, await talk.turn(say`list messages`, ctx.limits.search, () => Maildrop.of(client)));
}

/** Asks what the server can, behind the protection that was asked for: what was said before may be anybody's. */
async function protect(
  client: Client,
  secure: (socket: Duplex) => Promise<Duplex>,
  { host, port, security }: ReturnType<typeof serverAddress>,
): Promise<void> {
  const offered = await client.CAPA();
  if (security !== 'starttls') return;
  if (offered && !offered.has('STLS')) throw new EmailError('connection.starttls_missing', { host, port });
  await client.STLS(secure);
  await client.CAPA();
}
