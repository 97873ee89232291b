import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fields, RunLine, RunListed, StepValues } from '../../api.ts';
import { isPaused, startStand, talkTo, type Stand } from './stand.test.fixture.ts';

const ERASES = `version: 1
id: erases
name: Erases
variables: { imapPort: { type: number, input: true } }
steps:
  - id: connect
    action: email.connect
    with:
      server:
        backend: imap
        host: 127.0.0.1
        port: '{{ imapPort }}'
        security: starttls
        auth: { mode: basic, username: demo@example.test, password: { credential: sandbox/password } }
  - id: erase
    action: email.erase
    with: { messages: { folder: INBOX, filter: { op: contains, field: subject, value: nothing-has-this }, limit: 5 } }
`;
let stand: Stand;
beforeAll(async () => {
  stand = await startStand({ 'erases.steps.yaml': ERASES });
}, 30_000);
afterAll(async () => stand?.[Symbol.asyncDispose]());

const ends = (lines: readonly RunLine[]) => lines.flatMap((line) => (line.event === 'state' ? [line.state] : []));
const find = async (run: string) => (await stand.call<RunListed[]>('GET', 'runs')).find((one) => one.run === run);

test('a dry run plans, changes nothing, and can be read again from any line', async () => {
  const { run } = await stand.start({ mode: 'dry-run' });
  const lines = await stand.lines(run);
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
  expect(lines.some((line) => line.event === 'step' && line.state === 'planned' && line.id === 'done')).toBe(true);
  expect(ends(lines)).toEqual(['done']);
  expect(await stand.lines(run, undefined, 5)).toEqual(lines.slice(5));
  expect(await find(run)).toMatchObject({ state: 'done', mode: 'dry-run', name: 'Invoices' });
});

test('held at a breakpoint, it goes on by steps, shows values without secrets, and is stopped within two seconds', async () => {
  const { run } = await stand.start({ breakpoints: ['save'] });
  const first = await stand.lines(run, isPaused);
  expect(first.findLast((line) => line.event === 'paused')).toMatchObject({
    id: 'save',
    number: '2.1.1.1',
    title: 'Save attachments',
    why: 'breakpoint',
  });
  const names = await stand.call<Fields>('GET', `runs/${run}/names`);
  expect(names).toMatchObject({ word: 'invoice', mail: { subject: expect.stringMatching(/invoice/i) as unknown } });
  expect(JSON.stringify(names)).not.toContain(stand.world.user.password);
  expect(await find(run)).toMatchObject({ state: 'paused' });
  await stand.call('POST', `runs/${run}/step`);
  const next = await stand.lines(run, isPaused, first.length);
  expect(next.findLast((line) => line.event === 'paused')).toMatchObject({ id: 'reply', why: 'step' });
  const { values, kept } = await stand.call<StepValues>('GET', `runs/${run}/values/save`);
  expect(kept).toBe(true);
  expect(values[0]).toMatchObject({ round: 1, input: { to: 'invoices' }, output: { files: expect.any(Array) as unknown } });
  const connect = await stand.call<StepValues>('GET', `runs/${run}/values/connect`);
  expect(JSON.stringify(connect)).toContain('sandbox/password');
  expect(JSON.stringify(connect)).not.toContain(stand.world.user.password);
  const began = performance.now();
  await stand.call('POST', `runs/${run}/stop`);
  expect(await stand.call('GET', `runs/${run}/names`)).toEqual({});
  expect(performance.now() - began).toBeLessThan(2000);
  expect(ends(await stand.lines(run)).slice(-2)).toEqual(['stopping', 'stopped']);
  await expect(stand.call('POST', `runs/${run}/step`)).rejects.toThrow('this run is over');
});

test('two runs at once; breakpoints can be taken away while they wait', async () => {
  const both = await Promise.all([stand.start({ mode: 'dry-run', paused: true }), stand.start({ mode: 'dry-run', breakpoints: ['save'] })]);
  for (const { run } of both) await stand.lines(run, isPaused);
  await stand.call('PUT', `runs/${both[1].run}/breakpoints`, []);
  for (const { run } of both) await stand.call('POST', `runs/${run}/continue`);
  for (const { run } of both) expect(ends(await stand.lines(run)).at(-1)).toBe('done');
});

test('a step that erases for good is asked about once', async () => {
  const asked = { file: 'erases.steps.yaml', variables: { imapPort: stand.variables['imapPort'] ?? 0 } };
  await expect(stand.start(asked)).rejects.toThrow('erases for good');
  const { run } = await stand.start({ ...asked, allowDestroy: true });
  expect((await stand.lines(run)).findLast((line) => line.event === 'end')).toMatchObject({ ok: true });
});

