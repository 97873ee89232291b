import { isIP } from 'node:net';
import {
  EmailError,
  serverAddress,
  signingIn,
  type Credential,
  type Limits,
  type Mailbox,
  type OpenContext,
  type ServerAddress,
  type Phrase,
} from '@mailwright/core';
import { PortWatch } from '@mailwright/network';
import { Client } from './client.ts';
import { PORTS, type Config } from './config.ts';
import { Conversation } from './conversation.ts';
import { toEmailError, toSignInError } from './errors.ts';
import { mailboxOver } from './mailbox.ts';
import { authOf, checkMechanism } from './sign-in.ts';
import { Stages } from './stages.ts';
import { tlsOptions, verifyPeer } from './tls.ts';

/** Servers end idle connections after 30 minutes (RFC 3501 section 5.4); ours ends before that, and the session makes a new one. */
const LONGEST_IDLE = 29 * 60_000;
/** Room for what stands around the largest literal of a response. */
const AROUND_LITERAL = 10 * 1024 * 1024;

type SignIn = Exclude<Credential, { readonly kind: 'none' }>;

/**
 * Connects, protects the connection, signs in. Errors: `connection.*`, `auth.rejected`, `auth.token_expired`, `auth.mechanism_missing`,
 * `input.invalid` (before any traffic, for a credential that would travel in the clear).
 */
export function open(config: Config, credential: Credential, ctx: OpenContext): Promise<Mailbox> {
  return signingIn(credential, ctx, (fresh) => openOnce(config, credential, ctx, fresh));
}

async function openOnce(config: Config, credential: Credential, ctx: OpenContext, fresh: boolean): Promise<Mailbox> {
  const address = serverAddress(config, 'imap', PORTS);
  checkCredential(credential, address, config, ctx);
  const stages = new Stages(ctx, address);
  const over = new AbortController();
  const client: Client = new Client(optionsOf(address, config, ctx), {
    dial: () => ctx.dial(address, { signal: over.signal, limit: stepOf(ctx.limits), told: (stage, text) => stages.dialed(stage, text) }),
    securing: (socket) => stages.securing(socket, (secured) => verifyPeer(secured, address, config.trustCertificate)),
    signIn: async (connected) => {
      if (address.security !== 'none') verifyPeer(connected.encrypted, address, config.trustCertificate);
      stages.greeted(connected);
      checkMechanism(credential, connected, address);
      return authOf(credential, ctx.mailbox, fresh);
    },
  });
  await within(
    client,
    over,
    ctx,
    address,
    () => stages.waitingFor(),
    () => client.connect(),
    credential,
  );
  stages.signedIn(credential, client);
  return mailboxOver(new Conversation(client, ctx, address));
}

function checkCredential(
  credential: Credential,
  { security }: ServerAddress,
  config: Config,
  { mailbox }: OpenContext,
): asserts credential is SignIn {
  if (credential.kind === 'none')
    throw new EmailError('input.invalid', {
      path: 'auth.mode',
      problem: 'IMAP needs a login',
      cure: 'Choose a login mode other than none.',
    });
  if (mailbox !== undefined && credential.kind === 'password')
    throw new EmailError('input.invalid', {
      path: 'mailbox',
      problem: `over IMAP a password opens the mailbox of its own user, not ${mailbox}`,
      cure: 'Leave mailbox out, or use an OAuth2 login mode of a user who may open it.',
    });
  if (security === 'none' && !config.allowClearTextPassword)
    throw new EmailError('input.invalid', {
      path: 'security',
      problem: 'with security none everyone on the way could read the password',
      cure: 'Choose tls or starttls. Only where that is impossible, set allowClearTextPassword.',
    });
}

/** Milliseconds of the whole that name, connecting, TLS and greeting may take each. */
const stepOf = ({ connect }: Limits) => Math.ceil(connect / 3);

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

/** The whole opening under one deadline and the session's signal; whatever fails, the connection is closed. */
async function within(
  client: Client,
  over: AbortController,
  { signal, limits, dial }: OpenContext,
  address: ServerAddress,
  waitingFor: () => Phrase,
  work: () => Promise<void>,
  { username }: SignIn,
): Promise<void> {
  const began = performance.now();
  const seconds = Math.ceil(limits.connect / 1000);
  let ended: EmailError | undefined;
  const end = (error: EmailError) => {
    ended ??= error;
    over.abort();
    client.close();
  };
  // Somebody else's deadline may be shorter than ours.
  const passed = () => Math.max(1, Math.round((performance.now() - began) / 1000));
  const timeout = () =>
    new EmailError('connection.timeout', { host: address.host, port: address.port, what: waitingFor(), seconds: passed() });
  using port = new PortWatch({ address, protocol: 'IMAP', dial, signal, greeted: () => client.greeted }, end);
  const stop = () =>
    end((signal.reason as Error | undefined)?.name === 'TimeoutError' ? timeout() : new EmailError('automation.cancelled', {}));
  if (signal.aborted) stop();
  const timer = setTimeout(() => end(timeout()), limits.connect);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await work();
  } catch (error) {
    client.close();
    const step = Math.ceil(seconds / 3);
    throw ended ?? (await port.explain(toSignInError(client.failure ?? error, username, { address, what: waitingFor(), seconds: step })));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
  if (ended) throw toEmailError(ended, { address, what: waitingFor(), seconds });
}
