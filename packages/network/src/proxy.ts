import { EmailError, Secret, proxyAddress, type ProxyAddress } from '@mailwright/core';

/** A proxy to go through, its login resolved. It looks names up itself, whatever its kind. */
export interface Proxy extends Pick<ProxyAddress, 'kind' | 'host' | 'port'> {
  readonly login?: { readonly username: string; readonly password: Secret };
}

/** Bytes of a user name or password that SOCKS5 can carry (RFC 1929). */
const LONGEST = 255;

/** A proxy from its address. What stands beside the address goes before what is in it. Errors: `input.invalid`. */
export function proxyFrom(text: string, path: string, beside: { readonly username?: string; readonly password?: Secret } = {}): Proxy {
  const { kind, host, port, ...inside } = proxyAddress(text, path);
  const username = beside.username ?? inside.username;
  const password = beside.password ?? (inside.password === undefined ? undefined : new Secret(inside.password));
  const invalid = (problem: string, cure: string) => new EmailError('input.invalid', { path, problem, cure });
  if (username === undefined && password === undefined) return { kind, host, port };
  if (username === undefined) throw invalid('a password stands without a user name', 'Name the user of the proxy too.');
  if (kind !== 'socks5' && username.includes(':')) throw invalid('a user name cannot hold a colon (RFC 7617)', 'Check the user name.');
  const long = [username, password?.reveal() ?? ''].some((one) => Buffer.byteLength(one) > LONGEST);
  if (kind === 'socks5' && long) throw invalid(`SOCKS5 carries user names and passwords of at most ${LONGEST} bytes`, 'Use shorter ones.');
  return { kind, host, port, login: { username, password: password ?? new Secret('') } };
}

/** How a proxy is named in errors and reports: never with its login. */
export const nameOf = ({ host, port }: Proxy): string => authority({ host, port });

/** `host:port`, as HTTP writes it (RFC 9110 section 7.2). */
export const authority = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
