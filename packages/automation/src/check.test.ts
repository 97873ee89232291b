import { readFileSync } from 'node:fs';
import { ProxySetting, choice, defineSession, presentLogin, secretField, type EmailError } from '@mailwright/core';
import { z } from 'zod';
import { checkAutomation, parseAutomation } from './check.ts';
import { PALETTE } from './palette.test.fixture.ts';
import { edited, problemLine } from './problem.ts';

const check = (text: string) => checkAutomation(text, 'f.steps.yaml', PALETTE);
const lines = (text: string) => check(text).problems.map(problemLine);
const sample = readFileSync(new URL('../../../fixtures/automations/invoices.steps.yaml', import.meta.url), 'utf8');

test('the sample is right, and its plain user name is no warning', () => {
  expect(check(sample)).toMatchObject({ problems: [], warnings: [] });
});

test('a mistake of every sort in one file is said at once, in file order', () => {
  const text = sample
    .replace("port: '{{ imapPort }}'", "prot: '{{ imapPort }}'")
    .replace('loop: email.loop', 'loop: email.lop')
    .replace('action: email.reply', 'action: email.replay')
    .replace('to: Failed', 'too: Failed');
  expect(lines(text)).toEqual([
    'f.steps.yaml:17:9 step 1 "connect", server (imap): unknown key "prot". Did you mean "port"?',
    'f.steps.yaml:29:15 step 2.1 "each", loop: there is no loop "email.lop". Did you mean "email.loop"?',
    'f.steps.yaml:39:38 step 2.1.1.2 "reply", action: there is no action "email.replay". Did you mean "email.reply"?',
    'f.steps.yaml:42:101 step 2.1.1e.1 "failed": unknown key "too". Did you mean "to"?',
  ]);
});

test('parseAutomation throws all lines, to be told in each language', () => {
  const thrown: unknown[] = [];
  try {
    parseAutomation('version: 1\nid: x\nname: X\nstep: []\n', 'x.steps.yaml', PALETTE);
  } catch (error) {
    thrown.push(error);
  }
  const [error] = thrown as [EmailError];
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({
    code: 'automation.invalid',
    details: {
      file: 'x.steps.yaml',
      count: 2,
      problems: [
        'x.steps.yaml:1:1 the field "steps" is missing. Add steps: with a list of steps.',
        'x.steps.yaml:4:1 unknown key "step". Did you mean "steps"?',
      ],
    },
  });
  expect(error.in('de').message).toContain('x.steps.yaml:4:1 Unbekannter Schlüssel "step". Meinten Sie "steps"?');
});

