import { BlockList, isIP } from 'node:net';
import { EmailError, type Destination } from '@mailwright/core';
import { proxyFrom, type Proxy } from './proxy.ts';

/** What goes out: the protocols of mail, or https to whoever gives tokens and secrets. */
export type Traffic = 'mail' | 'web';
type Environment = Readonly<Record<string, string | undefined>>;

/** In the order in which they are asked. HTTPS_PROXY is not for mail: most proxies named there let nothing but port 443 through. */
const NAMES: Readonly<Record<Traffic, readonly string[]>> = {
  mail: ['MAILWRIGHT_PROXY', 'ALL_PROXY'],
  web: ['MAILWRIGHT_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'],
};

/**
 * The proxy that the environment names for a destination, as curl reads it: small letters go first, an empty value counts for nothing;
 * NO_PROXY and this machine itself are reached directly. `ours` stands for MAILWRIGHT_PROXY. Errors: `input.invalid`, naming the variable.
 */
export function environmentProxy(
  traffic: Traffic,
  to: Destination,
  environment: Environment,
  ours = environment['MAILWRIGHT_PROXY'],
): Proxy | undefined {
  const value = (name: string) => (name === 'MAILWRIGHT_PROXY' ? ours : environment[name.toLowerCase()] || environment[name]);
  const name = NAMES[traffic].find((one) => value(one));
  const text = name && value(name);
  if (name === undefined || !text || text === 'none') return undefined;
  if (isHere(to.host) || isExcepted(to, environment['no_proxy'] || environment['NO_PROXY'] || '')) return undefined;
  return proxyFrom(text, name);
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const family = (host: string) => (isIP(host) === 6 ? 'ipv6' : 'ipv4');

function isHere(host: string): boolean {
  return isIP(host) === 0 ? /(^|\.)localhost\.?$/i.test(host) : LOOPBACK.check(host, family(host));
}

/** NO_PROXY: names with their subdomains, addresses, networks as 10.0.0.0/8, each with a port if one is written; `*` is everything. */
function isExcepted(to: Destination, list: string): boolean {
  return list.split(/[\s,]+/).some((entry) => entry !== '' && fits(entry, to));
}

function fits(entry: string, { host, port }: Destination): boolean {
  if (entry === '*') return true;
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(entry);
  if (parts && Number(parts[3]) !== port) return false;
  const named = (parts?.[1] ?? parts?.[2] ?? entry).replace(/^\[|\]$/g, '');
  const [network = '', bits] = named.split('/');
  if (isIP(host) !== 0) return isIP(network) !== 0 && holds(network, bits, host);
  const name = host.toLowerCase().replace(/\.$/, '');
  const suffix = named
    .toLowerCase()
    .replace(/^\*?\./, '')
    .replace(/\.$/, '');
  return name === suffix || name.endsWith(`.${suffix}`);
}

function holds(network: string, bits: string | undefined, host: string): boolean {
  const list = new BlockList();
  try {
    if (bits === undefined) list.addAddress(network, family(network));
    else list.addSubnet(network, Number(bits), family(network));
  } catch (error) {
    const cure = 'Write networks as 10.0.0.0/8, names as example.com, divided by commas.';
    throw new EmailError('input.invalid', { path: 'NO_PROXY', problem: `"${network}/${bits}" is no network`, cure }, { cause: error });
  }
  return list.check(host, family(host));
}
