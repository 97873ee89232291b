import { serviceOfHost } from '@mailwright/core';

const ALONE = 'oauth-client-credentials';
/** Why a mode is refused at a service whatever is set up there, by service and mode. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  yahoo: byPasswordAlone('Yahoo'),
  aol: byPasswordAlone('AOL'),
  icloud: byPasswordAlone('iCloud'),
  'outlook-com': { [ALONE]: 'A personal account belongs to no tenant: use oauth-pkce or oauth-device-code with tenant consumers.' },
  gmail: {
    [ALONE]: 'Google has no client credentials for mail: use oauth-pkce, or google-service-account with delegation for a whole domain.',
    'oauth-ropc': 'Google takes no passwords for tokens: use oauth-pkce, or basic with an app password.',
  },
};

/** Why a login mode cannot work with a host, whatever is set up there; undefined where nothing is known against it. */
export function impossible(mode: string, host: string): string | undefined {
  return REFUSED[serviceOfHost(host)?.id ?? '']?.[mode];
}

function byPasswordAlone(title: string): Readonly<Record<string, string>> {
  const cure = `${title} gives no applications of ours access: use basic with an app password, made in the account's security settings.`;
  return { 'oauth-pkce': cure, 'oauth-device-code': cure, [ALONE]: cure };
}
