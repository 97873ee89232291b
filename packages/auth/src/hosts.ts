import { EmailError, hostIn, say, serviceOfHost, type Phrase } from '@mailwright/core';
import { PROVIDERS } from './providers/index.ts';
import type { Cloud } from './providers/provider.ts';

/** Why a login cannot be used with a host: the field of the login that is wrong. */
export interface HostProblem {
  readonly field: string;
  readonly problem: Phrase;
  readonly cure: Phrase;
}
type Login = Readonly<Record<string, unknown>> & { readonly mode?: unknown };

const ALONE = 'oauth-client-credentials';
/** Why Google refuses a mode: no set-up of it exists there. */
export const REFUSED_BY_GOOGLE: Readonly<Record<string, Phrase>> = {
  [ALONE]: say`Google has no client credentials for mail: use oauth-pkce, or google-service-account with delegation for a whole domain.`,
  'oauth-ropc': say`Google takes no passwords for tokens: use oauth-pkce, or basic with an app password.`,
};
/** Why a mode is refused at a service whatever is set up there, by service and mode. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, Phrase>>>> = {
  yahoo: byPasswordAlone('Yahoo'),
  aol: byPasswordAlone('AOL'),
  icloud: byPasswordAlone('iCloud'),
  'outlook-com': {
    [ALONE]: say`A personal account belongs to no tenant: use oauth-pkce or oauth-device-code with tenant consumers.`,
    'oauth-ropc': say`Personal accounts take no passwords for tokens: use oauth-pkce or oauth-device-code with tenant consumers.`,
  },
  gmail: REFUSED_BY_GOOGLE,
};

/** Why a login cannot be used with a host, whatever is set up there; undefined where nothing is known against it. */
export function hostProblem(login: Login, host: string): HostProblem | undefined {
  const mode = String(login.mode);
  const cure = REFUSED[serviceOfHost(host)?.id ?? '']?.[mode];
  if (cure !== undefined) return { field: 'mode', problem: say`${{ mode }} cannot work with ${{ host }}`, cure };
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
  const of = provider?.clouds ? `${provider.title} (${cloud})` : (provider?.title ?? '');
  const alone = say`Only if ${{ host }} may act for the mailbox, set allowTokenTo: ["${{ host }}"].`;
  return {
    field: home === undefined ? 'allowTokenTo' : 'cloud',
    problem:
      known === undefined
        ? say`the token would go to ${{ host }}, which is no host named in allowTokenTo`
        : say`the token would go to ${{ host }}, which is no host of ${{ of }}`,
    cure:
      home === undefined ? (known ? say`Use one of ${{ known: known.join(', ') }}. ${{ alone }}` : alone) : say`Set cloud: ${{ home }}.`,
  };
}

function byPasswordAlone(title: string): Readonly<Record<string, Phrase>> {
  const cure = say`${{ title }} gives no applications of ours access: use basic with an app password, made in the account's security settings.`;
  return { 'oauth-pkce': cure, 'oauth-device-code': cure, [ALONE]: cure };
}
