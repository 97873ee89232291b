import type { Server } from 'node:net';
import { conversations, type Sessions } from '../listener.ts';
import { Session, type ServerSettings } from './session.ts';

/** An IMAP server with TLS from the first byte, or with STARTTLS. `sessions` gets the open connections. */
export function imapServer(settings: ServerSettings, implicitTls: boolean, sessions: Sessions): Server {
  return conversations((socket) => new Session(socket, settings), implicitTls ? settings.context : undefined, sessions);
}
