import { canariesIn, canary } from './canaries.ts';

const password = canary();
const secrets = { password };

test.each([
  ['plain', `x ${password} y`],
  ['plain', `only a part: ${password.slice(9, 28)}`],
  ['base64', Buffer.from(`\0me@example.test\0${password}`).toString('base64')],
  ['base64', Buffer.from(`user=me\u0001auth=Bearer ${password}\u0001\u0001`).toString('base64')],
  ['base64url', Buffer.from(`a${password}b`).toString('base64url')],
  ['hex', Buffer.from(password).toString('hex')],
  ['url', encodeURIComponent(password)],
  ['form', new URLSearchParams({ password }).toString()],
  ['json', JSON.stringify({ password })],
  ['xml', `<p>${password.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')}</p>`],
  ['quoted', `a LOGIN me "${password.replace(/["\\]/g, '\\$&')}"`],
])('a secret is found as %s', (encoding, text) => {
  expect(canariesIn(text, secrets)).toContain(`password as ${encoding}`);
  expect(canariesIn(Buffer.from(text), secrets)).toContain(`password as ${encoding}`);
});

test('what is no secret, or too little of one, is not', () => {
  expect(canariesIn('nothing of it, [secret] and canary-', secrets)).toEqual([]);
  expect(canariesIn(canary(), secrets)).toEqual([]);
});
