import fc from 'fast-check';
import { excerpt, redact, redactDeep, remember } from './redact.ts';

const SECRET = 'canary+/of the "test" ü & <b>';
beforeAll(() => remember(SECRET));

const secretBytes = fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes));

test('inside base64 text at every place: what is left says nothing of its middle', () => {
  const middle = Buffer.from(SECRET).subarray(3, -3);
  fc.assert(
    fc.property(secretBytes, secretBytes, fc.constantFrom('base64' as const, 'base64url' as const), (before, after, encoding) => {
      const text = redact(Buffer.concat([before, Buffer.from(SECRET), after]).toString(encoding));
      expect(text).toContain('[secret]');
      for (const shift of [0, 1, 2]) {
        const form = Buffer.concat([Buffer.alloc(shift), middle])
          .toString(encoding)
          .slice(4, -4);
        expect(text).not.toContain(form);
      }
    }),
  );
});

test.each([
  ['as it is', SECRET],
  ['in other letter case', SECRET.toUpperCase()],
  ['in a URL', encodeURIComponent(SECRET)],
  ['in a form', encodeURIComponent(SECRET).replace(/%20/g, '+')],
  ['in JSON', JSON.stringify(SECRET)],
  ['as a quoted string of IMAP', SECRET.replace(/["\\]/g, '\\$&')],
  ['in XML', SECRET.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')],
  ['in a form that was posted', new URLSearchParams({ v: SECRET }).toString().slice(2)],
  ['in JSON of letters of ASCII alone', '"' + JSON.stringify(SECRET).slice(1, -1).replace('ü', '\\u00FC') + '"'],
  ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
])('%s it is hidden, and what stands around it stays', (_, form) => {
  const text = redact(`before ${form} after ${form}.`);
  expect(text.replace(/"/g, '')).toBe('before [secret] after [secret].');
});

test('every text inside a value is redacted, and nothing else of it changes', () => {
  const value = { a: SECRET, list: ['x', SECRET], inner: { n: 1, b: true, nothing: null, gone: undefined } };
  expect(redactDeep(value)).toEqual({ a: '[secret]', list: ['x', '[secret]'], inner: { n: 1, b: true, nothing: null, gone: undefined } });
  expect(value.a).toBe(SECRET);
});

test('a text that is too short to be looked for blanks out no words', () => {
  remember('short');
  expect(redact('a short text')).toBe('a short text');
});

test('of a secret of many lines each line is hidden, and at the end of a cut text what is left of one', () => {
  const pem = `-----BEGIN PRIVATE KEY-----\n${'canaryPemLineOne'.repeat(4)}\n${'canaryPemLineTwo'.repeat(4)}\n-----END PRIVATE KEY-----`;
  remember(pem);
  expect(redact(`x ${'canaryPemLineTwo'.repeat(4)} y`)).toBe('x [secret] y');
  remember("canary-it's-odd!(~)");
  expect(redact('said canary-it&apos;s-odd!(~), canary-it&#39;s-odd!(~), canary-it%27s-odd%21%28%7E%29, canary-it%27s-odd!(~)')).toBe(
    'said [secret], [secret], [secret], [secret]',
  );
  expect(redact(`the server said: ${SECRET.slice(0, 14)}`)).toBe('the server said: [secret]');
  expect(excerpt(`the server said: ${SECRET}`, 25)).toBe('the server said: [secret]');
  expect(redact(`${SECRET.slice(0, 14)} and more`)).toBe(`${SECRET.slice(0, 14)} and more`);
});

test('a longer secret is hidden before the shorter one in it', () => {
  remember('password1');
  remember('password1-and-more');
  expect(redact('password1-and-more, password1')).toBe('[secret], [secret]');
});

test('of very many tokens the newest are hidden', () => {
  for (let number = 0; number < 600; number++) remember(`token-number-${number}-`);
  expect(redact('token-number-599- token-number-150-')).toBe('[secret] [secret]');
  remember(SECRET);
  expect(redact(SECRET)).toBe('[secret]');
});

test('secrets of 20 kB are hidden, and many of them break nothing', () => {
  const long = (name: string) => `${name} ${'ü"\\'.repeat(5_000)} end`;
  for (let number = 0; number < 20; number++) remember(long(`key ${number}`));
  const text = `a ${long('key 7')} b ${encodeURIComponent(long('key 8'))} c ${JSON.stringify(long('KEY 9'))}`;
  expect(redact(text).replace(/"/g, '')).toBe('a [secret] b [secret] c [secret]');
});

test('letters whose small form depends on their place, or is longer, hide nothing wrongly', () => {
  remember('ΜΥΣΤΙΚΟΣ ΚΩΔΙΚΟΣ');
  remember('İstanbul-canary');
  expect(redact('x ΜΥΣΤΙΚΟΣ ΚΩΔΙΚΟΣΑ y İSTANBUL-CANARY z')).toBe('x [secret]Α y [secret] z');
});
