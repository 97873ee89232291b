import { EmailError, hostIn, serviceOfHost } from '@mailwright/core';
import { PROVIDERS } from './providers/index.ts';
import type { Cloud } from './providers/provider.ts';

/** Why a login cannot be used with a host: the field of the login that is wrong. */
export interface HostProblem {
  readonly field: string;
  readonly problem: string;
  readonly cure: string;
}
type Login = Readonly<Record<string, unknown>> & { readonly mode?: unknown };

const ALONE = 'oauth-client-credentials';
/** Why Google refuses a mode: no set-up of it exists there. */
export const REFUSED_BY_GOOGLE: Readonly<Record<string, string>> = {
  [ALONE]: 'Google has no client credentials for mail: use oauth-pkce, or google-service-account with delegation for a whole domain.',
  'oauth-ropc': 'Google takes no passwords for tokens: use oauth-pkce, or basic with an app password.',
};
/** Why a mode is refused at a service whatever is set up there, by service and mode. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  yahoo: byPasswordAlone('Yahoo'),
  aol: byPasswordAlone('AOL'),
  icloud: byPasswordAlone('iCloud'),
  'outlook-com': {
    [ALONE]: 'A personal account belongs to no tenant: use oauth-pkce or oauth-device-code with tenant consumers.',
    'oauth-ropc': 'Personal accounts take no passwords for tokens: use oauth-pkce or oauth-device-code with tenant consumers.',
  },
  gmail: REFUSED_BY_GOOGLE,
};

/** Why a login cannot be used with a host, whatever is set up there; undefined where nothing is known against it. */
export function hostProblem(login: Login, host: string): HostProblem | undefined {
  const mode = String(login.mode);
  const cure = REFUSED[serviceOfHost(host)?.id ?? '']?.[mode];
  if (cure !== undefined) return { field: 'mode', problem: `${mode} cannot work with ${host}`, cure };
  const provider = mode === 'google-service-account' ? 'google' : login['provider'];
  return typeof provider === 'string' ? strangeHost(provider, login, host) : undefined;
}

/** As `hostProblem`, thrown: `input.invalid` at a field below `path`. */
export function checkHost(login: Login, host: string, path: string): void {
  const found = hostProblem(login, host);
  if (found) throw new EmailError('input.invalid', { path: `${path}.${found.field}`, problem: found.problem, cure: found.cure });
}

/** A token goes to hosts of whoever gave it, and to those that are named: any other could use it for the mailbox. */
function strangeHost(id: string, login: Login, host: string): HostProblem | undefined {
  const provider = PROVIDERS[id];
  const cloud = (login['cloud'] ?? 'global') as Cloud;
  const known = provider?.hosts(cloud);
  const named = login['allowTokenTo'] as readonly string[] | undefined;
  if (known?.includes(host) || named?.some((one) => hostIn(one) === host)) return undefined;
  // The issuer and the host are both the author's own; who names hosts means these.
  if (known === undefined && named === undefined) return undefined;
  const home = provider?.clouds?.find((one) => provider.hosts(one)?.includes(host));
  const whose = known === undefined ? 'named in allowTokenTo' : `of ${provider?.title}${provider?.clouds ? ` (cloud ${cloud})` : ''}`;
  return {
    field: home === undefined ? 'allowTokenTo' : 'cloud',
    problem: `the token would go to ${host}, which is no host ${whose}`,
    cure:
      home === undefined
        ? `${known ? `Use one of ${known.join(', ')}. ` : ''}Only if ${host} may act for the mailbox, set allowTokenTo: ["${host}"].`
        : `Set cloud: ${home}.`,
  };
}

function byPasswordAlone(title: string): Readonly<Record<string, string>> {
  const cure = `${title} gives no applications of ours access: use basic with an app password, made in the account's security settings.`;
  return { 'oauth-pkce': cure, 'oauth-device-code': cure, [ALONE]: cure };
}
