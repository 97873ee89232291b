import { loadCalls } from './calls.ts';
import { parseAutomation } from './check.ts';
import { PALETTE } from './palette.test.fixture.ts';
import { problemLine } from './problem.ts';
import { runAutomation } from './run/run.ts';
import { FakeRunner } from './runner.test.fixture.ts';

const automation = (body: string) => `version: 1\nid: x\nname: X\n${body}`;
const MAIN = automation(`variables:
  who: { type: string, default: Ann }
  pw: { type: secret, default: { credential: vault/pw } }
steps:
  - { id: login, call: parts/login.steps.yaml, with: { user: '{{ who }}', secret: { variable: pw } } }
  - { id: reply, action: email.reply, with: { message: { folder: a, id: b }, text: '{{ login.greeting }}' } }
`);
const LOGIN = automation(`variables:
  user: { type: string, input: true }
  secret: { type: secret, input: true }
  greeting: { type: string, output: true }
steps:
  - id: connect
    action: email.connect
    with: { server: { backend: imap, host: h, auth: { mode: basic, username: '{{ user }}', password: { variable: secret } } } }
  - { id: more, call: deeper.steps.yaml }
  - { id: greet, set: { greeting: 'Hello {{ user }}' } }
`);
const DEEPER = automation('steps: [{ id: count, action: email.count, off: true }]\nvariables: { a: { type: string, output: true } }\n');
const FILES: Record<string, string> = { 'parts/login.steps.yaml': LOGIN, 'parts/deeper.steps.yaml': DEEPER };

async function run(main: string, files: Record<string, string>, runner = new FakeRunner()) {
  const loadFile = (path: string) => (path in files ? Promise.resolve(files[path] ?? '') : Promise.reject(new Error('ENOENT')));
  const events: unknown[] = [];
  const result = await runAutomation(parseAutomation(main, 'main.steps.yaml', PALETTE), runner, {
    loadFile,
    onEvent: (event) => events.push(event),
  });
  return { result, runner, events };
}

test('a call passes inputs, gives outputs, and finds its own calls beside it', async () => {
  const { result, runner, events } = await run(MAIN, FILES);
  expect(result).toMatchObject({
    ok: true,
    steps: { login: { done: 1 }, 'login.connect': { done: 1 }, 'login.more': { done: 1 }, reply: { done: 1 } },
  });
  expect(runner.inputs('email.reply')).toMatchObject([{ text: 'Hello Ann' }]);
  expect(events).toContainEqual(expect.objectContaining({ id: 'login.more.count', number: '1.2.1', state: 'skipped' }));
});

test('a called automation sees its own secrets, the caller its own again', async () => {
  const { runner } = await run(MAIN, FILES);
  const credential = { credential: 'vault/pw' };
  expect(runner.exposed[1]).toEqual({ user: 'Ann', secret: credential });
  expect(runner.exposed.at(-1)).toEqual({ who: 'Ann', pw: credential });
});

test('every file is checked before anything runs', async () => {
  const runner = new FakeRunner();
  const files = { ...FILES, 'parts/login.steps.yaml': LOGIN.replace('{ user:', '{ usr:').replace('host: h', 'hots: h') };
  const wrong = MAIN.replace("user: '{{ who }}'", 'usr: x');
  await expect(run(wrong, files, runner)).rejects.toMatchObject({
    code: 'automation.invalid',
    message: expect.stringContaining(
      'parts/login.steps.yaml:11:38 step 1 "connect", server (imap): unknown key "hots". Did you mean "host"?',
    ) as string,
  });
  expect(runner.calls).toEqual([]);
});

test.each([
  [
    MAIN.replace('user:', 'usr:'),
    [
      'main.steps.yaml:8:56 step 1 "login", with, usr: parts/login.steps.yaml has no input variable "usr". Did you mean "user"?',
      'main.steps.yaml:8:5 step 1 "login", call: parts/login.steps.yaml needs the input "user". Add with: { user: ... }.',
    ],
  ],
  [
    MAIN.replace("'{{ who }}'", '3'),
    ['main.steps.yaml:8:56 step 1 "login", with, user: parts/login.steps.yaml takes a value of type string here. Correct the value.'],
  ],
  [
    MAIN.replace('parts/login', 'parts/logout'),
    ['main.steps.yaml:8:5 step 1 "login", call: parts/logout.steps.yaml cannot be read. Check the path; it is relative to this file.'],
  ],
])('what a call gets wrong', async (main, expected) => {
  const parsed = parseAutomation(main, 'main.steps.yaml', PALETTE);
  const { problems } = await loadCalls(parsed, PALETTE, (path) =>
    path in FILES ? Promise.resolve(FILES[path] ?? '') : Promise.reject(new Error('ENOENT')),
  );
  expect(problems.map(problemLine)).toEqual(expected);
});

test('automations that call each other without end are stopped', async () => {
  const self = automation('steps: [{ id: again, call: self.steps.yaml }]\n');
  const { result } = await run(automation('steps: [{ id: start, call: self.steps.yaml }]\n'), { 'self.steps.yaml': self });
  expect(result.error?.message).toContain('automations call each other more than 10 deep.');
});

test('stop: run in a called automation ends the whole run', async () => {
  const files = { 'p.steps.yaml': automation('steps: [{ id: out, stop: run }]\n') };
  const { result, runner } = await run(
    automation(
      'steps:\n  - { id: p, call: p.steps.yaml }\n  - { id: c, action: email.connect, with: { server: { backend: file, path: x } } }\n',
    ),
    files,
  );
  expect([result.ok, runner.calls]).toEqual([true, []]);
});

test('without a way to read files a call is refused', async () => {
  const parsed = parseAutomation(MAIN, 'main.steps.yaml', PALETTE);
  await expect(runAutomation(parsed, new FakeRunner())).rejects.toMatchObject({ code: 'automation.invalid' });
});
