import { settingOf } from '@mailwright/auth';
import type { Dial, ProxySetting } from '@mailwright/core';
import { dialer, environmentProxy, proxyFrom, type ChooseProxy, type Proxy, type Traffic } from '@mailwright/network';
import { resolveSecret, secretAccess, type SecretSources } from './secrets.ts';

/** What ways out are made of. */
export interface Outside {
  /** Further certificate authorities, PEM. */
  readonly ca: readonly string[];
  /** In the place of MAILWRIGHT_PROXY. */
  readonly proxy: string | undefined;
  readonly secrets: SecretSources;
}

/** The way out as the environment says: for what belongs to no session. */
export const wayOut = (traffic: Traffic, { ca, proxy }: Pick<Outside, 'ca' | 'proxy'>): Dial =>
  dialer((to) => environmentProxy(traffic, to, process.env, proxy), ca);

/** A session's ways out: through the proxy that it names; where it names none, as the environment says. Errors: `vault.*`, `input.invalid`. */
export async function waysOut(setting: ProxySetting | undefined, outside: Outside): Promise<Readonly<Record<Traffic, Dial>>> {
  const ways = { mail: wayOut('mail', outside), web: wayOut('web', outside) };
  if (setting === undefined) return ways;
  if (setting === 'none') return { mail: dialer(), web: dialer() };
  const proxy = await proxyOf(setting, outside.secrets);
  const choose: ChooseProxy = () => proxy;
  const named = dialer(choose, outside.ca);
  const only = typeof setting === 'string' ? undefined : setting.only;
  return { mail: only === 'sign-in' ? ways.mail : named, web: only === 'mail' ? ways.web : named };
}

async function proxyOf(setting: ProxySetting, secrets: SecretSources): Promise<Proxy> {
  if (typeof setting === 'string') return proxyFrom(setting, 'proxy');
  const { url, username, password } = setting;
  return proxyFrom(url, 'proxy', {
    ...(username !== undefined && { username: await settingOf(username, secretAccess(secrets)) }),
    ...(password && { password: await resolveSecret(password, secrets) }),
  });
}
