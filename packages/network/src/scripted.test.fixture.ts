import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface Scripted extends AsyncDisposable {
  readonly port: number;
  /** All that was sent to it. */
  heard(): string;
  /** Connections that are open. */
  open(): number;
}

/** A server on loopback that does with each connection as it is told. */
export async function scripted(serve: (socket: Socket) => void): Promise<Scripted> {
  const sockets = new Set<Socket>();
  let heard = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket
      .on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))
      .on('error', () => undefined)
      .on('close', () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Says one thing after another, each when something was heard; a list of bytes at once. */
export const saying =
  (...answers: readonly (string | readonly number[])[]) =>
  (socket: Socket): void => {
    const left = [...answers];
    socket.on('data', () => {
      const answer = left.shift();
      if (answer !== undefined) socket.write(typeof answer === 'string' ? answer : Buffer.from(answer));
    });
  };
