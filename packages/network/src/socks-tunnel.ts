import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { EmailError, type Destination } from '@mailwright/core';
import { nameOf, type Proxy } from './proxy.ts';

/** Replies of RFC 1928 section 6 by the library's names, in words; `blocked`: the proxy's rules forbid it. */
const REPLIES: Readonly<Record<string, readonly [words: string, blocked?: 'blocked']>> = {
  Failure: ['general failure'],
  NotAllowed: ['not allowed by its rules', 'blocked'],
  NetworkUnreachable: ['network unreachable'],
  HostUnreachable: ['host unreachable'],
  ConnectionRefused: ['connection refused'],
  TTLExpired: ['the host is too far away'],
  CommandNotSupported: ['it makes no connections', 'blocked'],
  AddressNotSupported: ['it does not take this kind of address', 'blocked'],
};

/** Opens a way through a SOCKS5 proxy (RFC 1928, RFC 1929), over a socket to it. The proxy looks the name up. */
export async function socksTunnel(socket: Socket, proxy: Proxy, to: Destination, limit: number): Promise<void> {
  const { host, port, login } = proxy;
  const { SocksClient } = await import('socks');
  // The library takes its listeners away before the socket is closed for good.
  socket.on('error', () => undefined);
  await SocksClient.createConnection({
    command: 'connect',
    existing_socket: socket,
    // Ours ends first.
    timeout: limit + 1000,
    proxy: { host, port, type: 5, ...(login && { userId: login.username, password: login.password.reveal() }) },
    destination: { ...to },
  }).catch((error: unknown) => {
    throw refusal(error as Error, proxy, to);
  });
  await putBack(socket);
}

/** What came after the proxy's answer is told by the library as data, once, in the next turn: it goes back to whoever reads next. */
async function putBack(socket: Socket): Promise<void> {
  const early: Buffer[] = [];
  const keep = (chunk: Buffer) => void early.push(chunk);
  socket.on('data', keep);
  await nextTurn();
  socket.off('data', keep).pause();
  if (early.length > 0) socket.unshift(Buffer.concat(early));
  // As a socket is that nobody has read from: the first listener makes it flow. Node does the same after CONNECT.
  (socket as { readableFlowing: boolean | null }).readableFlowing = null;
}

/** The library's errors have no codes, and carry the password: their texts are looked at, the errors themselves stay here. */
function refusal({ message }: Error, proxy: Proxy, to: Destination): unknown {
  const said = /rejected connection - (\w+)/.exec(message)?.[1];
  const name = nameOf(proxy);
  // `Granted` here: the version of the answer was wrong.
  if (said !== undefined && said !== 'Granted') {
    const [proxySaid, blocked] = REPLIES[said] ?? ['an answer without a meaning'];
    const about = { proxy: name, ...to, proxySaid };
    return blocked ? new EmailError('connection.proxy_blocked', about) : new EmailError('connection.host_unreachable', about);
  }
  if (/authentication (failed|type)/i.test(message))
    return new EmailError('connection.proxy_login', { proxy: name, given: proxy.login?.username, offered: [] });
  const closed = message === 'Socket closed';
  return Object.assign(new Error(closed ? 'closed' : 'no SOCKS5'), { code: closed ? 'ECONNRESET' : 'EPROTO' });
}
