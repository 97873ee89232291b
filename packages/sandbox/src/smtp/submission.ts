import { randomUUID } from 'node:crypto';
import type { Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createServer } from 'node:tls';
import { SMTPServer, type SMTPServerAuthentication, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import type { Certificates } from '../certificate.ts';
import type { FaultHook } from '../fault.ts';
import type { Store } from '../store/store.ts';

export interface SubmissionSettings {
  readonly store: Store;
  readonly certificates: Certificates;
  readonly allowClearText: boolean;
  readonly acceptToken: ((address: string, token: string) => boolean) | undefined;
  readonly fault: FaultHook;
}

type Done = (error?: Error | null) => void;
const LARGEST_MAIL = 150 * 1024 * 1024;

/** A server, and how to drop its sessions. */
export interface Submission {
  readonly listener: Server;
  kick(): void;
}

/**
 * SMTP submission (RFC 6409): a login, then mail for the sandbox's users into their inboxes; nothing leaves the machine.
 * With `implicitTls` TLS is there from the first byte, else by STARTTLS.
 */
export function submissionServer(settings: SubmissionSettings, implicitTls: boolean): Submission {
  const server = new SMTPServer({
    ...ruling(settings),
    secure: implicitTls,
    secured: implicitTls,
    ...handlers(settings, (id) => drop(id)),
  });
  const drop = (id?: string) => {
    for (const connection of server.connections) if (id === undefined || connection.id === id) connection._socket.destroy();
  };
  // A client that goes away in the middle is no fault of the server's.
  server.on('error', () => undefined);
  // Node's own TLS server: the library asks a handshake that was torn down for its protocol, which takes the whole process along.
  const listener = implicitTls
    ? createServer(tlsOptions(settings), (socket) => server.connect(socket, { id: randomUUID() }))
    : server.server;
  return { listener, kick: () => drop() };
}

function tlsOptions({ certificates: { cert, key } }: SubmissionSettings) {
  return { cert, key, minVersion: 'TLSv1.2' } as const;
}

function ruling(settings: SubmissionSettings): SMTPServerOptions {
  const { allowClearText, acceptToken } = settings;
  return {
    ...tlsOptions(settings),
    allowInsecureAuth: allowClearText,
    authMethods: ['PLAIN', 'LOGIN', ...(acceptToken ? ['XOAUTH2'] : [])],
    disableReverseLookup: true,
    logger: false,
    size: LARGEST_MAIL,
    banner: 'Mailwright sandbox',
  };
}

function handlers(settings: SubmissionSettings, drop: (id: string) => void): SMTPServerOptions {
  const at = (command: string, session: SMTPServerSession, done: Done, go: () => void) => {
    const fault = settings.fault(command, 'smtp');
    if (fault === undefined) go();
    else if (fault === 'drop' || fault === 'do-and-drop') drop(session.id);
    else if (fault !== 'silence') done(refusal(fault.no));
  };
  return {
    onConnect: (session, done) => at('CONNECT', session, done, done),
    onAuth: (auth, session, done) =>
      at(
        'AUTH',
        session,
        (error) => done(error),
        () => signIn(settings, auth, done),
      ),
    onMailFrom: (_address, session, done) => at('MAIL', session, done, done),
    onRcptTo: (_address, session, done) => at('RCPT', session, done, done),
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      const keep = (raw: Buffer) => {
        if (stream.sizeExceeded) return done(refusal('552 5.3.4 the message is too large'));
        settings.store.deliver(
          mailFrom === false ? '' : mailFrom.address,
          rcptTo.map(({ address }) => address),
          raw,
        );
        done();
      };
      buffer(stream).then((raw) => at('DATA', session, done, () => keep(raw)), done);
    },
  };
}

function signIn(
  { store, acceptToken }: SubmissionSettings,
  auth: SMTPServerAuthentication,
  done: (error: Error | null, answer?: { user: string }) => void,
): void {
  const account = store.account(auth.username ?? '');
  const rightful =
    auth.method === 'XOAUTH2' ? acceptToken?.(account?.address ?? '', auth.accessToken ?? '') : account?.password === auth.password;
  if (account && rightful) done(null, { user: account.address });
  else done(refusal('535 5.7.8 the user name or password is wrong'));
}

/** A refusal by its words, which may begin with a reply code; 554 unless they do. */
function refusal(words: string): Error {
  const [, code = '554', text = words] = /^([45]\d\d) (.*)$/s.exec(words) ?? [];
  return Object.assign(new Error(text), { responseCode: Number(code) });
}
