import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import { EmailError } from '@mailwright/core';

/** Loopback and nothing else: the sandbox is no mail server for a network. */
export const HOST = '127.0.0.1';

/** A server's port and how to end it. */
export interface Listener {
  readonly port: number;
  /** Ends the server and every connection at once, also those that are in the middle of a handshake. */
  stop(): Promise<void>;
  /** Drops every connection; the server goes on. */
  drop(): void;
}

/** One client's conversation with a server of ours. `serve` never throws. */
export interface Session {
  serve(): Promise<void>;
  drop(): void;
}
/** The open conversations of all servers. */
export type Sessions = Set<Session>;

/** A server that talks to each client as `converse` does: with TLS from the first byte where it has a context, else with what the protocol has. */
export function conversations(converse: (socket: Socket) => Session, tls: SecureContext | undefined, sessions: Sessions): Server {
  return createServer((socket: Socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    const session = converse(tls ? new TLSSocket(socket, { isServer: true, secureContext: tls }) : socket);
    sessions.add(session);
    socket.on('close', () => sessions.delete(session));
    void session.serve();
  });
}

/** Listens on a port, 0 for a free one. Errors: `input.invalid` where it is taken. */
export async function listen(server: Server, port: number, option: string): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException) => {
      const problem =
        cause.code === 'EADDRINUSE' ? `another program uses port ${port}` : `port ${port} cannot be used (${cause.code ?? cause.message})`;
      reject(new EmailError('input.invalid', { path: option, problem, cure: 'Choose another port, or 0 for a free one.' }, { cause }));
    };
    server.once('error', refused);
    server.listen(port, HOST, () => {
      server.off('error', refused);
      resolve();
    });
  });
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      drop();
    });
  return { port: (server.address() as AddressInfo).port, stop, drop };
}
