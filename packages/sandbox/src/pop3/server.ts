import type { Server } from 'node:net';
import { conversations, type Sessions } from '../listener.ts';
import { Pop3Session, type Pop3Settings } from './session.ts';

/** A POP3 server with TLS from the first byte, or with STLS. `sessions` gets the open connections. */
export function pop3Server(settings: Pop3Settings, implicitTls: boolean, sessions: Sessions): Server {
  return conversations((socket) => new Pop3Session(socket, settings), implicitTls ? settings.context : undefined, sessions);
}
