import { Secret } from '@mailwright/core';
import type { StepAhead } from './interpreter.ts';
import type { StepValue } from './values.ts';
import { FakeRunner, mail, play } from '../runner.test.fixture.ts';

const LOOP = `  - id: each
    loop: email.loop
    as: mail
    do: [{ id: move, action: email.move, with: { messages: '{{ mail }}', to: Done } }]
`;

test('the gate is awaited before each step, once a round, and not for a step that is off', async () => {
  const runner = new FakeRunner();
  runner.items = [mail('1'), mail('2')];
  const ahead: StepAhead[] = [];
  const held = Promise.withResolvers<void>();
  const waiting = Promise.withResolvers<void>();
  const story = play(runner, `${LOOP}  - { id: never, action: email.count, off: true }\n`, {
    beforeStep: async (step) => {
      ahead.push(step);
      if (ahead.length !== 3) return;
      waiting.resolve();
      await held.promise;
    },
  });
  await waiting.promise;
  expect(runner.inputs('email.move')).toEqual([]);
  held.resolve();
  expect((await story).result.ok).toBe(true);
  expect(ahead.map(({ id, number }) => `${number} ${id}`)).toEqual(['1 connect', '2 each', '2.1 move', '2.1 move']);
  expect(String(ahead[2]?.title)).toBe('Move');
});

test('a run that is held is cancelled like any other', async () => {
  const stop = new AbortController();
  const { result } = await play(new FakeRunner(), LOOP, {
    signal: stop.signal,
    beforeStep: ({ id }) =>
      new Promise((resolve) => {
        if (id !== 'each') return resolve();
        stop.signal.addEventListener('abort', () => resolve());
        stop.abort();
      }),
  });
  expect(result).toMatchObject({ ok: false, error: { code: 'automation.cancelled' }, steps: { each: { done: 0, failed: 0 } } });
});

test('values are told apart from the events, with their round, and hold no secret', async () => {
  const secret = new Secret('canary-values-of-a-step');
  const runner = new FakeRunner({
    'email.move': () => ({ moved: [], note: `the server said ${secret.reveal()}` }),
  });
  runner.items = [mail('1', { when: new Date(0) })];
  const values: StepValue[] = [];
  await play(runner, LOOP, { onValue: (value) => values.push(value) });
  expect(values.map(({ id, what, round }) => [id, what, round])).toEqual([
    ['connect', 'input', undefined],
    ['connect', 'output', undefined],
    ['each', 'input', undefined],
    ['each', 'item', 1],
    ['move', 'input', 1],
    ['move', 'output', 1],
    ['each', 'output', undefined],
  ]);
  expect(values[5]?.value).toEqual({ moved: [], note: 'the server said [secret]' });
  expect(values[3]?.value).toMatchObject({ subject: 'Invoice 1', when: '1970-01-01T00:00:00.000Z' });
  expect(JSON.stringify(values)).not.toContain('canary');
});

test('a step that is held tells what its expressions can name: variables, the item of its round, results above; no secret', async () => {
  const secret = new Secret('canary-names-of-a-step');
  const runner = new FakeRunner({ 'email.count': () => ({ count: 7, note: secret.reveal() }) });
  runner.items = [mail('1'), mail('2')];
  const seen: [string, Readonly<Record<string, unknown>>][] = [];
  const steps = `  - { id: first, action: email.count }
  - { id: add, set: { handled: '{{ handled + 1 }}' } }
${LOOP}`;
  const beforeStep = ({ id, names }: StepAhead) => Promise.resolve(void seen.push([id, names()]));
  const variables = 'variables: { handled: { type: number, default: 1 }, key: { type: secret, default: { credential: a/b } } }\n';
  await play(runner, steps, { beforeStep }, variables);
  expect(seen.map(([id, names]) => [id, Object.keys(names)])).toEqual([
    ['connect', ['handled']],
    ['first', ['handled', 'connect']],
    ['add', ['handled', 'connect', 'first']],
    ['each', ['handled', 'connect', 'first']],
    ['move', ['handled', 'connect', 'first', 'mail']],
    ['move', ['handled', 'connect', 'first', 'mail']],
  ]);
  expect(seen.map(([, { handled }]) => handled)).toEqual([1, 1, 1, 2, 2, 2]);
  expect(seen[5]?.[1]).toMatchObject({ first: { count: 7, note: '[secret]' }, mail: { subject: 'Invoice 2' } });
  expect(JSON.stringify(seen)).not.toContain('canary');
});
