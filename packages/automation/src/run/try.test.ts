import { EmailError } from '@mailwright/core';
import { FakeRunner, mail, play, refused } from '../runner.test.fixture.ts';

const fails = () => {
  throw refused();
};
const reply = (id: string, text: string) => `{ id: ${id}, action: email.reply, with: { message: { folder: a, id: b }, text: ${text} } }`;
const texts = (runner: FakeRunner) => runner.inputs('email.reply').map((input) => (input as { text: string }).text);

test('catch sees code, message and fix; the run goes on', async () => {
  const runner = new FakeRunner({ 'email.count': fails });
  const { result, events } = await play(
    runner,
    `  - id: work
    try: [{ id: count, action: email.count }]
    catch: [${reply('a', "'{{ error.code }}|{{ error.message }}|{{ size(error.fix) > 0 }}'")}]
    finally: [${reply('b', "'finally'")}]
  - ${reply('c', "'after'")}
`,
  );
  expect(result.ok).toBe(true);
  expect(texts(runner)).toEqual(['server.refused|The server refused to move: NO|true', 'finally', 'after']);
  expect(events.filter(({ event }) => event === 'caught')).toEqual([
    { event: 'caught', id: 'work', error: expect.objectContaining({ code: 'server.refused' }) },
  ]);
  expect(events).toContainEqual(expect.objectContaining({ id: 'a', number: '2e.1', state: 'done' }));
  expect(events).toContainEqual(expect.objectContaining({ id: 'b', number: '2f.1', state: 'done' }));
});

test('without catch the error goes on after finally; an error of finally does not hide it', async () => {
  const runner = new FakeRunner({
    'email.count': fails,
    'email.disconnect': () => Promise.reject(new EmailError('connection.lost', { host: 'h' })),
  });
  const { result } = await play(
    runner,
    `  - id: work
    try: [{ id: count, action: email.count }]
    finally: [{ id: bye, action: email.disconnect }]
`,
  );
  expect(result).toMatchObject({ ok: false, error: { code: 'server.refused' }, steps: { bye: { failed: 1 } } });
});

test('an error of finally alone is the error of the step', async () => {
  const runner = new FakeRunner({ 'email.disconnect': fails });
  const { result } = await play(runner, `  - { id: work, try: [], finally: [{ id: bye, action: email.disconnect }] }\n`);
  expect(result).toMatchObject({ ok: false, error: { code: 'server.refused' } });
});

test('an error inside catch goes up, and the outer catch has it', async () => {
  const runner = new FakeRunner({
    'email.count': fails,
    'email.move': () => Promise.reject(new EmailError('folder.role_missing', { role: 'junk' })),
  });
  await play(
    runner,
    `  - id: outer
    try:
      - id: inner
        try: [{ id: count, action: email.count }]
        catch: [{ id: move, action: email.move, with: { messages: [], to: x } }]
    catch: [${reply('a', "'{{ error.code }}'")}]
`,
  );
  expect(texts(runner)).toEqual(['folder.role_missing']);
});

test('a failed expression can be caught like any other error', async () => {
  const runner = new FakeRunner();
  await play(
    runner,
    `  - id: work
    try: [{ id: s, set: { n: "{{ number('abc') }}" } }]
    catch: [${reply('a', "'{{ error.code }}: {{ error.message }}'")}]
`,
    {},
    'variables: { n: { type: number } }\n',
  );
  expect(texts(runner)).toEqual([
    'automation.failed: Step "s": {{ number(\'abc\') }} "abc" is no number. Check the values that this function is given.',
  ]);
});

describe('onItemError', () => {
  const loop = (more: string) => `  - id: each
    loop: email.loop
    ${more}
    do: [{ id: move, action: email.move, with: { messages: '{{ item }}', to: x } }]
  - ${reply('a', "'{{ each.count }} {{ each.failed }}'")}
`;
  const ten = Array.from({ length: 10 }, (_, index) => mail(String(index)));

  test('stop, the default: the error goes up', async () => {
    const runner = new FakeRunner({ 'email.move': (_, __, call) => (call === 3 ? fails() : {}) });
    runner.items = ten;
    const { result } = await play(runner, loop('timeout: 60'));
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'server.refused' },
      steps: { move: { done: 2, failed: 1 }, each: { failed: 1 } },
    });
    expect(runner.closed).toBe(1);
  });

  test('skip: the item is noted and the next one comes', async () => {
    const runner = new FakeRunner({ 'email.move': (_, __, call) => (call % 3 === 0 ? fails() : {}) });
    runner.items = ten;
    const { result } = await play(runner, loop('onItemError: skip'));
    expect(result).toMatchObject({ ok: true, steps: { move: { done: 7, failed: 3 } } });
    expect(texts(runner)).toEqual(['10 3']);
  });

  test('maxFailures counts failures in a row', async () => {
    const runner = new FakeRunner({ 'email.move': (_, __, call) => ([1, 2, 4, 5, 6].includes(call) ? fails() : {}) });
    runner.items = ten;
    const { result } = await play(runner, loop('onItemError: skip\n    maxFailures: 3'));
    expect(result).toMatchObject({
      ok: false,
      steps: { move: { done: 1, failed: 5 } },
      error: {
        code: 'automation.too_many_failures',
        message: expect.stringMatching(/3 items in a row failed.*maxFailures.*The last: \S/s),
      },
    });
  });

  test('a session that is lost for good ends the loop at once', async () => {
    const runner = new FakeRunner({ 'email.move': () => Promise.reject(new EmailError('auth.rejected', { host: 'h', username: 'u' })) });
    runner.items = ten;
    const { result } = await play(runner, loop('onItemError: skip'));
    expect(result).toMatchObject({ ok: false, error: { code: 'auth.rejected' }, steps: { move: { done: 0, failed: 1 } } });
  });
});
