import { EmailError, type Http } from '@mailwright/core';
import { silence } from '../context.test.fixture.ts';
import { generic } from './generic.ts';

const ISSUER = 'https://login.example.test';
const DESCRIPTION = { issuer: ISSUER, token_endpoint: `${ISSUER}/token`, device_authorization_endpoint: `${ISSUER}/device` };
const BEGUN = { device_code: 'd', user_code: 'u', verification_uri: ISSUER, interval: 0, expires_in: 60 };
const LOGIN = {
  mode: 'oauth-device-code',
  provider: 'generic',
  username: 'u',
  clientId: 'c',
  issuer: ISSUER,
  cloud: 'global',
  scopes: [],
  redirectUri: '',
};

const lost = () => new EmailError('connection.lost', { host: 'login.example.test' });
const text = (content: object) => JSON.stringify(content);
const PENDING = { status: 400, headers: {}, text: text({ error: 'authorization_pending' }) };
const TOKEN = { status: 200, headers: {}, text: text({ access_token: 'canary-access-token', expires_in: 60 }) };

/** A device sign-in whose questions for the token are answered one after another. */
function signIn(...answers: readonly (Awaited<ReturnType<Http>> | Error)[]) {
  const left = [...answers];
  const http: Http = ({ url }) => {
    if (url === DESCRIPTION.token_endpoint) {
      const answer = left.shift() ?? PENDING;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    }
    return Promise.resolve({ status: 200, headers: {}, text: text(url.endsWith('/device') ? BEGUN : DESCRIPTION) });
  };
  const ctx = { backend: 'imap', signal: new AbortController().signal, log: silence, http };
  return generic.deviceCode?.(LOGIN as never, ctx as never).catch((error: unknown) => error);
}

test('a question that is lost while a person types the code is asked again', async () => {
  expect(await signIn(PENDING, lost(), lost(), PENDING, lost(), lost(), TOKEN)).toMatchObject({ accessToken: 'canary-access-token' });
});

test('a way that stays lost is the provider that cannot be reached', async () => {
  expect(await signIn(PENDING, lost(), lost(), lost(), TOKEN)).toMatchObject({
    code: 'auth.provider_unavailable',
    details: { provider: ISSUER },
  });
});

test('a proxy that is at fault itself is named as such', async () => {
  const proxy = { proxy: 'p.test:3128', given: 'bot', offered: [] };
  const refused = () => new EmailError('connection.proxy_login', proxy);
  expect(await signIn(refused(), TOKEN)).toMatchObject({
    code: 'connection.proxy_login',
    details: { proxy: 'p.test:3128' },
  });
});
