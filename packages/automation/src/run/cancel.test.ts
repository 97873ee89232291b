import { FakeRunner, mail, play } from '../runner.test.fixture.ts';
import type { StepOptions } from '../runner.ts';

/** An action that ends only when it is told to. */
const hangs = (_: unknown, { signal }: StepOptions) =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
  });

const WORK = `  - id: work
    try:
      - { id: count, action: email.count }
    catch:
      - { id: caught, action: email.reply, with: { message: { folder: a, id: b }, text: caught } }
    finally:
      - { id: bye, action: email.disconnect }
  - { id: never, action: email.count }
`;

test('cancelling ends the step, is not caught, and lets finally run', async () => {
  const control = new AbortController();
  const seen: (boolean | undefined)[] = [];
  const runner = new FakeRunner({
    'email.count': (input, options) => {
      queueMicrotask(() => control.abort());
      return hangs(input, options);
    },
    'email.disconnect': (_, { signal }) => void seen.push(signal?.aborted),
  });
  const { result } = await play(runner, WORK, { signal: control.signal });
  expect(result).toMatchObject({
    ok: false,
    error: { code: 'automation.cancelled' },
    steps: { bye: { done: 1 }, caught: { done: 0 }, never: { done: 0 } },
  });
  expect(seen).toEqual([false]);
});

test('cancelling between two items ends the loop and closes the source', async () => {
  const control = new AbortController();
  const runner = new FakeRunner({ 'email.count': (_, __, call) => (call === 2 ? control.abort() : undefined) });
  runner.items = [mail('1'), mail('2'), mail('3')];
  const { result } = await play(
    runner,
    `  - id: each
    loop: email.loop
    onItemError: skip
    do: [{ id: count, action: email.count }]
`,
    { signal: control.signal },
  );
  expect(result).toMatchObject({ ok: false, error: { code: 'automation.cancelled' }, steps: { count: { done: 2 } } });
  expect([runner.pulled, runner.closed]).toEqual([2, 1]);
});

test('a run that was cancelled before does nothing', async () => {
  const runner = new FakeRunner();
  const { result } = await play(runner, WORK, { signal: AbortSignal.abort() });
  expect(result.error?.code).toBe('automation.cancelled');
  expect(runner.calls).toEqual([]);
});

test('a timeout ends a step with an error of its own, which can be caught', async () => {
  const runner = new FakeRunner({ 'email.count': hangs });
  const { result } = await play(
    runner,
    `  - id: work
    try: [{ id: count, action: email.count, timeout: 0.05 }]
    catch: [{ id: caught, action: email.reply, with: { message: { folder: a, id: b }, text: '{{ error.message }}' } }]
`,
  );
  expect(result.ok).toBe(true);
  expect(runner.inputs('email.reply')).toMatchObject([{ text: 'Step "count": it was not done within 0.05 s, its timeout.' }]);
});

test('a timeout of a try bounds its catch too, but not its finally', async () => {
  const runner = new FakeRunner({ 'email.count': hangs });
  const { result } = await play(runner, WORK.replace('try:', 'timeout: 0.05\n    try:'));
  expect(result).toMatchObject({
    ok: false,
    error: { code: 'automation.failed', message: 'Step "work": it was not done within 0.05 s, its timeout.' },
    steps: { caught: { done: 0 }, bye: { done: 1 } },
  });
});
