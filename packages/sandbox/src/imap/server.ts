import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Session, type ServerSettings } from './session.ts';

/** The open connections of a server. */
export type Sessions = Set<Session>;

/** An IMAP server with TLS from the first byte, or with STARTTLS. `sessions` gets the open connections. */
export function imapServer(settings: ServerSettings, implicitTls: boolean, sessions: Sessions): Server {
  return createServer((socket: Socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    const top = implicitTls ? new TLSSocket(socket, { isServer: true, secureContext: settings.context }) : socket;
    const session = new Session(top, settings);
    sessions.add(session);
    socket.on('close', () => sessions.delete(session));
    void session.serve();
  });
}
