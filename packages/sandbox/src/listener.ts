import type { AddressInfo, Server } from 'node:net';
import { EmailError } from '@mailwright/core';

/** Loopback and nothing else: the sandbox is no mail server for a network. */
export const HOST = '127.0.0.1';

/** Listens on a port, 0 for a free one, and gives the port. Errors: `input.invalid` where it is taken. */
export function listen(server: Server, port: number, option: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException) => {
      const problem =
        cause.code === 'EADDRINUSE' ? `another program uses port ${port}` : `port ${port} cannot be used (${cause.code ?? cause.message})`;
      reject(new EmailError('input.invalid', { path: option, problem, cure: 'Choose another port, or 0 for a free one.' }, { cause }));
    };
    server.once('error', refused);
    server.listen(port, HOST, () => {
      server.off('error', refused);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Ends a server at once: its open connections must be gone or destroyed. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
