const YAHOO = /(^|\.)(yahoo\.[a-z.]+|yahoodns\.net|aol\.com)$/i;
/** Personal Microsoft accounts: Hotmail, Live, MSN, Outlook.com. Microsoft 365 is at office365.com. */
const PERSONAL = /(^|\.)(hotmail\.[a-z.]+|live\.[a-z.]+|msn\.com)$|-mail\.outlook\.com$/i;
const GOOGLE = /(^|\.)(gmail\.com|googlemail\.com)$/i;
const ALONE = 'oauth-client-credentials';

/** Why a login mode cannot work with a host, whatever is set up there; undefined where nothing is known against it. */
export function impossible(mode: string, host: string): string | undefined {
  if ((YAHOO.test(host) || PERSONAL.test(host)) && (mode === 'oauth-pkce' || mode === ALONE))
    return `${host} gives no applications of ours access: use basic with an app password, made in the account's security settings.`;
  if (GOOGLE.test(host) && mode === ALONE)
    return 'Google has no client credentials for mail: use oauth-pkce, or google-service-account with delegation for a whole domain.';
  if (GOOGLE.test(host) && mode === 'oauth-ropc')
    return 'Google takes no passwords for tokens: use oauth-pkce, or basic with an app password.';
  return undefined;
}
