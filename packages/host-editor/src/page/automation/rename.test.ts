import type { StepContent } from '../../api.ts';
import { renamed } from './rename.ts';

const steps = (value: string): readonly StepContent[] => [{ id: 'use', action: 'email.send', with: { subject: value } }];
const after = (value: string, from = 'save', to = 'files') =>
  (renamed(steps(value), from, to, 'step') as unknown as readonly { with: { subject: string } }[]).map((step) => step.with.subject)[0];

test.each([
  ['{{ save.files }}', '{{ files.files }}'],
  ['Saved {{ size(save.files) }} of {{ mail.save }}', 'Saved {{ size(files.files) }} of {{ mail.save }}'],
  ['{{ save.name == \'save\' ? "save" : save.name }}', '{{ files.name == \'save\' ? "save" : files.name }}'],
  ['save {{ saved }} {{ _save }}', 'save {{ saved }} {{ _save }}'],
  ["{{ {'save': save} }}", "{{ {'save': files} }}"],
  ["{{ 'it\\'s save' + save.x }}", "{{ 'it\\'s save' + files.x }}"],
  ['{{ save', '{{ save'],
  ['{{ x ? save : y }}', '{{ x ? files : y }}'],
])('%s', (before, expected) => expect(after(before)).toBe(expected));

test('inside branches and lists, not in names, nor where a loop hides it', () => {
  const before: readonly StepContent[] = [
    { id: 'save', action: 'save' },
    { id: 'each', loop: '{{ save.files }}', as: 'file', do: [{ id: 'if', if: '{{ file == save.first }}', do: [] }] },
    { id: 'hidden', loop: '{{ save.files }}', as: 'save', do: [{ id: 'inner', set: { x: '{{ save }}' } }] },
    { id: 'list', action: 'email.send', with: { to: ['{{ save.a }}', { address: '{{ save.b }}' }] } },
  ];
  expect(renamed(before, 'save', 'kept', 'step')).toEqual([
    { id: 'save', action: 'save' },
    { id: 'each', loop: '{{ kept.files }}', as: 'file', do: [{ id: 'if', if: '{{ file == kept.first }}', do: [] }] },
    { id: 'hidden', loop: '{{ kept.files }}', as: 'save', do: [{ id: 'inner', set: { x: '{{ save }}' } }] },
    { id: 'list', action: 'email.send', with: { to: ['{{ kept.a }}', { address: '{{ kept.b }}' }] } },
  ]);
});

test('a variable: also where a secret names it, and where it is set', () => {
  const before: readonly StepContent[] = [
    { id: 'connect', action: 'email.connect', with: { password: { variable: 'word' } } },
    { id: 'set', set: { word: '{{ word + 1 }}', words: 1 } },
  ];
  expect(renamed(before, 'word', 'term', 'variable')).toEqual([
    { id: 'connect', action: 'email.connect', with: { password: { variable: 'term' } } },
    { id: 'set', set: { term: '{{ term + 1 }}', words: 1 } },
  ]);
  expect(renamed(before, 'word', 'term', 'step')[0]).toEqual(before[0]);
});
