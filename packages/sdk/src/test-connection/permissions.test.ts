import { Secret, defineAuth, type Http, type Need } from '@mailwright/core';
import { z } from 'zod';
import type { STRATEGIES } from '../index.ts';
import { named, startStand, type Stand } from './stand.test.fixture.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand[Symbol.asyncDispose]());

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const tokens = (token: string, granted?: readonly string[]) =>
  defineAuth({
    mode: 'oauth-pkce',
    title: 'A token of the test',
    input: z.looseObject({ mode: z.literal('oauth-pkce') }),
    authenticate: () =>
      Promise.resolve({
        kind: 'token' as const,
        username: stand.sandbox.user.address,
        token: () =>
          Promise.resolve({ value: new Secret(token), expiresAt: new Date(Date.now() + 3_600_000), ...(granted && { granted }) }),
      }),
  });
const at =
  (seconds: number): Http =>
  (request) =>
    Promise.resolve({ status: 200, headers: { date: new Date(Date.now() + seconds * 1000).toUTCString() }, text: request.url });
const asMicrosoft = { mode: 'oauth-pkce', provider: 'microsoft', allowTokenTo: ['127.0.0.1'] };
const run = (
  token: string,
  {
    uses,
    skew = 0,
    login = asMicrosoft,
    granted,
    more = {},
  }: { uses?: Need[]; skew?: number; login?: object; granted?: string[]; more?: object } = {},
) => {
  const strategy = tokens(token, granted) as unknown as (typeof STRATEGIES)[number];
  const email = stand.emailWith({ auth: [strategy], http: at(skew) });
  const { server, outgoing } = stand.input();
  return email.testConnection({ session: 'S', server: { ...server, auth: login }, outgoing, ...more }, uses && { uses });
};
const scp = (text: string) => jwt({ aud: 'https://outlook.office.com', scp: text });

test('enough and no more, on both sides', async () => {
  const { ok, stages } = await run(scp('IMAP.AccessAsUser.All SMTP.Send'));
  expect(ok).toBe(true);
  expect(named(stages, 'permissions')).toMatchObject({
    state: 'ok',
    text: expect.stringContaining('IMAP.AccessAsUser.All, SMTP.Send') as string,
  });
  expect(named(stages, 'permissions', 'sending')?.state).toBe('ok');
  expect(stages.map(({ stage }) => stage).indexOf('permissions')).toBe(stages.map(({ stage }) => stage).indexOf('sign-in') + 1);
}, 30_000);

test('a missing one fails, and says which; one too many warns, and says what would do', async () => {
  const missing = await run(scp('IMAP.AccessAsUser.All'));
  expect(missing.ok).toBe(false);
  expect(named(missing.stages, 'permissions', 'sending')).toMatchObject({
    state: 'failed',
    code: 'auth.consent_required',
    text: expect.stringContaining('SMTP.Send') as string,
  });
  const spare = await run(scp('IMAP.AccessAsUser.All SMTP.Send Calendars.ReadWrite'));
  expect(spare.ok).toBe(true);
  expect(named(spare.stages, 'permissions')).toMatchObject({
    state: 'warning',
    text: expect.stringMatching(/more than is needed: Calendars\.ReadWrite\./) as string,
  });
}, 30_000);

test('steps that never send need no permission to send', async () => {
  const { stages } = await run(scp('IMAP.AccessAsUser.All SMTP.Send'), { uses: ['search', 'read'] });
  expect(named(stages, 'permissions')).toMatchObject({ state: 'warning', text: expect.stringContaining('SMTP.Send') as string });
}, 30_000);

test('an application that opens every mailbox is warned of', async () => {
  const { stages } = await run(jwt({ roles: ['IMAP.AccessAsApp', 'SMTP.SendAsApp', 'full_access_as_app'] }));
  expect(named(stages, 'permissions')).toMatchObject({
    state: 'warning',
    text: expect.stringMatching(/every mailbox of the organization \(full_access_as_app\)/) as string,
  });
}, 30_000);

test('what an opaque token was granted is known from its provider; of unknown providers nothing is said', async () => {
  const login = { ...asMicrosoft, provider: 'google' };
  const google = await run('e30.opaque', { login, granted: ['https://mail.google.com/'] });
  expect(named(google.stages, 'permissions')).toMatchObject({
    state: 'ok',
    text: expect.stringContaining('https://mail.google.com/') as string,
  });
  const other = await run(jwt({ scp: 'Anything' }), {
    login: { ...asMicrosoft, provider: 'generic', issuer: 'https://id.example.test' },
  });
  expect(named(other.stages, 'permissions')).toBeUndefined();
}, 30_000);

test.each([
  [0, 'ok', /agrees with that of login\.microsoftonline\.com/],
  [60, 'ok', /(59|60|61) s behind/],
  [-180, 'warning', /3 min ahead of/],
  [7300, 'warning', /2 h behind/],
])(
  'a provider whose clock differs by %d s',
  async (skew, state, text) => {
    const { ok, stages } = await run(scp('IMAP.AccessAsUser.All SMTP.Send'), { skew });
    expect(ok).toBe(true);
    expect(stages.filter(({ stage }) => stage === 'clock')).toEqual([
      expect.objectContaining({ side: 'reading', state, text: expect.stringMatching(text) as string }),
    ]);
  },
  30_000,
);
