import { FakeRunner, mail, play } from '../runner.test.fixture.ts';

const BOT = `  - { id: word, set: { kind: bill } }
  - { id: count, action: email.count }
  - id: work
    try:
      - { id: second, action: email.connect, with: { session: Other, server: { backend: file, path: x } } }
      - { id: early, action: email.count }
      - id: each
        loop: email.loop
        as: mail
        do:
          - { id: before, action: email.count }
          - { id: move, action: email.move, with: { messages: '{{ mail }}', to: '{{ kind }}' } }
      - id: big
        if: '{{ count.count > 100 }}'
        do: [{ id: inner, action: email.count }, { id: next, action: email.count }]
    catch: [{ id: failed, action: email.count }]
    finally: [{ id: bye, action: email.disconnect, with: { session: Default } }]
  - { id: last, action: email.count }
`;
const TOP = 'variables: { kind: { type: string } }\n';

async function ran(options: object) {
  const runner = new FakeRunner({ 'email.count': () => ({ count: 1 }) });
  runner.items = [mail('1'), mail('2')];
  const { events, result } = await play(runner, BOT, options, TOP);
  const told = events.flatMap((event) => (event.event === 'step' && event.state === 'started' ? [event.id] : []));
  return { told, result, runner };
}

test('from a step: of those before it only Connect and set run, and a try around it keeps its clean-up', async () => {
  const { told, result } = await ran({ from: 'each' });
  // The condition needs what a step left out would give: an error like any other, and the error branch takes it.
  expect(result).toMatchObject({ ok: true, steps: { big: { failed: 1 }, failed: { done: 1 } } });
  expect(told).toEqual('connect word work second each before move before move big failed bye last'.split(' '));
  expect((await ran({ from: 'inner' })).told).toEqual(['connect', 'word', 'work', 'second', 'inner', 'next', 'bye', 'last']);
  expect((await ran({ from: 'bye' })).told).toEqual(['connect', 'word', 'work', 'second', 'bye', 'last']);
  expect((await ran({ from: 'last' })).told).toEqual(['connect', 'word', 'second', 'last']);
});

test('only a step: nothing after it, errors are not caught, and in a loop it takes the first item', async () => {
  const { told, runner } = await ran({ only: 'move' });
  expect(told).toEqual(['connect', 'word', 'second', 'each', 'move']);
  expect(runner.inputs('email.move')).toEqual([{ messages: mail('1'), to: 'bill' }]);
  expect([runner.pulled, runner.closed]).toEqual([1, 1]);
  expect((await ran({ only: 'each' })).told).toEqual(['connect', 'word', 'second', 'each', 'before', 'move', 'before', 'move']);
  expect((await ran({ only: 'bye' })).told).toEqual(['connect', 'word', 'second', 'bye']);
});

test.each([
  [{ from: 'move' }, /inside the loop 4\.3 "each"/],
  [{ from: 'failed' }, /error branch of 4 "work"/],
  [{ only: 'failed' }, /error branch of 4 "work"/],
  [{ only: 'nowhere' }, /no step "nowhere"/],
  [{ only: 'move', from: 'each' }, /together with from/],
])('%j is refused before anything runs', async (options, problem) => {
  await expect(ran(options)).rejects.toMatchObject({ code: 'input.invalid', message: expect.stringMatching(problem) as unknown });
});

test('a step that is switched off is refused', async () => {
  const runner = new FakeRunner();
  await expect(play(runner, `  - { id: count, action: email.count, off: true }\n`, { only: 'count' })).rejects.toMatchObject({
    message: expect.stringMatching(/step 2 "count" is switched off/) as unknown,
  });
  expect(runner.calls).toEqual([]);
});
