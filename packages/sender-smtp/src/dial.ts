import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  EmailError,
  say,
  signingIn,
  type Credential,
  type OpenContext,
  type Phrase,
  type ServerAddress,
  type StageName,
} from '@mailwright/core';
import { cleanText, timeIn } from '@mailwright/mime';
import { PortWatch, beforeGreeting, trust } from '@mailwright/network';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Config } from './config.ts';
import { openingError } from './errors.ts';

/** Characters of one reply of a server, all its lines together. */
const LONGEST_REPLY = 64 * 1024;

/** A connection that is signed in: name, TCP, TLS, greeting and login, each told as a stage of the connection that is then used. */
export function dial(address: ServerAddress, config: Config, credential: Credential, ctx: OpenContext): Promise<SMTPConnection> {
  // Who sends signs in, whoever's mailbox it is: a shared one has no login of its own (the sender's address names it).
  const own = credential.kind !== 'none' && credential.username === ctx.mailbox;
  return signingIn(credential, own ? ctx : {}, (fresh) => dialOnce(address, config, credential, ctx, fresh));
}

async function dialOnce(
  address: ServerAddress,
  config: Config,
  credential: Credential,
  ctx: OpenContext,
  fresh: boolean,
): Promise<SMTPConnection> {
  const began = performance.now();
  const seconds = Math.round(ctx.limits.connect / 1000);
  const trying = { ...address, what: say`opening`, seconds, ...(credential.kind !== 'none' && { username: credential.username }) };
  const tell = stages(ctx);
  const timeOut = AbortSignal.timeout(ctx.limits.connect);
  const signal = AbortSignal.any([ctx.signal, timeOut]);
  let open: SMTPConnection | undefined;
  const close = () => open?.close();
  // Closing alone does not end the library's own waiting.
  const { promise: ended, reject: end } = Promise.withResolvers<never>();
  ended.catch(() => undefined);
  const abort = () => {
    end(new Error('ended'));
    close();
  };
  signal.addEventListener('abort', abort, { once: true });
  let greeting: string | undefined;
  const wrongPort = (error: EmailError) => {
    end(error);
    close();
  };
  using port = new PortWatch({ address, protocol: 'SMTP', dial: ctx.dial, signal, greeted: () => greeting !== undefined }, wrongPort);
  try {
    const way = await ctx.dial(address, { signal, limit: Math.ceil(ctx.limits.connect / 3), told: tell });
    // Loaded when there is a server to talk to.
    const { default: Connection } = await import('nodemailer/lib/smtp-connection');
    const connection = new Connection(optionsFor(address, config, ctx, way));
    open = connection;
    hearGreeting(connection, (text) => (greeting = text));
    await Promise.race([greet(connection), ended]);
    checkCertificate(connection, way, address, config, tell);
    tell('greeting', greetingText(greeting ?? '', connection), timeIn(greeting ?? ''));
    await Promise.race([signIn(connection, credential, fresh), ended]);
    tell('sign-in', signedIn(credential));
    return connection;
  } catch (error) {
    close();
    const known = await explained(error);
    throw greeting === undefined ? beforeGreeting(known, address) : known;
  } finally {
    signal.removeEventListener('abort', abort);
  }

  async function explained(error: unknown): Promise<EmailError> {
    if (EmailError.is(error)) return error;
    if (ctx.signal.aborted && (ctx.signal.reason as Error | undefined)?.name !== 'TimeoutError')
      return new EmailError('automation.cancelled', {}, { cause: error });
    if (!signal.aborted) return port.explain(openingError(error, trying));
    const passed = Math.max(1, Math.round((performance.now() - began) / 1000));
    const late = { host: address.host, port: address.port, what: greeting === undefined ? say`greeting` : say`opening`, seconds: passed };
    return new EmailError('connection.timeout', late, { cause: error });
  }
}

function signedIn(credential: Credential): Phrase {
  if (credential.kind === 'none') return say`No login was asked for.`;
  const { username } = credential;
  return credential.kind === 'password'
    ? say`Signed in as ${{ username }} with a password.`
    : say`Signed in as ${{ username }} with a token.`;
}

type Tell = (stage: StageName, text: Phrase, serverTime?: string) => void;

