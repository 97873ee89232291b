import { Secret, type AuthContext } from '@mailwright/core';
import { basic, none } from './index.ts';

const ctx = {
  secret: (ref: object) => Promise.resolve(new Secret(JSON.stringify(ref))),
} as AuthContext;

test('R1.38 basic: a user name may be a plain setting, the password only a reference', async () => {
  const password = { credential: 'invoices#password' };
  const plain = await basic.authenticate(basic.input.parse({ mode: 'basic', username: 'me@example.test', password }), ctx);
  expect(plain).toMatchObject({ kind: 'password', username: 'me@example.test' });
  expect(plain.kind === 'password' && plain.password.reveal()).toBe('{"credential":"invoices#password"}');
  const referred = await basic.authenticate(basic.input.parse({ mode: 'basic', username: { credential: 'invoices#user' }, password }), ctx);
  expect(referred).toMatchObject({ username: '{"credential":"invoices#user"}' });
  expect(basic.input.safeParse({ mode: 'basic', username: 'me', password: 'plain' }).success).toBe(false);
});

test('none proves nothing', async () => {
  expect(await none.authenticate({ mode: 'none' }, ctx)).toEqual({ kind: 'none' });
});
