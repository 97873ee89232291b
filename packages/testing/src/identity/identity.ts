import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate, createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Provider, ProviderModule } from 'oidc-provider';
import { makeApplicationCertificate } from '../certificates.ts';
import { assertionGrant, passwordGrant } from './grants.ts';
import { certified, settings, type Keys } from './settings.ts';

/** What the next questions for a token get instead of an answer. */
export interface ProviderFault {
  readonly times: number;
  readonly status: number | 'html' | 'hang';
  readonly error?: string;
  readonly suberror?: string;
  readonly description?: string;
  /** Seconds, or a date. */
  readonly retryAfter?: number | string;
  /** What was asked stands in the answer, as it came and decoded. */
  readonly echo?: boolean;
}

/** npm's oidc-provider over HTTPS with the paths of Microsoft, so that its library can be pointed at it too. */
export interface Identity extends AsyncDisposable {
  readonly port: number;
  readonly tenant: string;
  readonly issuer: string;
  /**
   * Client ids. `short` gets tokens of four seconds; `daemon`, `certified` and `jwt` are applications of their own: one with a secret,
   * one with a certificate, one whose tokens are JWTs. Those that need a secret share one.
   */
  readonly clients: Readonly<Record<'native' | 'web' | 'short' | 'daemon' | 'certified' | 'jwt' | 'device' | 'ropc', string>>;
  readonly secret: string;
  /** PEM: certificate and private key of the application `certified`. */
  readonly certificate: string;
  readonly introspection: string;
  /** PEM, and its name: what JWTs are signed with. */
  readonly signingKey: { readonly id: string; readonly publicKey: string };
  /** Kinds of the grants that were asked for. */
  readonly grants: string[];
  /** Address and path of every question. */
  readonly callers: string[];
  /** Every token that was given, of whatever kind. */
  readonly tokens: string[];
  fail(fault: ProviderFault | undefined): void;
  /** A service account's public key (PEM): its signed assertions are good from here on, for all but `undelegated@...`. */
  trust(publicKey: string): void;
  close(): Promise<void>;
}

const CLIENTS: Identity['clients'] = {
  native: 'native-app',
  web: 'web-app',
  short: 'short-app',
  daemon: 'daemon-app',
  certified: 'certified-app',
  jwt: 'jwt-app',
  device: 'device-app',
  ropc: 'ropc-app',
};