test('a run that fails says why; the history tells its text, its journal is private and holds no secret and no text of a mail', async () => {
  const { run } = await stand.start({ variables: { ...stand.variables, imapPort: 1 } });
  const lines = await stand.lines(run);
  expect(lines.find((line) => line.event === 'step' && line.state === 'failed')).toMatchObject({
    id: 'connect',
    error: { code: 'connection.refused', fix: expect.any(String) as unknown },
  });
  expect(await find(run)).toMatchObject({ state: 'failed', error: { code: 'connection.refused' } });
  const root = join(stand.data, 'editor', 'runs');
  const place = join(root, (await readdir(root))[0] ?? '');
  for (const name of await readdir(place)) {
    if (process.platform !== 'win32') expect((await stat(join(place, name))).mode & 0o077).toBe(0);
    expect(await readFile(join(place, name), 'utf8')).not.toContain(stand.world.user.password);
    expect(name).not.toMatch(/\.values$/);
  }
});

test.each([
  ['../outside.steps.yaml', 'no automation of this folder'],
  ['/etc/passwd', 'no automation of this folder'],
  ['missing.steps.yaml', 'no automation of this folder'],
])('%s is not run', async (file, problem) => {
  await expect(stand.start({ file })).rejects.toThrow(problem);
});

test('what cannot be begun at is refused before anything runs', async () => {
  await expect(stand.start({ from: 'save' })).rejects.toThrow('inside the loop');
  await expect(stand.start({ only: 'nowhere' })).rejects.toThrow('no step');
  await expect(stand.start({ variables: { nothing: 1 } })).rejects.toThrow('nothing');
  const states = (await stand.call<RunListed[]>('GET', 'runs')).map(({ state }) => state);
  expect(states.filter((state) => state === 'running')).toEqual([]);
});

test('a log, its plan and its errors are told in the language of whoever asks, whenever that is', async () => {
  const german = talkTo(stand.editor.url, 'de');
  const { run } = await stand.start({ mode: 'dry-run' });
  await stand.lines(run);
  const titles = (await german.lines(run)).flatMap((line) => (line.event === 'step' ? [line.title, line.output?.['sentence']] : []));
  expect(titles).toContain('Für jede Nachricht: ungelesen, Betreff enthält "invoice" in INBOX');
  expect(JSON.stringify(titles)).not.toMatch(/\b(Move|Reply|Connect|Save|mail in|unread)\b/);
  const failed = await stand.start({ variables: { ...stand.variables, imapPort: 1 } });
  expect((await stand.lines(failed.run)).findLast((line) => line.event === 'end')).toMatchObject({
    error: { message: expect.stringContaining('does not accept') as string },
  });
  expect((await german.lines(failed.run)).findLast((line) => line.event === 'end')).toMatchObject({
    error: { message: expect.stringContaining('nimmt an Port 1 keine Verbindungen an') as string },
  });
  const listed = await german.call<RunListed[]>('GET', 'runs');
  expect(listed.find((one) => one.run === failed.run)?.error?.message).toContain('nimmt an Port 1');
});

test('an error names its step as the list does, also for whoever listens again after a while', async () => {
  const steps = "  - { id: items, loop: '{{ box.items }}', as: item, do: [] }";
  await writeFile(
    join(stand.folder, 'fails.steps.yaml'),
    `version: 1\nid: f\nname: F\nvariables: { box: { type: object, default: { items: 3 } } }\nsteps:\n${steps}\n`,
  );
  const { run } = await stand.start({ file: 'fails.steps.yaml', variables: {} });
  const lines = await stand.lines(run);
  const again = await stand.lines(run, undefined, lines.length - 2);
  expect(again.at(-2)).toEqual(lines.at(-2));
  expect(again.find((line) => line.event === 'end')).toMatchObject({ error: { message: expect.stringContaining('Step "1"') as string } });
});

test('a warning of a run is told in the language of whoever asks, without the secret that it is about', async () => {
  const proxy = 'http://me:canary-in-the-proxy@127.0.0.1:1';
  const server = '{ backend: imap, host: 127.0.0.1, auth: { mode: basic, username: me, password: { credential: sandbox/password } } }';
  const connect = `{ id: connect, action: email.connect, with: { proxy: '${proxy}', server: ${server} } }`;
  await writeFile(join(stand.folder, 'warns.steps.yaml'), `version: 1\nid: w\nname: W\nsteps:\n  - ${connect}\n`);
  const { run } = await stand.start({ file: 'warns.steps.yaml', variables: {} });
  const warning = (lines: readonly RunLine[]) => lines.find((line) => line.event === 'warning');
  const english = await stand.lines(run);
  const german = await talkTo(stand.editor.url, 'de').lines(run);
  expect(warning(english)).toMatchObject({ text: expect.stringMatching(/^The password of the proxy stands/) as string });
  expect(warning(german)).toMatchObject({ text: expect.stringMatching(/^Das Passwort des Proxys steht/) as string });
  expect(JSON.stringify([english, german])).not.toContain('canary-');
});
