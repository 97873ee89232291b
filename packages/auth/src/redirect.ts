import { createServer, type Server } from 'node:http';
import { EmailError } from '@mailwright/core';

/** What a provider sent back with the browser. */
export interface Returned {
  readonly code: string;
}
export interface Awaited {
  readonly state: string;
  /** `iss` of the answer is compared where it comes (RFC 9207). */
  readonly issuer?: string;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly patience: number;
  readonly refused: (error: string, description: string | undefined) => EmailError;
}

const LOOPBACK = new Map([
  ['localhost', ['127.0.0.1', '::1']],
  ['127.0.0.1', ['127.0.0.1']],
  ['[::1]', ['::1']],
]);

/**
 * Listens at a loopback redirect URI (RFC 8252 section 7.3) until one good answer has come. `begin` gets the URI to register: with
 * the port that was free where none was given. Errors: `auth.redirect_busy`, `auth.cancelled`, `input.invalid` for another host.
 */
export async function redirected(uri: string, awaited: Awaited, begin: (uri: string) => Promise<void>): Promise<Returned> {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const addresses = url?.protocol === 'http:' ? LOOPBACK.get(url.hostname) : undefined;
  if (!url || !addresses)
    throw new EmailError('input.invalid', {
      path: 'redirectUri',
      problem: `"${uri}" does not lead back to this machine`,
      cure: 'Register http://localhost:8888/Callback, or another address of localhost, and name it here.',
    });
  const { promise, resolve, reject } = Promise.withResolvers<Returned>();
  promise.catch(() => undefined);
  const servers: Server[] = [];
  const end = () =>
    reject(new EmailError('auth.cancelled', { because: awaited.signal.aborted ? 'it was stopped' : 'nobody finished it in time' }));
  const timer = setTimeout(end, awaited.patience);
  awaited.signal.addEventListener('abort', end, { once: true });
  if (awaited.signal.aborted) end();
  try {
    let port = Number(url.port || 0);
    for (const address of addresses) {
      const server = await listen(address, port, url.pathname, awaited, resolve, reject);
      if (!server) continue;
      servers.push(server);
      port = (server.address() as { port: number }).port;
    }
    url.port = String(port);
    // An address without a path is registered without a slash.
    const whole = url.pathname === '/' && !uri.endsWith('/') ? url.href.slice(0, -1) : url.href;
    await Promise.race([begin(whole), promise]);
    return await promise;
  } finally {
    clearTimeout(timer);
    awaited.signal.removeEventListener('abort', end);
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

/** Undefined where the machine has no such address (IPv6 switched off). */
function listen(
  address: string,
  port: number,
  path: string,
  awaited: Awaited,
  resolve: (returned: Returned) => void,
  reject: (error: EmailError) => void,
): Promise<Server | undefined> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const say = (status: number, text: string, done?: () => void) => {
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', connection: 'close' });
      response.end(`<!doctype html><meta charset="utf-8"><title>Mailwright</title><p>${text}</p>`, done);
    };
    const given = url.searchParams;
    if (url.pathname !== path) return say(404, 'There is nothing here.');
    const issuer = given.get('iss');
    if (given.get('state') !== awaited.state || (issuer !== null && awaited.issuer !== undefined && issuer !== awaited.issuer))
      return say(400, 'This answer does not belong to the sign-in that was begun.');
    const code = given.get('code');
    if (code) return say(200, 'Signed in. You can close this window.', () => resolve({ code }));
    const error = given.get('error') ?? 'server_error';
    return say(200, 'The sign-in was refused. You can close this window.', () =>
      reject(awaited.refused(error, given.get('error_description') ?? undefined)),
    );
  });
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') done(undefined);
      else fail(new EmailError('auth.redirect_busy', { port }, { cause: error }));
    });
    server.listen({ host: address, port, exclusive: true }, () => done(server));
  });
}
