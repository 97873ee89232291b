import { checkAutomation } from '../check.ts';
import { PALETTE } from '../palette.test.fixture.ts';
import { problemLine } from '../problem.ts';

const check = (variable: string) => checkAutomation(`version: 1\nid: a\nname: b\nvariables:\n  ${variable}\nsteps: []\n`, 'f', PALETTE);

test.each([
  ['x: 1', '5:6 variable "x": a variable is described by fields. Write { type: string, default: ... }.'],
  ['x: {}', '5:3 variable "x": the field "type" is missing. Types: string, number, boolean, date, list, object, secret.'],
  ['x: { type: strng }', '5:14 variable "x": there is no type "strng". Did you mean "string"?'],
  ['x: { tipe: string }', '5:8 variable "x": unknown key "tipe". Did you mean "type"?'],
  ['in: { type: string }', '5:3 variable "in": "in" is a word of the expression language. Choose another name, such as "in1".'],
  ['a-b: { type: string }', '5:3 variable "a-b": "a-b" is not a usable name. Use letters, digits and _, beginning with a letter: "a_b".'],
  ['x: { type: number, default: "3" }', '5:31 variable "x", default: a number is expected, not the text "3". Remove the quotes: 3.'],
  [
    'x: { type: date, default: soon }',
    '5:29 variable "x", default: the text "soon" does not have the right form. Write a day as 2026-01-31, or an instant as 2026-01-31T12:00:00Z, with Z or an offset.',
  ],
  ['x: { type: string, default: "{{ y }}" }', '5:35 variable "x", default: there is no "y" here. Only functions can be used here.'],
  ['x: { type: string, input: 1 }', '5:29 variable "x", input: true or false is expected, not the number 1. Correct the value.'],
  [
    'x: { type: secret, default: topsecret }',
    '5:31 variable "x", default: a secret is never written here as it is, nor as an expression. Refer to it: { credential: vault/path } or { variable: name }.',
  ],
])('%s', (variable, expected) => {
  expect(check(variable).problems.map((problem) => problemLine(problem).replace('f:', ''))).toEqual([expected]);
});

test('R1.56 R6.4 a secret in plain text is a warning', () => {
  const { problems, warnings } = check('x: { type: secret, default: { insecure: topsecret } }');
  expect(problems).toEqual([]);
  expect(warnings.map(problemLine)).toEqual([
    'f:5:33 variable "x", default: this secret is stored in plain text. Put it into a vault and refer to it: { credential: vault/path }.',
  ]);
});
