import { Secret } from '@mailwright/core';
import { tokenText } from './token-text.ts';

const token = (value: string, minutes = 59.9) => ({ value: new Secret(value), expiresAt: new Date(Date.now() + minutes * 60_000) });
const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

test('what a token says of itself is shown, the token is not', () => {
  const person = jwt({ aud: 'https://outlook.office.com', scp: 'IMAP.AccessAsUser.All SMTP.Send' });
  expect(String(tokenText(token(person)))).toBe(
    'the token is good for 60 minutes, for https://outlook.office.com, with IMAP.AccessAsUser.All SMTP.Send.',
  );
  expect(String(tokenText(token(jwt({ aud: ['a', 'b'], roles: ['IMAP.AccessAsApp'] }), 1.1)))).toBe(
    'the token is good for 1 minute, for a, b, with IMAP.AccessAsApp.',
  );
  for (const opaque of ['an-opaque-token', 'a.b.c', jwt({})])
    expect(String(tokenText(token(opaque, 0.2)))).toBe('the token is good for less than a minute.');
});