describe('choices in choices', () => {
  const mode = z.literal('oauth-ropc');
  const password = secretField({ title: 'Password' });
  const proofs = choice(
    'proof',
    [
      z.strictObject({ mode, provider: z.literal('microsoft'), proof: z.literal('secret').optional(), password }),
      z.strictObject({ mode, provider: z.literal('microsoft'), proof: z.literal('certificate'), key: password }),
    ],
    { title: 'Microsoft' },
  );
  const generic = z.strictObject({ mode, provider: z.literal('generic'), issuer: z.url(), password });
  const login = choice(
    'mode',
    [choice('provider', [proofs, generic], { title: 'Password', refused: { google: 'Google has none: use another.' } })],
    { title: 'Login' },
  );
  const definition = defineSession({
    id: 'email.connect',
    title: 'Connect',
    summary: '',
    line: '',
    effect: 'read',
    input: z.strictObject({ session: z.string().default('Default'), auth: z.preprocess(presentLogin, login) }),
    output: z.object({}),
    run: () => Promise.reject(new Error('a check runs nothing')),
  });
  const step = (auth: string) =>
    `version: 1
id: x
name: X
steps:
  - { id: a, action: email.connect, with: { auth: ${auth} } }
`;
  const check = (auth: string) => checkAutomation(step(auth), 'f', [definition]);

  test.each([
    ['{ mode: oauth-ropc, provider: microsoft, password: { credential: a } }', undefined],
    ['{ mode: oauth-ropc, provider: microsoft, proof: certificate, key: { credential: a } }', undefined],
    ['{ mode: oauth-ropc, provider: microsoft, key: { credential: a } }', /"key" belongs to proof: certificate. Add proof: certificate/],
    [
      '{ mode: oauth-ropc, provider: google, password: { credential: a } }',
      /"google" is none of microsoft, generic\. Google has none: use another/,
    ],
    ['{ mode: oauth-ropc, provider: gogle, password: { credential: a } }', /"gogle" is none of microsoft, generic\. Choose one/],
    ['{ mode: oauth-ropc, provider: generic, password: { credential: a } }', /the field "issuer" is missing/],
    ['{ mode: oauth-ropc, provider: microsoft, proof: secrt, password: { credential: a } }', /Did you mean "secret"/],
    ['{ mode: oauth-ropc, password: { credential: a } }', /the field "provider" is missing. Choose one of: microsoft, generic/],
  ])('%s: %s', (auth, problem) => {
    expect(check(auth).problems.map(problemLine)[0]).toEqual(problem === undefined ? undefined : expect.stringMatching(problem));
  });

  test.each([
    ['silent', 'oauth-ropc'],
    ["'silent'", 'oauth-ropc'],
  ])('R1.63 an old name of a login mode is a warning, and has one cure: %s', (written, present) => {
    const auth = (name: string) => `{ mode: ${name}, provider: microsoft, password: { credential: a } }`;
    const { problems, warnings, automation } = check(auth(written));
    expect([problems, warnings.map(problemLine)]).toEqual([
      [],
      [expect.stringContaining('auth, mode: "silent" is called oauth-ropc here.')],
    ]);
    expect(JSON.stringify(automation)).toContain('"silent"');
    expect(edited(step(auth(written)), warnings)).toBe(step(auth(present)));
  });
});

test('a problem points into its step, or into the automation', () => {
  const text = sample
    .replace("port: '{{ imapPort }}'", 'port: x')
    .replace('default: invoice', 'defalt: invoice')
    .replace('name: seen, value: false', 'name: seen, value: 3')
    .replace('to: Failed', 'too: Failed');
  expect(check(text).problems.map(({ id, pointer }) => [id, pointer])).toEqual([
    [undefined, '/variables/word'],
    ['connect', '/with/server/port'],
    ['each', '/with/filter/of/0/value'],
    ['failed', '/with/too'],
  ]);
});

test('a proxy: what is wrong with its address is said without repeating it, and a password in it is a warning', () => {
  const definition = defineSession({
    id: 'email.connect',
    title: 'Connect',
    summary: '',
    line: '',
    effect: 'read',
    input: z.strictObject({ session: z.string().default('Default'), proxy: ProxySetting.optional() }),
    output: z.object({}),
    run: () => Promise.reject(new Error('a check runs nothing')),
  });
  const checked = (proxy: string) => {
    const step = `  - { id: a, action: email.connect, with: { proxy: ${proxy} } }`;
    const text = `version: 1\nid: x\nname: X\nvariables: { at: { type: string, default: none } }\nsteps:\n${step}\n`;
    const { problems, warnings } = checkAutomation(text, 'f', [definition]);
    expect(JSON.stringify([problems, warnings])).not.toContain('canary');
    return [...problems, ...warnings].map(({ message }) => String(message));
  };
  const wrong = 'this is no address of a proxy; write http://host:port, https://host:port or socks5://host:port.';
  const plain = 'a password stands in this address in plain text.';
  expect(checked('none')).toEqual([]);
  expect(checked("'{{ at }}'")).toEqual([]);
  expect(checked("{ url: '{{ at }}', username: bot, password: { credential: v/p } }")).toEqual([]);
  expect(checked('http://bot:canary-1@p.test:nine')).toEqual([wrong]);
  expect(checked('{ url: "http://bot:canary-2@p.test:nine" }')).toEqual([wrong]);
  expect(checked('http://bot:canary-3@p.test:9')).toEqual([plain]);
  expect(checked('{ url: "http://bot:canary-4@p.test:9" }')).toEqual([plain]);
  expect(checked('{ url: "http://p.test:9", password: canary-5 }')).toEqual([
    'a secret is never written here as it is, nor as an expression.',
  ]);
});
