import { contentOf, patchAutomation, patchedInPlace, type AutomationContent } from './patch.ts';
import { files, find, loose, odd, taken, type Loose, type Step } from './patch.test.fixture.ts';

const patch = (text: string, change: (content: Loose) => void) => {
  const content = loose(text);
  change(content);
  const patched = patchedInPlace(text, content);
  expect(patched).toBeDefined();
  return patched ?? '';
};
/** The lines that are only in one of two texts. */
function difference(before: string, after: string): { gone: string[]; come: string[] } {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  const less = (one: string[], other: string[]) => {
    const left = [...other];
    return one.filter((line) => {
      const at = left.indexOf(line);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
  };
  return { gone: less(old, fresh), come: less(fresh, old) };
}
const step = (content: Loose, id: string): Step => {
  const found = find(content.steps, id);
  if (!found) throw new Error(id);
  return found.list[found.at] as Step;
};

test.each(Object.entries(files))('nothing changed: not a byte (%s)', (_, text) => {
  expect(patchAutomation(text, contentOf(text) as AutomationContent)).toBe(text);
  expect(patchedInPlace(text, contentOf(text) as AutomationContent)).toBe(text);
});

describe('one change, one line', () => {
  test.each<[string, (content: Loose) => void, string[], string[]]>([
    ['a name in quotes', (c) => (c['name'] = 'Other'), ['name: "Odd" # a name'], ['name: "Other" # a name']],
    [
      'a number',
      (c) => (((step(c, 'connect')['with'] as Loose)['server'] as Loose)['port'] = 143),
      ['        port: 993'],
      ['        port: 143'],
    ],
    [
      'a field in braces',
      (c) => ((step(c, 'done')['with'] as Loose)['to'] = 'Filed, here'),
      ["          - { id: done, action: email.move, with: { session: Default, messages: '{{ mail }}', to: Done } } # away"],
      ["          - { id: done, action: email.move, with: { session: Default, messages: '{{ mail }}', to: 'Filed, here' } } # away"],
    ],
    [
      'a new field in braces',
      (c) => ((step(c, 'done')['with'] as Loose)['createFolder'] = true),
      ["          - { id: done, action: email.move, with: { session: Default, messages: '{{ mail }}', to: Done } } # away"],
      [
        "          - { id: done, action: email.move, with: { session: Default, messages: '{{ mail }}', to: Done, createFolder: true } } # away",
      ],
    ],
    ['a new field on a line', (c) => ((step(c, 'bye')['with'] as Loose)['x'] = 'yes: no'), [], ["      x: 'yes: no'"]],
    ['a field less', (c) => delete step(c, 'each')['as'], ['        as: mail'], []],
    ['a step switched off', (c) => (step(c, 'bye')['off'] = true), [], ['    off: true']],
    [
      'a text of several lines',
      (c) => ((step(c, 'reply')['with'] as Loose)['text'] = 'Hello,\n# this is text\n\n  changed\n'),
      ['                  indented'],
      ['                  changed'],
    ],
    [
      'a field between comments',
      (c) => (((c['variables'] as Record<string, Loose>)['count'] as Loose)['default'] = 4),
      ['    default: 3 #	a tab'],
      ['    default: 4 #	a tab'],
    ],
    [
      'a step less',
      (c) => taken(c, 'bye'),
      ['  - id: bye', '    action: email.disconnect', '    with:', '      session: Default', '# the end'],
      [],
    ],
  ])('%s', (_, change, gone, come) => {
    const found = difference(odd, patch(odd, change));
    expect(found.come).toEqual(come);
    expect(found.gone.filter((line) => line !== '# the end')).toEqual(gone.filter((line) => line !== '# the end'));
  });
});

test('a step that moves takes its comments along, into a loop and out of it', () => {
  const moved = patch(odd, (c) => (step(c, 'each')['do'] as Step[]).unshift(taken(c, 'connect')));
  expect(moved).toContain(
    `        do:
          - id: connect # the way in
            action: email.connect
            with:
              session: Default
              server:   # where
                backend: imap
                host: imap.example.test
                # the usual port
                port: 993
`.replace('        do:\n', '        do:\n          # first of all\n\n'),
  );
  const out = patch(odd, (c) => c.steps.push(taken(c, 'done'), taken(c, 'reply')));
  expect(out).toContain(
    "  # file it\n  - { id: done, action: email.move, with: { session: Default, messages: '{{ mail }}', to: Done } } # away\n",
  );
  expect(out).toContain('  # answer\n  - id: reply\n    action: email.reply\n');
});

test('a new step stands on lines of its own, references in braces', () => {
  const made = patch(odd, (c) =>
    c.steps.splice(1, 0, {
      id: 'loop',
      loop: 'email.loop',
      with: { session: 'Default', filter: { op: 'flag', name: 'seen', value: false } },
      as: 'mail',
      do: [{ id: 'mark', action: 'email.mark', with: { messages: '{{ mail }}', text: 'a\nb' } }],
    }),
  );
  expect(difference(odd, made).gone).toEqual([]);
  expect(made).toContain(`
  - id: loop
    loop: email.loop
    with:
      session: Default
      filter: { op: flag, name: seen, value: false }
    as: mail
    do:
      - id: mark
        action: email.mark
        with:
          messages: '{{ mail }}'
          text: |-
            a
            b

  # then the work
`);
});

test('anchors are refused, as in a check', () => {
  expect(() => patchAutomation('version: 1\nid: &a x\nname: *a\nsteps: []\n', { steps: [] })).toThrow(
    expect.objectContaining({ code: 'automation.invalid' }),
  );
  expect(contentOf('steps: [{ id: x }, { id: x }]')).toBeUndefined();
});
