import type { AddressInfo, Server, Socket } from 'node:net';
import { EmailError } from '@mailwright/core';

/** Loopback and nothing else: the sandbox is no mail server for a network. */
export const HOST = '127.0.0.1';

/** A server's port and how to end it. */
export interface Listener {
  readonly port: number;
  /** Ends the server and every connection at once, also those that are in the middle of a handshake. */
  stop(): Promise<void>;
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
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: (server.address() as AddressInfo).port, stop };
}
