import { isIP } from 'node:net';
import { EmailError, say, type Credential, type ServerAddress } from '@mailwright/core';
import { CLOUD_HOSTS, type Config } from './config.ts';

/** Where EWS is on every Exchange server that nobody moved it on. */
const PATH = '/EWS/Exchange.asmx';

/** An endpoint of EWS. */
export interface Endpoint {
  readonly address: ServerAddress;
  readonly path: string;
}

/** Where a session looks for EWS: at an endpoint, or first at what a domain says (Autodiscover). */
export type Place = { readonly endpoint: Endpoint } | { readonly domain: string };

/** An endpoint from its address. Errors: `input.invalid`. */
export function endpointOf(url: string, path = 'server.url'): Endpoint {
  const { protocol, hostname, port, pathname, search, username } = new URL(url);
  if (username !== '')
    throw new EmailError('input.invalid', {
      path,
      problem: say`an address has no user name or password in it`,
      cure: say`Write the address alone; the login has fields of its own.`,
    });
  const security = protocol === 'https:' ? 'tls' : 'none';
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const standard = security === 'tls' ? 443 : 80;
  return {
    address: { host, port: port === '' ? standard : Number(port), security },
    path: pathname === '/' ? PATH : pathname + search,
  };
}

export const standardEndpoint = (host: string): Endpoint => ({ address: { host, port: 443, security: 'tls' }, path: PATH });

/** The host that a login goes to, as far as the form says it; undefined where Autodiscover is to find it. */
export function hostOf({ url, domain = '', cloud }: Pick<Config, 'url' | 'domain' | 'cloud'>, mode: string): string | undefined {
  if (url !== undefined) return endpointOf(url).address.host;
  return isOnline(domain, mode !== 'basic' && mode !== 'none') ? CLOUD_HOSTS[cloud] : undefined;
}

/** Microsoft 365: its own name, or no name and a login by token. */
const isOnline = (domain: string, byToken: boolean) => /^(smtp|outlook)\.office365\.(com|us)$/i.test(domain) || (domain === '' && byToken);

/** Errors: `input.invalid` where neither the form nor the login names a place, or a password would travel in the clear. */
export function placeOf(config: Config, credential: Credential): Place {
  const byToken = credential.kind === 'token';
  const { url, domain = '', cloud } = config;
  if (url !== undefined) {
    const endpoint = endpointOf(url);
    checkClear(endpoint.address, config);
    return { endpoint };
  }
  if (isOnline(domain, byToken)) return { endpoint: standardEndpoint(CLOUD_HOSTS[cloud]) };
  if (byToken)
    throw new EmailError('input.invalid', {
      path: 'server.url',
      problem: say`a token goes only to a host that is named, and none is`,
      cure: say`Write the EWS address of your server, such as https://mail.example.com/EWS/Exchange.asmx.`,
    });
  const own = domain === '' && credential.kind === 'password' ? /@([^@\s/:]+)$/.exec(credential.username)?.[1] : domain;
  if (own) return { domain: own.toLowerCase() };
  throw new EmailError('input.invalid', {
    path: 'server.domain',
    problem: say`neither a domain nor an address says where Exchange is`,
    cure: say`Fill in the domain, or write the user name as name@example.com.`,
  });
}

/** Nothing secret goes out in the clear, but to this machine. Errors: `input.invalid`. */
function checkClear({ host, security }: ServerAddress, { allowClearTextPassword }: Config): void {
  const here = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
  if (security === 'tls' || here || allowClearTextPassword) return;
  throw new EmailError('input.invalid', {
    path: 'server.url',
    problem: say`over http everyone on the way could read the login`,
    cure: say`Write the address with https. Only where that is impossible, set allowClearTextPassword.`,
  });
}
