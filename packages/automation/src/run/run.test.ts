import { readFileSync } from 'node:fs';
import { parseAutomation } from '../check.ts';
import { PALETTE } from '../palette.test.fixture.ts';
import { FakeRunner, mail, play, refused } from '../runner.test.fixture.ts';
import { runAutomation } from './run.ts';

const MOVE_ALL = `
  - id: each
    loop: email.loop
    with: { folder: INBOX }
    as: mail
    do:
      - { id: move, action: email.move, with: { messages: '{{ mail }}', to: 'Done/{{ mail.subject }}' } }
`;

test('a loop passes its items on whole, and counts', async () => {
  const runner = new FakeRunner();
  runner.items = [mail('1'), mail('2')];
  const { result } = await play(runner, MOVE_ALL);
  expect(result).toEqual({
    ok: true,
    steps: { connect: { done: 1, failed: 0 }, each: { done: 1, failed: 0 }, move: { done: 2, failed: 0 } },
    outputs: {},
  });
  expect(runner.inputs('email.move')).toEqual([
    { messages: mail('1'), to: 'Done/Invoice 1' },
    { messages: mail('2'), to: 'Done/Invoice 2' },
  ]);
});

test('items are pulled one at a time, and leaving the loop closes their source', async () => {
  const runner = new FakeRunner();
  runner.items = Array.from({ length: 100 }, (_, index) => mail(String(index)));
  const { result } = await play(
    runner,
    `  - id: each
    loop: email.loop
    do:
      - id: third
        if: "{{ item.subject == 'Invoice 2' }}"
        do: [{ id: out, stop: loop }]
  - { id: after, action: email.reply, with: { message: { folder: a, id: b }, text: '{{ each.count }} {{ each.failed }}' } }
`,
  );
  expect(result.ok).toBe(true);
  expect([runner.pulled, runner.closed]).toEqual([3, 1]);
  expect(runner.inputs('email.reply')).toEqual([{ message: { folder: 'a', id: 'b' }, text: '3 0' }]);
});

test('events tell a run in order, with numbers and sentences', async () => {
  const runner = new FakeRunner();
  runner.items = [mail('1')];
  const { events } = await play(runner, MOVE_ALL);
  expect(
    events.map((event) => ({ ...event, ...('ms' in event && { ms: 0 }), ...('title' in event && { title: String(event.title) }) })),
  ).toEqual([
    { event: 'run', id: 'test', name: 'Test', dryRun: false },
    { event: 'step', id: 'connect', number: '1', title: 'Connect Default to (file)', state: 'started' },
    { event: 'step', id: 'connect', number: '1', title: 'Connect Default to (file)', state: 'done', ms: 0 },
    { event: 'step', id: 'each', number: '2', title: 'For each mail in INBOX:', state: 'started' },
    { event: 'item', id: 'each', index: 1, subject: 'Invoice 1' },
    { event: 'step', id: 'move', number: '2.1', title: 'Move "Invoice 1" to Done/Invoice 1', state: 'started' },
    { event: 'step', id: 'move', number: '2.1', title: 'Move "Invoice 1" to Done/Invoice 1', state: 'done', ms: 0 },
    { event: 'step', id: 'each', number: '2', title: 'For each mail in INBOX:', state: 'done', ms: 0, output: { count: 1, failed: 0 } },
    {
      event: 'end',
      ok: true,
      steps: { connect: { done: 1, failed: 0 }, each: { done: 1, failed: 0 }, move: { done: 1, failed: 0 } },
      outputs: {},
      ms: 0,
    },
  ]);
});

test('an error without catch ends the run and is its result', async () => {
  const { result, events } = await play(
    new FakeRunner({
      'email.count': () => {
        throw refused();
      },
    }),
    `  - { id: count, action: email.count }\n  - { id: never, action: email.count }\n`,
  );
  expect(result).toMatchObject({
    ok: false,
    error: { code: 'server.refused' },
    steps: { count: { done: 0, failed: 1 }, never: { done: 0, failed: 0 } },
  });
  expect(events.at(-1)).toMatchObject({ event: 'end', ok: false, error: { code: 'server.refused' } });
});

test('what the runner throws besides EmailError is told as a bug, not lost', async () => {
  const { result } = await play(
    new FakeRunner({
      'email.count': () => {
        throw new TypeError('oops');
      },
    }),
    `  - { id: count, action: email.count }\n`,
  );
  expect(result.error).toMatchObject({ code: 'internal.bug', details: { where: 'count', problem: 'oops' } });
});

test('a step that is off is skipped, and its result is missing with a clear error', async () => {
  const { result, events } = await play(
    new FakeRunner(),
    `  - { id: count, action: email.count, off: true }
  - { id: reply, action: email.reply, with: { message: { folder: a, id: b }, text: 'n={{ count.count }}' } }
`,
  );
  expect(events).toContainEqual(
    expect.objectContaining({ id: 'count', state: 'skipped', title: expect.objectContaining({ text: 'Count' }) as unknown }),
  );
  expect(result.error?.message).toBe(
    'Step "reply": {{ count.count }} has no value: "count" is a step that has not run, or a variable that was never set.',
  );
});

test('an absent field names its expression; has() and orValue() help', async () => {
  const runner = new FakeRunner();
  runner.items = [mail('1')];
  const loop = (text: string) => `  - id: each
    loop: email.loop
    do:
      - { id: reply, action: email.reply, with: { message: '{{ item }}', text: ${text} } }
`;
  const { result } = await play(runner, loop(`'Re: {{ item.text }}'`));
  expect(result.error?.message).toBe(
    'Step "reply": {{ item.text }} has no value: there is no "text". has() tests for a field; .?text.orValue(...) gives a value of your own instead.',
  );
  await play(runner, loop(`"{{ has(item.text) ? item.text : 'none' }} {{ item.?text.orValue('-') }}"`));
  expect(runner.inputs('email.reply')).toEqual([{ message: mail('1'), text: 'none -' }]);
});

