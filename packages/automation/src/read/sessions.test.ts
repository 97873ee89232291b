import { checkAutomation } from '../check.ts';
import { PALETTE } from '../palette.test.fixture.ts';
import { problemLine } from '../problem.ts';

const check = (steps: string, top = '') => checkAutomation(`version: 1\nid: a\nname: b\n${top}steps:\n${steps}`, 'f', PALETTE);
const problems = (steps: string, top?: string) => check(steps, top).problems.map(problemLine);
const connect = (name: string) => `  - { id: connect, action: email.connect, with: { session: ${name}, saved: x } }\n`;
const count = (more = '') => `  - { id: count, action: email.count${more} }\n`;

test('R1.1 a session must be connected above, in whatever block', () => {
  expect(problems(`${connect('Default')}${count()}`)).toEqual([]);
  expect(problems(`  - id: work\n    try:\n    ${connect('Default')}    finally: []\n${count()}`)).toEqual([]);
  expect(problems(`${count()}${connect('Default')}`)).toEqual([
    'f:5:18 step 1 "count": no step above connects a session "Default". Connect it in a step above.',
  ]);
  expect(problems(`${connect('Invoices')}${count(', with: { session: Invoice }')}`)).toEqual([
    'f:6:56 step 2 "count": no step above connects a session "Invoice". Did you mean "Invoices"?',
  ]);
});

test('a disconnect of a named session must mean a connected one; of all, none', () => {
  const bye = (input: string) => `  - { id: bye, action: email.disconnect, with: ${input} }\n`;
  expect(problems(`${connect('A')}${bye('{ session: B }')}`)).toEqual([
    'f:6:59 step 2 "bye": no step above connects a session "B". Connect it in a step above; connected are: A.',
  ]);
  expect(problems(`${connect('A')}${bye('{ all: true }')}`)).toEqual([]);
});

test('what only the run knows is left to the run', () => {
  const top = 'variables: { name: { type: string, default: A } }\n';
  expect(problems(`${connect("'{{ name }}'")}${count()}`, top)).toEqual([]);
  expect(problems(`${connect('B')}${count(", with: { session: '{{ name }}' }")}`, top)).toEqual([]);
  expect(problems(`  - { id: login, call: login.steps.yaml }\n${count()}`)).toEqual([]);
});

test('a file made to be called uses its caller’s session with a warning', () => {
  const result = check(count(), 'variables: { total: { type: number, output: true } }\n');
  expect(result.problems).toEqual([]);
  expect(result.warnings.map(problemLine)).toEqual([
    'f:6:18 step 1 "count": session "Default" is not connected in this file. The automation that calls it must have connected it.',
  ]);
});
