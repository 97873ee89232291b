import { refusalError } from './errors.ts';

const asking = {
  provider: 'login.microsoftonline.com',
  username: 'me@contoso.example',
  clientId: 'app',
  scopes: ['S'],
  mode: 'oauth-pkce',
};
const answer = (number: number, mode = asking.mode, error = 'invalid_grant') =>
  refusalError({ error, description: `AADSTS${number}: Some words. Trace ID: 1 Correlation ID: 2`, status: 400 }, { ...asking, mode });

test.each([
  [50126, 'auth.rejected', /Check the credential/],
  [50034, 'auth.rejected', /does not exist/],
  [50055, 'auth.rejected', /expired/],
  [50053, 'auth.rejected', /locked/],
  [50057, 'auth.rejected', /enable the account/],
  [700082, 'auth.sign_in_needed', /Sign in once/],
  [50173, 'auth.sign_in_needed', /Sign in once/],
  [70043, 'auth.sign_in_needed', /Sign in once/],
  [65001, 'auth.consent_required', /administrator/],
  [90094, 'auth.consent_required', /administrator/],
  [53003, 'auth.policy_blocked', /Conditional Access/],
  [530035, 'auth.policy_blocked', /security defaults/],
  [7000222, 'auth.client_secret_expired', /new client secret/],
  [7000215, 'auth.client_rejected', /value, not to its id/],
  [700016, 'auth.client_rejected', /client id, tenant/],
  [50011, 'auth.client_rejected', /Add redirectUri/],
  [700025, 'auth.client_rejected', /leave clientSecret out/],
  [7000218, 'auth.client_rejected', /allow public client flows/],
  [7000112, 'auth.client_rejected', /enable it/],
  [650057, 'auth.client_rejected', /API permissions/],
  [500011, 'auth.client_rejected', /API permissions/],
  [700024, 'auth.client_rejected', /clock/],
  [90038, 'auth.client_rejected', /cloud/],
  [90002, 'auth.tenant_required', /tenant id/],
  [50194, 'auth.tenant_required', /tenant id/],
  [50105, 'auth.mailbox_forbidden', /rights/],
  [90033, 'auth.provider_unavailable', /later/],
  [90055, 'auth.provider_throttled', /after that time/],
  [70019, 'auth.cancelled', /again/],
])('AADSTS%d is %s', (number, code, fix) => {
  const error = answer(number);
  expect([error.code, error.fix]).toEqual([code, expect.stringMatching(fix)]);
  expect(error.message).not.toContain('Trace ID');
});

test.each([
  [50076, 'auth.mfa_required'],
  [50079, 'auth.mfa_required'],
  [50072, 'auth.mfa_required'],
  [53003, 'auth.ropc_blocked'],
  [7000218, 'auth.ropc_blocked'],
  [700082, 'auth.rejected'],
])('with a password alone AADSTS%d is %s', (number, code) => expect(answer(number, 'oauth-ropc').code).toBe(code));

test('a number that is not known is told with its words', () =>
  expect(answer(999_999, asking.mode, 'invalid_request')).toMatchObject({
    code: 'auth.client_rejected',
    message: expect.stringContaining('AADSTS999999: Some words.') as string,
  }));
