import { say } from '@mailwright/core';
import { checkAutomation } from '../check.ts';
import { PALETTE } from '../palette.test.fixture.ts';
import { problemLine } from '../problem.ts';
import { readDocument } from './document.ts';
import { TOP } from './report.ts';

const HEAD = 'version: 1\nid: a\nname: b\n';
const lines = (text: string) => checkAutomation(text, 'f', PALETTE).problems.map(problemLine);
const BLANKS = 'Check indentation, quotes, brackets and blanks after colons.';

test.each([
  ['nothing', '', ['f:1:1 the file is empty. Begin with: version: 1']],
  ['only a comment', '# hello\n', ['f:1:1 the file is empty. Begin with: version: 1']],
  ['a list', '- a', ['f:1:1 the file does not hold fields. Begin with: version: 1']],
  [
    'a newer file',
    'version: 2\nfoo: 1',
    ['f:1:10 this file is of version 2, which is newer than this program. Update Mailwright; this program reads version 1.'],
  ],
  ['a version that is a text', 'version: "1"\nid: a\nname: b\nsteps: []', ['f:1:10 the version must be 1. Write version: 1.']],
  ['no version', 'id: a\nname: b\nsteps: []', ['f:1:1 the field "version" is missing. Write version: 1.']],
  [
    'an odd id, name and list of steps',
    'version: 1\nid: a b\nname: 3\nsteps: x',
    [
      `f:2:5 id: the text "a b" does not have the right form. It must be: letters, digits, "-", "_" and ".".`,
      `f:3:7 name: a text is expected, not the number 3. Put it in quotes: '3'.`,
      'f:4:8 steps: a list of steps is expected. Write each step on a line that begins with "- ".',
    ],
  ],
  ['wrong indentation', `${HEAD}steps:\n  - id: a\n   action: x`, [`f:6:1 this is not YAML: Sequence item without - indicator. ${BLANKS}`]],
  ['tabs', `${HEAD}steps:\n\t- id: a`, [`f:5:1 this is not YAML: Tabs are not allowed as indentation. ${BLANKS}`]],
  ['a key twice', `version: 1\n${HEAD}steps: []`, ['f:2:1 the key "version" stands here twice. Remove one of the two.']],
  [
    'a key twice in braces, and more',
    `${HEAD}steps: [{ id: x, stop: run, id: y, of: 1 }]`,
    ['f:4:29 the key "id" stands here twice. Remove one of the two.', 'f:4:36 step 1 "x": unknown key "of". Did you mean "off"?'],
  ],
  [
    'an anchor and an alias',
    'version: 1\nid: &x a\nname: *x\nsteps: []',
    [
      'f:2:8 an anchor (&name) is not allowed. Remove it, and write the value out where it is used.',
      'f:3:7 an alias (*name) is not allowed. Write the value out.',
    ],
  ],
  [
    'tags',
    'version: 1\nid: !!str a\nname: !foo b\nsteps: []',
    [
      'f:2:11 a tag (!name) is not allowed. Remove it; quotes make a text.',
      'f:3:12 a tag (!name) is not allowed. Remove it; quotes make a text.',
    ],
  ],
  ['a merge key', `<<: {}\n${HEAD}steps: []`, ['f:1:1 a merge key (<<) is not allowed. Write the fields out.']],
  ['a list as a key', `${HEAD}steps: []\n[x]: 1`, ['f:5:1 a key must be a plain name. Write name: value.']],
  [
    'two documents',
    `${HEAD}steps: []\n---\na: 1`,
    ['f:5:1 the file holds more than one document. Remove what follows the line ---, or put it into a file of its own.'],
  ],
  ['another YAML', `%YAML 1.1\n---\n${HEAD}steps: []\n`, ['f:1:1 only YAML 1.2 is read. Remove the line that begins with %YAML.']],
  [
    'a large file',
    `# ${'x'.repeat(1024 * 1024)}\n`,
    ['f:1:1 the file is larger than 1 MB. Split it: call other automations from this one.'],
  ],
  [
    'no quotes around an expression',
    `${HEAD}steps: {{ x }}`,
    [
      "f:4:8 an expression must stand in quotes. Write '{{ x }}'.",
      'f:4:8 steps: a list of steps is expected. Write each step on a line that begins with "- ".',
    ],
  ],
  [
    'what is not there yet',
    `${HEAD}on: {}\nrequires: x\nsteps: []`,
    [
      'f:4:1 "on" is not available in this version. Leave it out; start the automation with mailwright run.',
      'f:5:1 "requires" is not available in this version. Leave it out; start the automation with mailwright run.',
    ],
  ],
])('%s', (_, text, expected) => {
  expect(lines(text)).toEqual(expected);
});

test.each([
  `${HEAD}steps: ${'['.repeat(20_000)}`,
  `${HEAD}steps: ${'['.repeat(300)}${']'.repeat(300)}`,
  `${HEAD}steps: ${'{a: '.repeat(300)}${'}'.repeat(300)}`,
])('deep nesting is refused, never a crash', (text) => {
  expect(lines(text).join()).toContain('this is nested too deeply. Split it: call other automations from this one.');
});

test('Windows line ends and a byte order mark are read, with right places', () => {
  expect(lines(`\uFEFF${HEAD}step: []\nsteps: []\n`.replaceAll('\n', '\r\n'))).toEqual(['f:4:1 unknown key "step". Did you mean "steps"?']);
});

test('a text that is asked about again is not read again, and each who asks has a report of their own', () => {
  const text = 'version: 1\nsteps: []\n';
  const one = readDocument(text, 'one');
  one.report.problem(0, TOP, say`only here.`, say`Nowhere else.`);
  const other = readDocument(text, 'other');
  expect(other.document).toBe(one.document);
  expect(other.report).toMatchObject({ file: 'other', problems: [] });
  for (const name of ['a', 'b']) readDocument(`version: 1\nname: ${name}\n`, 'a');
  expect(readDocument(text, 'one').document).not.toBe(one.document);
});
