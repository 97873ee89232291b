import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { Destination } from '@mailwright/core';

/** A socket that is connected, straight to a host. Throws Node's own errors, and `signal.reason` where that ends it. */
export function connected({ host, port }: Destination, signal: AbortSignal, looked?: (address: string) => void): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connect({ host, port, noDelay: true });
  socket.once('lookup', (error: Error | null, address: string) => error ?? looked?.(address));
  return ready(socket, 'connect', signal);
}

/** TLS over a socket for HTTP, checked for the host. */
export function secured(socket: Socket, host: string, secureContext: SecureContext, signal: AbortSignal): Promise<TLSSocket> {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return ready(connectTls({ socket, host, secureContext, ...servername, ALPNProtocols: ['http/1.1'] }), 'secureConnect', signal);
}

/** Waits for an event of a socket; whatever else happens to it ends it. */
export function ready<S extends Socket>(socket: S, event: string, signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const over = (error?: unknown) => {
      socket.off(event, done).off('error', over).off('close', closed);
      signal.removeEventListener('abort', stop);
      if (error === undefined) return resolve(socket);
      // What else it has to say concerns nobody.
      socket.on('error', () => undefined).destroy();
      reject(error as Error);
    };
    const done = () => over();
    const closed = () => over(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    const stop = () => over(signal.reason);
    socket.once(event, done).once('error', over).once('close', closed);
    signal.addEventListener('abort', stop, { once: true });
  });
}
