import { say } from './phrase.ts';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { EmailError } from './errors.ts';
import { settingField, secretField, ui } from './form.ts';

/** What the address of a proxy says; a password that stands in it is plain text. */
export interface ProxyAddress {
  /** `https`: the way to the proxy itself is encrypted. */
  readonly kind: 'http' | 'https' | 'socks5';
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

const KINDS: Readonly<Record<string, readonly [ProxyAddress['kind'], number]>> = {
  'http:': ['http', 80],
  'https:': ['https', 443],
  'socks:': ['socks5', 1080],
  'socks5:': ['socks5', 1080],
  'socks5h:': ['socks5', 1080],
};
const CURE = 'Write http://host:port, https://host:port or socks5://host:port, or none.';

/** Reads `http://host:port` and its like; `host:port` alone is http. Errors: `input.invalid`, which never shows the address. */
export function proxyAddress(text: string, path = 'proxy'): ProxyAddress {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : /:\d+\/?$/.test(text) ? `http://${text}` : '';
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  const [kind, usual] = KINDS[url?.protocol ?? ''] ?? [];
  const wrong = (problem: string) => new EmailError('input.invalid', { path, problem, cure: CURE });
  if (url === undefined) throw wrong('this is no address of a proxy');
  if (kind === undefined || usual === undefined) throw wrong(`a proxy is not spoken to by "${url.protocol.slice(0, -1)}"`);
  const named = url.hostname.replace(/^\[|\]$/g, '');
  // Of schemes that it does not know, URL takes any host as it is.
  const host = kind === 'socks5' && !named.includes(':') ? domainToASCII(decoded(named)) : named;
  if (host === '' || !/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') throw wrong('this is no address of a proxy');
  return {
    kind,
    host,
    port: Number(url.port || usual),
    ...(url.username !== '' && { username: decoded(url.username) }),
    ...(url.password !== '' && { password: decoded(url.password) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a text is an address with a password in it. */
export function holdsPassword(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/\s]*:[^/\s]*@/i.test(text);
}

/** A rule of its own, not a format: what it says of a wrong address does not repeat it. */
const address = (...more: readonly string[]) =>
  z.string().refine(
    (text) => {
      try {
        return more.includes(text) || proxyAddress(text) !== undefined;
      } catch {
        return false;
      }
    },
    { error: String(say`this is no address of a proxy; write http://host:port, https://host:port or socks5://host:port`) },
  );

/** The proxy of a session: its address, the address with a login, or `none`. Left out, the environment decides. */
export const ProxySetting = z
  .union([
    address('none').meta({ title: 'Address or none' }),
    z
      .strictObject({
        url: address().meta(ui('url', { title: 'Address', description: 'http://host:port, https://host:port or socks5://host:port' })),
        username: settingField({ title: 'User name' }).optional(),
        password: secretField({ title: 'Password' }).optional(),
        only: z
          .enum(['mail', 'sign-in'])
          .optional()
          .meta({ title: 'Only for', description: 'The other goes as if no proxy were named here; both if left out' }),
      })
      .meta({ title: 'Proxy with a login' }),
  ])
  .meta({
    ...ui('url', {
      title: 'Proxy',
      group: 'more',
      description: 'For mail and sign-ins; none: directly; the environment decides if left out',
    }),
  });
export type ProxySetting = z.output<typeof ProxySetting>;
