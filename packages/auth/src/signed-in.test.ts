import { EmailError, type Http } from '@mailwright/core';
import { contextFor } from './context.test.fixture.ts';
import { tokensInMemory } from './token-store.ts';
import { oauthDeviceCode } from './oauth.ts';

const ISSUER = 'https://login.example.test';
const DESCRIPTION = { issuer: ISSUER, token_endpoint: `${ISSUER}/token`, device_authorization_endpoint: `${ISSUER}/device` };
const BEGUN = { device_code: 'd', user_code: 'u', verification_uri: ISSUER, interval: 0, expires_in: 60 };
const idToken = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

/** What comes of a sign-in of `ann@example.test` where the provider answers so; what it warned of, and what it left. */
async function signIn(answer: object, username = 'ann@example.test') {
  const http: Http = ({ url }) => {
    const told = url === DESCRIPTION.token_endpoint ? { access_token: 'canary-token', ...answer } : { ...DESCRIPTION, ...BEGUN };
    return Promise.resolve({ status: 200, headers: {}, text: JSON.stringify(told) });
  };
  const warned: string[] = [];
  const log = { debug: () => undefined, info: () => undefined, warn: (text: unknown) => void warned.push(String(text)) };
  const tokens = tokensInMemory();
  const person = { openBrowser: () => Promise.resolve(), showCode: () => undefined };
  const ctx = { ...contextFor({ folder: '', secret: '' }, http), tokens, person, log };
  const auth = { mode: 'oauth-device-code', provider: 'generic', issuer: ISSUER, clientId: 'c', username, scopes: ['mail'] };
  const input = oauthDeviceCode.input.parse(auth);
  const made = await oauthDeviceCode.authenticate(input as never, ctx).catch((error: unknown) => error);
  const again = await oauthDeviceCode
    .authenticate(input as never, { ...contextFor({ folder: '', secret: '' }, http), tokens })
    .catch((error: unknown) => error);
  return { code: EmailError.is(made) ? made.code : 'kept', error: made, kept: !EmailError.is(again), warned };
}

test.each([
  ['the user name', { preferred_username: 'ANN@Example.test' }, 'ann@example.test'],
  ['the address, and a name of its own', { preferred_username: 'ann.lee', email: 'ann@example.test' }, 'ann@example.test'],
  ["Microsoft's principal name", { upn: 'ann@example.test' }, 'Ann@example.test'],
  ['a name that is no address', { preferred_username: 'ann' }, 'ann@example.test'],
  ['an address for a name that is none', { email: 'ann@example.test' }, 'ann'],
])('whoever the login is for is taken: %s', async (_, claims, username) => {
  expect(await signIn({ id_token: idToken(claims) }, username)).toMatchObject({ code: 'kept', kept: true, warned: [] });
});

test.each([
  ['another person', { preferred_username: 'ben@example.test' }],
  ['the same name at another place', { email: 'ann@elsewhere.test' }],
  ['a name that is no address', { preferred_username: 'ben' }],
])('somebody else is refused, and not kept: %s', async (_, claims) => {
  const { code, error, kept } = await signIn({ id_token: idToken(claims) });
  expect([code, kept]).toEqual(['auth.other_user', false]);
  expect(error).toMatchObject({ message: expect.stringMatching(/ann@example\.test/) as string });
  expect(JSON.stringify(error)).not.toContain('canary-');
});

test.each([
  ['no ID token', {}],
  ['one that names nobody', { id_token: idToken({ sub: '4711' }) }],
  ['one that is none', { id_token: 'x' }],
])('where the provider does not say who it was, that is said: %s', async (_, answer) => {
  expect(await signIn(answer)).toMatchObject({ kept: true, warned: [expect.stringMatching(/does not say who signed in/)] });
});
