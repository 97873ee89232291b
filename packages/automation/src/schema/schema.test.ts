import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { checkAutomation } from '../check.ts';
import { PALETTE, file } from '../palette.test.fixture.ts';
import { automationSchema } from './schema.ts';

const schema = automationSchema(PALETTE);
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
const sample = readFileSync(new URL('../../../../fixtures/automations/invoices.steps.yaml', import.meta.url), 'utf8');
const fits = (text: string) => validate(parse(text));
const step = (text: string) =>
  file(`  - ${text}\n`, 'variables: { word: { type: string, default: x }, n: { type: number }, l: { type: list, default: [] } }\n');

test('the sample fits', () => {
  expect([fits(sample), validate.errors]).toEqual([true, null]);
});

test.each([
  '{ id: a, action: email.count }',
  '{ id: a, action: email.count, timeout: 5, off: true, as: b }',
  `{ id: a, action: email.count, with: { session: '{{ connect.session }}' } }`,
  `{ id: a, action: email.move, with: { messages: { folder: INBOX, filter: { op: not, of: { op: flag, name: seen, value: true } } }, to: x } }`,
  `{ id: a, action: email.move, with: { messages: [{ folder: a, id: b }], to: 'A/{{ word }}', createFolder: '{{ n > 1 }}', partial: accept } }`,
  `{ id: a, action: email.count, with: { filter: { op: on, field: sentAt, date: '{{ word }}' } } }`,
  `{ id: a, action: email.connect, with: { server: { backend: imap, host: '{{ word }}', port: '{{ n }}', security: '{{ word }}', auth: { mode: basic, username: '{{ word }}', password: { credential: a/b } } } } }`,
  `{ id: a, if: '{{ n > 1 }}', do: [{ id: b, set: { n: 1 } }], else: [{ id: c, stop: run }] }`,
  `{ id: a, loop: '{{ l }}', do: [{ id: b, stop: loop }], onItemError: skip, maxFailures: 3 }`,
  `{ id: a, try: [], catch: [], finally: [] }`,
  `{ id: a, call: parts/x.steps.yaml, with: { a: 1 } }`,
])('right for the check and for the schema: %s', (text) => {
  expect(checkAutomation(step(text), 'f', PALETTE).problems).toEqual([]);
  expect([fits(step(text)), validate.errors]).toEqual([true, null]);
});

test.each([
  '{ id: a }',
  '{ id: a-b, stop: run }',
  '{ id: a, action: email.cuont }',
  '{ id: a, action: email.loop }',
  '{ id: a, action: email.move }',
  '{ id: a, action: email.count, loop: email.loop }',
  '{ id: a, action: email.count, wiht: {} }',
  '{ id: a, action: email.count, with: { foldr: INBOX } }',
  '{ id: a, action: email.count, with: { folder: 3 } }',
  `{ id: a, action: email.count, with: { filter: { op: '{{ word }}' } } }`,
  `{ id: a, action: email.count, with: { filter: { op: flag, name: sen, value: true } } }`,
  `{ id: a, action: email.save-attachments, with: { messages: [], to: x, largest: 'big' } }`,
  `{ id: a, action: email.save-attachments, with: { messages: [], to: x, largest: '{{ n }} MB' } }`,
  `{ id: a, action: email.connect, with: { server: '{{ word }}' } }`,
  `{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: u, password: '{{ word }}' } } } }`,
  `{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: u, password: { credential: '{{ word }}' } } } } }`,
  `{ id: a, action: email.connect, with: { server: { backend: imap, host: h, auth: { mode: basic, username: { credential: '{{ word }}' }, password: { credential: a } } } } }`,
  `{ id: a, if: 'n > 1', do: [] }`,
  '{ id: a, try: [] }',
  '{ id: a, stop: now }',
])('wrong for the check and for the schema: %s', (text) => {
  expect(checkAutomation(step(text), 'f', PALETTE).problems).not.toEqual([]);
  expect(fits(step(text))).toBe(false);
});

test('every shared schema that is referred to is there', () => {
  const text = JSON.stringify(schema);
  const defs = Object.keys(schema['$defs'] as object);
  const used = [...text.matchAll(/"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter((name) => !defs.includes(name ?? ''))).toEqual([]);
});