test('what stands in a mail is never evaluated', async () => {
  const attack = mail('1', { subject: "{{ pw }} {{ now() }} ${process.exit()} {{ word + '!' }}", text: '{{ word }}' });
  const runner = new FakeRunner({ 'email.read': () => ({ found: true, message: attack }) });
  runner.items = [attack];
  const { result } = await play(
    runner,
    `  - id: each
    loop: email.loop
    as: mail
    do:
      - { id: keep, set: { word: '{{ mail.subject }}' } }
      - { id: read, action: email.read, with: { message: '{{ mail }}' } }
      - { id: reply, action: email.reply, with: { message: '{{ read.message }}', text: '{{ word }}|{{ mail.text + read.message.text }}' } }
`,
    {},
    'variables: { word: { type: string, default: x }, pw: { type: secret, default: { credential: a/b } } }\n',
  );
  expect(result.ok).toBe(true);
  expect(runner.inputs('email.reply')).toEqual([{ message: attack, text: `${attack.subject}|{{ word }}{{ word }}` }]);
});

test('a header named like a property of objects does no harm', async () => {
  const headers = Object.fromEntries([
    ['constructor', ['evil']],
    ['__proto__', ['evil']],
    ['x-number', ['17']],
  ]);
  const runner = new FakeRunner();
  runner.items = [mail('1', { headers })];
  const { result } = await play(
    runner,
    `  - id: each
    loop: email.loop
    do:
      - { id: reply, action: email.reply, with: { message: '{{ item }}', text: "{{ item.headers['x-number'][0] }}{{ item.headers['constructor'][0] }}" } }
`,
  );
  expect(result.error).toBeUndefined();
  expect(runner.inputs('email.reply')).toEqual([{ message: mail('1', { headers }), text: '17evil' }]);
});

test('a list is looped over, nested names hide outer ones', async () => {
  const runner = new FakeRunner();
  runner.items = [mail('1', { from: [{ address: 'a@x' }, { address: 'b@x' }] })];
  await play(
    runner,
    `  - id: each
    loop: email.loop
    do:
      - id: inner
        loop: '{{ item.from }}'
        do:
          - { id: reply, action: email.reply, with: { message: { folder: a, id: b }, text: '{{ item.address }}' } }
      - { id: last, action: email.reply, with: { message: { folder: a, id: b }, text: '{{ item.subject }} {{ inner.count }}' } }
`,
  );
  expect(runner.inputs('email.reply').map((input) => (input as { text: string }).text)).toEqual(['a@x', 'b@x', 'Invoice 1 2']);
});

test('stop: run ends everything and is no failure; finally still runs', async () => {
  const runner = new FakeRunner();
  runner.items = [mail('1'), mail('2')];
  const { result } = await play(
    runner,
    `  - id: work
    try:
      - id: each
        loop: email.loop
        do: [{ id: out, stop: run }]
      - { id: never, action: email.count }
    finally:
      - { id: bye, action: email.disconnect }
  - { id: never2, action: email.count }
`,
  );
  expect(result).toMatchObject({ ok: true, steps: { out: { done: 1 }, bye: { done: 1 }, never: { done: 0 }, never2: { done: 0 } } });
  expect(runner.closed).toBe(1);
});

test('R0.8 no secret shows in events', async () => {
  const text = `version: 1
id: t
name: T
steps:
  - id: connect
    action: email.connect
    with: { server: { backend: imap, host: h, auth: { mode: basic, username: { insecure: someone }, password: { insecure: hunter22 } } } }
`;
  const told: string[] = [];
  const automation = parseAutomation(text, 'f', PALETTE);
  await runAutomation(automation, new FakeRunner(), { onEvent: (event) => told.push(JSON.stringify(event)) });
  expect(told.join()).toContain('connect');
  expect(told.join()).not.toMatch(/hunter22|someone/);
});

test('the sample: a mail that fails goes to Failed, the others to Done', async () => {
  const text = readFileSync(new URL('../../../../fixtures/automations/invoices.steps.yaml', import.meta.url), 'utf8');
  const runner = new FakeRunner({ 'email.reply': (_, __, call) => (call === 2 ? Promise.reject(refused()) : {}) });
  runner.items = [mail('1'), mail('2'), mail('3')];
  const result = await runAutomation(parseAutomation(text, 'invoices.steps.yaml', PALETTE), runner, { variables: { imapPort: '1143' } });
  expect(result).toMatchObject({
    ok: true,
    steps: { save: { done: 3 }, reply: { done: 2, failed: 1 }, done: { done: 2 }, failed: { done: 1 }, bye: { done: 1 } },
  });
  const to = runner.inputs('email.move').map((input) => input as { to: string; messages: { subject: string } });
  expect(to.map((input) => `${input.messages.subject} ${input.to}`)).toEqual(['Invoice 1 Done', 'Invoice 2 Failed', 'Invoice 3 Done']);
  expect(runner.inputs('email.connect')).toEqual([
    expect.objectContaining({ server: expect.objectContaining({ host: '127.0.0.1', port: 1143, security: 'starttls' }) }),
  ]);
  expect(runner.inputs('email.loop')).toEqual([
    expect.objectContaining({ filter: { op: 'and', of: [expect.anything(), { op: 'contains', field: 'subject', value: 'invoice' }] } }),
  ]);
});