function stages(ctx: OpenContext): Tell {
  let began = performance.now();
  return (stage, text, serverTime) => {
    const ms = Math.round(performance.now() - began);
    ctx.stage({ stage, side: 'sending', state: 'ok', ms, text, ...(serverTime !== undefined && { serverTime }) });
    began = performance.now();
  };
}

function optionsFor({ host, port, security }: ServerAddress, config: Config, ctx: OpenContext, connection: Socket): object {
  return {
    host,
    port,
    connection,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: {
      ...(isIP(host) === 0 && { servername: host }),
      host,
      secureContext: trust(ctx.tls.ca),
      // A pinned certificate may be one that nobody vouches for: it is compared before the login.
      rejectUnauthorized: config.trustCertificate === undefined,
    },
    connectionTimeout: ctx.limits.connect,
    greetingTimeout: ctx.limits.connect,
    socketTimeout: 4 * ctx.limits.idle,
    maxResponseSize: LONGEST_REPLY,
    logger: false,
    debug: false,
  };
}

/** The library answers the greeting, and keeps it nowhere. */
function hearGreeting(connection: SMTPConnection, heard: (text: string) => void): void {
  const greeted = connection as unknown as { _actionGreeting: (this: SMTPConnection, reply: string) => void };
  const act = greeted._actionGreeting.bind(connection);
  greeted._actionGreeting = (reply) => {
    if (reply.startsWith('220')) heard(reply);
    act(reply);
  };
}

/** Ways to sign in are what the library knows of them. */
function greetingText(greeting: string, connection: SMTPConnection): Phrase {
  const said = cleanText(greeting.replace(/^220[ -]/gm, ''))
    .text.replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  const known = (connection as unknown as { _supportedAuth?: readonly string[] })._supportedAuth ?? [];
  const ways = known.length === 0 ? say`none` : known.join(', ');
  return said === ''
    ? say`The server says nothing. Ways to sign in: ${{ ways }}.`
    : say`The server says “${{ said }}”. Ways to sign in: ${{ ways }}.`;
}

function greet(connection: SMTPConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.connect((error) => {
      connection.off('error', reject);
      if (error) reject(error);
      else resolve();
    });
  });
}

function checkCertificate(connection: SMTPConnection, way: Socket, { host }: ServerAddress, config: Config, tell: Tell): void {
  const socket: unknown = (connection as unknown as { _socket: unknown })._socket;
  // The way itself may be TLS to a proxy.
  if (socket === way || !(socket instanceof TLSSocket)) return;
  const found = socket.getPeerCertificate();
  const plain = (text: string | undefined) => text?.replace(/:/g, '').toUpperCase();
  if (config.trustCertificate !== undefined && !socket.authorized && plain(found.fingerprint256) !== plain(config.trustCertificate))
    throw new EmailError('connection.tls_untrusted', {
      host,
      problem: say`it is not the certificate that was accepted for this session.`,
      sha256: found.fingerprint256,
    });
  const given = found.subject?.CN;
  const name = Array.isArray(given) ? given.join(', ') : (given ?? host);
  const protocol = socket.getProtocol() ?? 'TLS';
  tell('tls', say`${{ protocol }}, certificate of ${{ name }}, valid until ${{ until: found.valid_to }}.`);
}

async function signIn(connection: SMTPConnection, credential: Credential, fresh: boolean): Promise<void> {
  if (credential.kind === 'none') return;
  const auth =
    credential.kind === 'password' ? { user: credential.username, pass: credential.password.reveal() } : await bearer(credential, fresh);
  await new Promise<void>((resolve, reject) => {
    connection.login(auth as never, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** XOAUTH2 with an access token of ours: the library never gets a refresh token. A refused one is not tried twice. */
async function bearer(credential: Extract<Credential, { kind: 'token' }>, fresh: boolean): Promise<object> {
  const { username } = credential;
  const value = (await credential.token({ fresh })).value.reveal();
  const oauth2 = {
    getToken: (again: boolean, done: (error: Error | null, token?: string) => void) =>
      again ? done(Object.assign(new Error('refused'), { code: 'EAUTH', responseCode: 535 })) : done(null, value),
    buildXOAuth2Token: (given: string) => Buffer.from(`user=${username}\u0001auth=Bearer ${given}\u0001\u0001`).toString('base64'),
  };
  return { type: 'OAUTH2', user: username, oauth2 };
}
