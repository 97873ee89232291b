import fc from 'fast-check';
import type { AutomationContent, StepContent } from '../../api.ts';
import { allSteps, branchesOf, idsOf, stepsIn, type Place } from './content.ts';
import { begin, done, redone, undone, type History } from './history.ts';
import type { Operation } from './operations.ts';

const START: AutomationContent = {
  version: 1,
  id: 'start',
  name: 'Start',
  variables: { word: { type: 'string', default: 'x' } },
  steps: [
    { id: 'connect', action: 'email.connect', with: { password: { variable: 'word' } } },
    {
      id: 'work',
      try: [
        { id: 'each', loop: 'email.loop', as: 'mail', do: [{ id: 'save', action: 'email.save-attachments', with: { to: '{{ word }}' } }] },
      ],
      catch: [{ id: 'failed', action: 'email.move', with: { to: '{{ save.files }}' } }],
    },
    { id: 'choice', if: '{{ word == "x" }}', do: [], else: [{ id: 'stop', stop: 'run' }] },
  ],
};

/** Every place where a step could go. */
function places(content: AutomationContent): Place[] {
  const found: Place[] = content.steps.map((_, index) => ({ parent: null, branch: 'do', index }));
  for (const { step } of allSteps(content.steps))
    for (const branch of branchesOf(step)) found.push({ parent: step.id, branch, index: stepsIn(step, branch).length });
  return [...found, { parent: null, branch: 'do', index: content.steps.length }];
}
const kinds = ['add', 'remove', 'move', 'change', 'rename', 'variables', 'name'] as const;
const drawn = fc.record({ kind: fc.constantFrom(...kinds), one: fc.nat(), other: fc.nat(), typing: fc.boolean() });

function operation(
  content: AutomationContent,
  { kind, one, other, typing }: typeof drawn extends fc.Arbitrary<infer T> ? T : never,
): Operation {
  const ids = [...idsOf(content.steps)];
  const id = ids[one % Math.max(1, ids.length)] ?? 'none';
  const all = places(content);
  const at = all[other % all.length] as Place;
  const step = [...allSteps(content.steps)].find((found) => found.step.id === id)?.step;
  switch (kind) {
    case 'add':
      return { op: 'add', steps: [{ id: `new${one}`, action: 'email.count', with: { folder: '{{ save.files }}' } } as StepContent], at };
    case 'remove':
      return { op: 'remove', id };
    case 'move':
      return { op: 'move', id, at };
    case 'change':
      return { op: 'change', step: { ...step, id, title: `t${other}` } as StepContent, ...(typing && { field: '/title' }) };
    case 'rename':
      return { op: 'rename', id, to: other % 3 === 0 ? (ids[other % ids.length] ?? 'x') : `id${other}` };
    case 'variables':
      return typing
        ? { op: 'variables', variables: { term: { type: 'string' } }, renamed: { from: 'word', to: 'term' } }
        : { op: 'variables', variables: one % 2 === 0 ? {} : { word: { type: 'number', default: other } } };
    case 'name':
      return { op: 'name', name: `Name ${one}` };
  }
}

test('whatever is done: undo leads back to the very same content, redo to the very same end', () => {
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 25 }), (draws) => {
      const contents = [START];
      let history: History = begin(START);
      for (const draw of draws) {
        history = done(history, operation(history.now.content, draw), null);
        contents.push(history.now.content);
      }
      const end = history.now.content;
      const frozen = JSON.stringify(contents);
      let back: History | undefined = history;
      let steps = 0;
      for (let next = undone(history); next; next = undone(next)) [back, steps] = [next, steps + 1];
      expect(back.now.content).toBe(START);
      expect(steps).toBe(history.past.length);
      for (let next = redone(back); next; next = redone(next)) back = next;
      expect(back.now.content).toBe(end);
      // Nothing that was shown before was changed afterwards.
      expect(JSON.stringify(contents)).toBe(frozen);
    }),
    { numRuns: 300 },
  );
});

test('a moved step is neither lost nor doubled, wherever it goes', () => {
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 15 }), (draws) => {
      let history = begin(START);
      for (const draw of draws) {
        const before = [...allSteps(history.now.content.steps)].map(({ step }) => step.id).toSorted();
        history = done(history, operation(history.now.content, { ...draw, kind: 'move' }), null);
        expect([...allSteps(history.now.content.steps)].map(({ step }) => step.id).toSorted()).toEqual(before);
      }
    }),
    { numRuns: 300 },
  );
});
