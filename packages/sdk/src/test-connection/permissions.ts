import { comparePermissions, type Granted, type PermissionReport, type Use } from '@mailwright/auth';
import { EmailError, hostIn, say, serviceOfHost, type AccessToken } from '@mailwright/core';
import { failed, ok, warning, type Check } from './check.ts';
import { claimsOf, textsOf } from './token-text.ts';

/** What a token is compared for. */
export interface Purpose {
  /** The login's form, references as they are. */
  readonly login: Readonly<Record<string, unknown>>;
  readonly host: unknown;
  readonly own: Use;
  readonly besides: readonly Use[];
}

/** Whether the token holds what the bot needs, and how much more. Nothing is said of providers that are not known. */
export const permissions = ({ login, host, own, besides }: Purpose): Check<never> => ({
  stage: 'permissions',
  on: 'login',
  async run({ credential }) {
    if (credential.kind !== 'token') return undefined;
    const token = await credential.token();
    const granted = grantedBy(token);
    const identity = identityOf(login, host, token);
    const report = granted && comparePermissions(identity, granted, own, besides);
    return report && outcomeOf(report, credential.username, TITLES[identity ?? ''] ?? '');
  },
});

const TITLES: Readonly<Record<string, string>> = { microsoft: 'Microsoft', google: 'Google' };

function outcomeOf({ enough, missing, spare, everyMailbox }: PermissionReport, username: string, provider: string) {
  if (missing.length > 0) return failed(new EmailError('auth.consent_required', { username, provider, scopes: missing }));
  if (everyMailbox.length > 0)
    return warning(
      say`This token opens every mailbox of the organization (${{ permissions: everyMailbox.join(', ') }}); the bot needs one.`,
      say`Let the application into this mailbox alone: RBAC for Applications in Exchange Online in place of the permission that was granted in Entra.`,
    );
  if (spare.length === 0) return ok(say`The token holds what is needed and no more: ${{ enough: enough.join(', ') }}.`);
  return warning(
    say`The token holds more than is needed: ${{ spare: spare.join(', ') }}. Enough would be: ${{ enough: enough.join(', ') }}.`,
    say`Take the others out of the app registration and sign in again, or give this bot an application of its own.`,
  );
}

/** Microsoft says scp for a person and roles for an application; others tell the scopes beside the token. */
function grantedBy(token: AccessToken): Granted | undefined {
  const claims = claimsOf(token) ?? {};
  const words = (claim: unknown) => textsOf(claim).flatMap((one) => one.split(' '));
  const roles = words(claims['roles']);
  const names = [claims['scp'], claims['scope'], token.granted].map(words).find((one) => one.length > 0) ?? [];
  if (roles.length > 0 && words(claims['scp']).length === 0) return { names: roles, application: true };
  return names.length > 0 ? { names, application: false } : undefined;
}

/** Whose permissions these are. What a token says is only for display: nothing is decided by it. */
function identityOf(login: Purpose['login'], host: unknown, token: AccessToken): string | undefined {
  const { mode, provider } = login;
  if (mode === 'google-service-account') return 'google';
  if (provider === 'microsoft' || provider === 'google') return provider;
  const issuer = claimsOf(token)?.['iss'];
  if (
    typeof issuer === 'string' &&
    /^https:\/\/(sts\.windows\.net|login\.microsoftonline\.(com|us)|login\.partner\.microsoftonline\.cn)\//.test(issuer)
  )
    return 'microsoft';
  return mode === 'oauth-vault' && typeof host === 'string' ? serviceOfHost(hostIn(host))?.identity : undefined;
}
