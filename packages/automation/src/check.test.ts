import { readFileSync } from 'node:fs';
import { checkAutomation, parseAutomation } from './check.ts';
import { PALETTE } from './palette.test.fixture.ts';
import { problemLine } from './problem.ts';

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

test('parseAutomation throws all lines', () => {
  expect(() => parseAutomation('version: 1\nid: x\nname: X\nstep: []\n', 'x.steps.yaml', PALETTE)).toThrow(
    expect.objectContaining({
      code: 'automation.invalid',
      details: {
        file: 'x.steps.yaml',
        count: 2,
        problems: [
          'x.steps.yaml:1:1 the field "steps" is missing. Add steps: with a list of steps.',
          'x.steps.yaml:4:1 unknown key "step". Did you mean "steps"?',
        ],
      },
    }),
  );
});