/** Starts the provider with the server certificate of a folder. `users`: names before @example.test, and their passwords. */
export async function startIdentity(pki: string, users: Readonly<Record<string, string>>): Promise<Identity> {
  const { default: Provider, errors } = (await import('oidc-provider')) as ProviderModule;
  const tenant = 'contoso.test';
  const secret = `canary-${randomBytes(16).toString('hex')}`;
  const tls = { key: readFileSync(join(pki, 'server.key')), cert: readFileSync(join(pki, 'server.pem')) };
  const certificate = makeApplicationCertificate(pki);
  const grants: string[] = [];
  const callers: string[] = [];
  const tokens: string[] = [];
  let fault: ProviderFault | undefined;
  let trusted: string | undefined;
  const handler: { serve?: (request: IncomingMessage, response: ServerResponse) => void } = {};
  const server = createServer(tls, (request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `https://localhost:${port}/${tenant}/v2.0`;
  const { keys, signingKey } = makeKeys(certificate);
  const loud = quieted();
  const provider = new Provider(issuer, settings(CLIENTS, secret, keys));
  // Among its settings it would be copied, and then, under jest, not be taken for what it is.
  await provider.Client.adapter.upsert(CLIENTS.certified, certified(CLIENTS.certified, keys.application));
  alsoForMicrosoft(provider, tenant);
  provider.registerGrantType('password', passwordGrant(provider, users, errors), ['username', 'password', 'scope'], []);
  handler.serve = provider.callback();
  const prefix = `/${tenant}/v2.0`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://localhost');
    callers.push(`${request.socket.remoteAddress} ${url.pathname}`);
    if (url.pathname.endsWith('/token') && request.method === 'POST') {
      const asked = await textOf(request);
      if (fault) return failing(response, asked);
      noting(response, tokens);
      const body = Object.fromEntries(new URLSearchParams(asked));
      grants.push(body['grant_type'] ?? '');
      if (body['grant_type']?.endsWith(':jwt-bearer'))
        return say(response, ...(await assertionGrant(provider, CLIENTS.native, body['assertion'] ?? '', trusted)));
      if (body['grant_type'] === 'device_code') body['grant_type'] = 'urn:ietf:params:oauth:grant-type:device_code';
      Object.assign(request, { body });
    }
    const path = url.pathname.startsWith(prefix)
      ? url.pathname.slice(prefix.length)
      : url.pathname.startsWith(`/${tenant}`)
        ? url.pathname.slice(tenant.length + 1)
        : undefined;
    if (path === undefined) return void response.writeHead(404).end();
    // Both shapes reach the same provider, which works out its own path from the difference.
    Object.assign(request, { originalUrl: prefix + path + url.search, url: path + url.search });
    handler.serve?.(request, response);
  }

  function failing(response: ServerResponse, asked: string): void {
    const {
      status,
      error = 'temporarily_unavailable',
      description: text = 'a fault of the test',
      suberror,
      retryAfter,
      times,
      echo,
    } = fault as ProviderFault;
    const description = echo ? `${[...new URLSearchParams(asked).values()].join(' ')} ${asked}` : text;
    fault = times > 1 ? { ...(fault as ProviderFault), times: times - 1 } : undefined;
    grants.push('fault');
    if (status === 'hang') return;
    if (status === 'html') return void response.writeHead(502, { 'content-type': 'text/html' }).end(`<html>${description}</html>`);
    if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
    say(response, status, { error, error_description: description, ...(suberror !== undefined && { suberror }) });
  }

  const close = async () => {
    loud();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    port,
    tenant,
    issuer,
    clients: CLIENTS,
    secret,
    certificate,
    introspection: `https://resource:${secret}@localhost:${port}${prefix}/introspect`,
    signingKey,
    grants,
    callers,
    tokens,
    fail: (next) => (fault = next),
    trust: (publicKey) => (trusted = publicKey),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const say = (response: ServerResponse, status: number, body: object) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** Takes note of the tokens in an answer. */
function noting(response: ServerResponse, tokens: string[]): void {
  const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
  response.end = ((...given: unknown[]) => {
    for (const [, token = ''] of String(given[0]).matchAll(/"(?:access_token|refresh_token|id_token)":"([^"]+)"/g)) tokens.push(token);
    return end(...given);
  }) as never;
}

function makeKeys(certificate: string): { readonly keys: Keys; readonly signingKey: Identity['signingKey'] } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const id = 'signing-key';
  const known = new X509Certificate(certificate);
  return {
    keys: {
      signing: { ...privateKey.export({ format: 'jwk' }), kid: id, alg: 'RS256', use: 'sig' },
      application: { ...known.publicKey.export({ format: 'jwk' }), kid: 'application', use: 'sig' },
      thumbprint: createHash('sha256').update(known.raw).digest('base64url'),
    },
    signingKey: { id, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
  };
}

/** An assertion of Microsoft's library is for Microsoft's address, to which this provider stands in. */
function alsoForMicrosoft({ OIDCContext }: Provider, tenant: string): void {
  const { prototype } = OIDCContext;
  const own = prototype.clientJwtAuthExpectedAudience;
  prototype.clientJwtAuthExpectedAudience = function audience() {
    return own.call(this).add(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`);
  };
}

/** What the library says of being no production set-up is known. Returns the way back. */
function quieted(): () => void {
  const { warn, info } = console;
  const filtered =
    (real: typeof console.warn) =>
    (...said: unknown[]) =>
      /oidc-provider (WARNING|NOTICE)/.test(String(said[0])) ? undefined : real(...said);
  Object.assign(console, { warn: filtered(warn), info: filtered(info) });
  return () => void Object.assign(console, { warn, info });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
