import { Filter } from '@mailwright/core';
import { z } from 'zod';
import { createEmail, memoryVault } from './index.ts';
import { parseInput } from './input.ts';

const refusal = (input: object): Promise<unknown> =>
  createEmail({ vaults: [memoryVault('m')] })
    .save({ session: 'S', ...input })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
const server = (auth: object, more: object = {}) => ({ server: { backend: 'imap', host: 'imap.gmail.com', auth, ...more } });
const basic = (password: unknown) => server({ mode: 'basic', username: 'u', password });
const app = { mode: 'oauth-client-credentials', clientId: 'c', clientSecret: { credential: 'm/a' }, mailbox: 'a@example.com' };

test.each<readonly [string, object, string, RegExp]>([
  [
    'a mode that does not exist',
    server({ mode: 'baisc' }),
    'server.auth.mode',
    /"baisc" is none of basic, oauth-pkce.*Did you mean "basic"/s,
  ],
  ['a choice that is missing', server({ mode: 'oauth-pkce' }), 'server.auth.provider', /is missing.*one of: microsoft, google, generic/s],
  [
    'R1.15 a mode that Google does not have',
    server({ ...app, provider: 'google' }),
    'server.auth.provider',
    /no client credentials.*oauth-pkce, or google-service-account/s,
  ],
  ['a field that is missing', server({ mode: 'basic', password: { credential: 'm/a' } }), 'server.auth.username', /this field is missing/],
  [
    'a field that is misspelled',
    server({ mode: 'basic', username: 'u', passwrod: { credential: 'm/a' } }),
    'server.auth',
    /"passwrod".*Did you mean "password"/s,
  ],
  [
    'a field of another form',
    server({ ...app, provider: 'microsoft', tenant: 't.example', certificate: { credential: 'm/a' } }),
    'server.auth',
    /"certificate".*Known keys: mode, provider, tenant, cloud, clientId, proof/s,
  ],
  ['a secret as it is', basic('canary'), 'server.auth.password', /"credential": "vault\/path"/],
  ['a reference that is misspelled', basic({ credental: 'canary' }), 'server.auth.password', /"credential": "vault\/path"/],
  ['two references at once', basic({ credential: 'm/a', insecure: 'canary' }), 'server.auth.password', /one of these alone/],
  [
    'an issuer without TLS',
    server({ mode: 'oauth-pkce', provider: 'generic', issuer: 'http://id.example', clientId: 'c', username: 'u' }),
    'server.auth.issuer',
    /begins with https:\/\//,
  ],
  [
    'a port that is no number',
    server({ mode: 'basic', username: 'u', password: { credential: 'm/a' } }, { port: 'canary' }),
    'server.port',
    /a whole number is expected|a number is expected/,
  ],
])('%s is told in words, at its field, and without what was written for a secret', async (_, input, path, said) => {
  const found = await refusal(input);
  expect(found).toMatchObject({ code: 'input.invalid', details: { path } });
  const text = `${(found as Error).message} ${(found as { fix: string }).fix}`;
  expect(text).toMatch(said);
  expect(text).not.toMatch(/Invalid (input|discriminator|URL)|received|canary/);
});

const Shapes = z.strictObject({
  list: z.array(z.string()).min(2).optional(),
  text: z.string().min(3).max(5).optional(),
  count: z.number().int().min(1).optional(),
  day: z.iso.date().optional(),
  code: z.string().regex(/^x/).optional(),
});
test.each<readonly [object, string, string]>([
  [{ list: ['a'] }, 'list: this list is too short', 'It needs at least 2.'],
  [{ text: 'a' }, 'text: this is too short', 'Use at least 3 characters.'],
  [{ text: 'abcdef' }, 'text: this is too long', 'Use at most 5 characters.'],
  [{ count: 0 }, 'count: this is too small', 'Use at least 1.'],
  [{ day: '31.1.' }, 'day: this does not have the right form', 'Write a day as 2026-01-31.'],
  [{ code: 'a' }, 'code: this does not have the right form', 'Correct this field; docs/reference has its meaning.'],
])('%j is told in our words, not in those of zod', (input, message, fix) => {
  expect(() => parseInput(Shapes, input)).toThrow(expect.objectContaining({ code: 'input.invalid', message, fix }));
});

test('R1.37 a pattern that cannot be used is a mistake of the input', () => {
  const filter = { op: 'matches', field: 'subject', pattern: '(unclosed' };
  expect(() => parseInput(Filter, filter, 'filter')).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/^filter\.pattern: "\(unclosed" is no pattern that can be used/),
      fix: expect.stringContaining('linear time'),
    }),
  );
});

test('what is nested too deep for the stack is a mistake of the input', () => {
  let filter: object = { op: 'flag', name: 'seen', value: true };
  for (let depth = 0; depth < 20_000; depth++) filter = { op: 'not', of: filter };
  expect(() => parseInput(Filter, filter, 'filter')).toThrow(
    expect.objectContaining({ code: 'input.invalid', message: 'filter: it is nested too deep' }),
  );
});
