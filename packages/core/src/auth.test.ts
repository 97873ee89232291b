import { EmailError, Secret, signingIn, type Credential } from './index.ts';

const refused = () => new EmailError('auth.rejected', { host: 'h', username: 'u' });
const token: Credential = {
  kind: 'token',
  username: 'u',
  token: () => Promise.resolve({ value: new Secret('t'), expiresAt: new Date() }),
};
const password: Credential = { kind: 'password', username: 'u', password: new Secret('p') };

/** Fails as often as there are errors; answers which tries asked for a fresh token. */
async function tries(credential: Credential, errors: readonly Error[], mailbox?: string) {
  const asked: boolean[] = [];
  const outcome = await signingIn(credential, mailbox === undefined ? {} : { mailbox }, (fresh) => {
    asked.push(fresh);
    const error = errors[asked.length - 1];
    return error ? Promise.reject(error) : Promise.resolve('open');
  }).catch((error: unknown) => (EmailError.is(error) ? error.code : error));
  return [outcome, asked];
}

test('a token that is refused is renewed once and tried once more; never a third time', async () => {
  expect(await tries(token, [])).toEqual(['open', [false]]);
  expect(await tries(token, [refused()])).toEqual(['open', [false, true]]);
  expect(await tries(token, [refused(), refused()])).toEqual(['auth.token_expired', [false, true]]);
  expect(await tries(token, [refused(), refused()], 'team@x')).toEqual(['auth.mailbox_forbidden', [false, true]]);
});

test('a password that is refused is not tried again, nor is anything after another error', async () => {
  expect(await tries(password, [refused()])).toEqual(['auth.rejected', [false]]);
  const lost = new EmailError('connection.lost', { host: 'h' });
  expect(await tries(token, [lost])).toEqual(['connection.lost', [false]]);
  expect(await tries(token, [refused(), lost])).toEqual(['connection.lost', [false, true]]);
});
