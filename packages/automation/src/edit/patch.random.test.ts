import fc from 'fast-check';
import { contentOf, patchedInPlace } from './patch.ts';
import { copy, files, loose, taken, type Loose, type Step } from './patch.test.fixture.ts';

describe('random edits', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      'a: b',
      '# x',
      "it's",
      '- x',
      '{{ mail }}',
      'a\nb\n',
      'a\n\n  b',
      ' x ',
      '"',
      'yes',
      '1',
      'null',
      '',
      '\ttab',
      'x\n',
      '\n',
      '| a',
      '%',
      '@',
      'é 日本',
    ),
  );
  const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  type Change = (content: Loose, choose: (count: number) => number) => void;
  const ids = (steps: Step[]): string[] =>
    steps.flatMap((one) => [
      one.id,
      ...['do', 'try', 'catch', 'finally', 'else'].flatMap((key) => (Array.isArray(one[key]) ? ids(one[key] as Step[]) : [])),
    ]);
  const holders = (content: Loose): Record<string, unknown>[] => {
    const found: Record<string, unknown>[] = [];
    const look = (one: unknown) => {
      if (typeof one !== 'object' || one === null) return;
      if (!Array.isArray(one)) found.push(one as Record<string, unknown>);
      Object.values(one).forEach(look);
    };
    look(content);
    return found;
  };
  let count = 0;
  const setField =
    (made: unknown): Change =>
    (content, choose) => {
      const all = holders(content);
      const holder = all[choose(all.length)] ?? content;
      const keys = Object.keys(holder).filter((key) => !['id', 'steps', 'do', 'try', 'catch', 'finally', 'else'].includes(key));
      holder[keys[choose(keys.length + 1)] ?? `new${String(choose(3))}`] = made;
    };
  const drop: Change = (content, choose) => {
    const all = holders(content);
    const holder = all[choose(all.length)] ?? content;
    const keys = Object.keys(holder).filter((key) => key !== 'id' && key !== 'steps');
    const key = keys[choose(keys.length)];
    if (key !== undefined) delete holder[key];
  };
  const lists = (content: Loose): Step[][] => [
    content.steps,
    ...holders(content).flatMap((holder) =>
      ['do', 'try', 'catch', 'finally'].flatMap((key) => (Array.isArray(holder[key]) ? [holder[key] as Step[]] : [])),
    ),
  ];
  const move: Change = (content, choose) => {
    const known = ids(content.steps);
    const id = known[choose(known.length)];
    if (id === undefined) return;
    const one = taken(content, id);
    const all = lists(content);
    const list = all[choose(all.length)] ?? content.steps;
    list.splice(choose(list.length + 1), 0, one);
  };
  const add =
    (made: unknown): Change =>
    (content, choose) => {
      const all = lists(content);
      const list = all[choose(all.length)] ?? content.steps;
      list.splice(choose(list.length + 1), 0, { id: `fresh${String(count++)}`, action: 'email.x', with: { v: made } });
    };
  const remove: Change = (content, choose) => {
    const known = ids(content.steps);
    const id = known[choose(known.length)];
    if (id !== undefined) taken(content, id);
  };
  const kinds = { set: setField, add, move: () => move, remove: () => remove, drop: () => drop };
  const change = fc.record({
    kind: fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])),
    made: value,
    numbers: fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }),
  });

  test.each(Object.entries(files))('hold what was asked for, in place (%s)', (_, before) => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let now = before;
        for (const { kind, made, numbers } of changes) {
          const content = loose(now);
          let at = 0;
          kinds[kind](made)(content, (count) => (count === 0 ? 0 : (numbers[at++ % numbers.length] ?? 0) % count));
          const patched = patchedInPlace(now, copy(content));
          if (patched === undefined) throw new Error(`${JSON.stringify(content)}\n${now}`);
          now = patched;
          expect(contentOf(now)).toEqual(content);
        }
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
