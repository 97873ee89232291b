import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerAuthentication, type SMTPServerSession } from 'smtp-server';
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

/**
 * SMTP submission (RFC 6409): a login, then mail for the sandbox's users into their inboxes; nothing leaves the machine.
 * With `implicitTls` TLS is there from the first byte, else by STARTTLS. `sockets` gets the open connections.
 */
export function submissionServer(settings: SubmissionSettings, implicitTls: boolean, sockets: Set<Socket>): SMTPServer {
  const { store, certificates, allowClearText, acceptToken, fault } = settings;
  const at = (command: string, session: SMTPServerSession, done: Done, go: () => void) => {
    const what = fault(command, 'smtp');
    if (what === undefined) return go();
    if (what === 'drop') for (const socket of sockets) if (socket.remotePort === session.remotePort) socket.destroy();
    if (typeof what === 'object') done(refusal(what.no));
  };
  const server = new SMTPServer({
    secure: implicitTls,
    key: certificates.key,
    cert: certificates.cert,
    minVersion: 'TLSv1.2',
    allowInsecureAuth: allowClearText,
    authMethods: ['PLAIN', 'LOGIN', ...(acceptToken ? ['XOAUTH2'] : [])],
    disableReverseLookup: true,
    logger: false,
    size: LARGEST_MAIL,
    banner: 'Mailwright sandbox',
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
        store.deliver(
          mailFrom === false ? '' : mailFrom.address,
          rcptTo.map(({ address }) => address),
          raw,
        );
        done();
      };
      buffer(stream).then((raw) => at('DATA', session, done, () => keep(raw)), done);
    },
  });
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // A client that goes away in the middle is no fault of the server's.
  server.on('error', () => undefined);
  return server;
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
