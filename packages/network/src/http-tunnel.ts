import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { EmailError, type Destination } from '@mailwright/core';
import { authority, nameOf, type Proxy } from './proxy.ts';

/** Bytes that a proxy may say before the way is open. */
const LONGEST_ANSWER = 16 * 1024;

/** Opens a way through an HTTP proxy with CONNECT (RFC 9110 section 9.3.6), over a socket to it. The proxy looks the name up. */
export function httpTunnel(socket: Socket, proxy: Proxy, to: Destination): Promise<void> {
  const { login } = proxy;
  const basic = login && Buffer.from(`${login.username}:${login.password.reveal()}`).toString('base64');
  return new Promise((resolve, reject) => {
    const asked = request({
      method: 'CONNECT',
      path: authority(to),
      headers: { host: authority(to), ...(basic !== undefined && { 'proxy-authorization': `Basic ${basic}` }) },
      maxHeaderSize: LONGEST_ANSWER,
      createConnection: () => socket,
    });
    asked.once('error', reject);
    asked.once('connect', (answer, _, head) => {
      const { statusCode = 0 } = answer;
      if (statusCode < 200 || statusCode > 299) return reject(refusal(answer, proxy, to));
      // The server's first words may have come together with the proxy's.
      if (head.length > 0) socket.unshift(head);
      resolve();
    });
    asked.end();
  });
}

function refusal(
  { statusCode = 0, statusMessage = '', headersDistinct: headers }: IncomingMessage,
  proxy: Proxy,
  to: Destination,
): EmailError {
  const about = { proxy: nameOf(proxy), ...to, proxySaid: `${statusCode} ${statusMessage}`.trim().slice(0, 100) };
  // Some say 401 to a wrong password.
  if (statusCode === 407 || statusCode === 401) return loginRefusal(proxy, headers['proxy-authenticate'] ?? headers['www-authenticate']);
  return statusCode >= 500 ? new EmailError('connection.host_unreachable', about) : new EmailError('connection.proxy_blocked', about);
}

function loginRefusal(proxy: Proxy, challenges: readonly string[] = []): EmailError {
  const offered = challenges.flatMap((one) => /^\s*([A-Za-z0-9-]{1,30})/.exec(one)?.[1] ?? []);
  return new EmailError('connection.proxy_login', { proxy: nameOf(proxy), given: proxy.login?.username, offered: offered.slice(0, 10) });
}
