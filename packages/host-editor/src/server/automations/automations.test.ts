import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmail } from '@mailwright/sdk';
import type { AutomationListed, AutomationOpened, Boot, Failure, RunListed, Settings } from '../../api.ts';
import { startEditor, type Editor } from '../editor.ts';

const SAMPLE = new URL('../../../../../fixtures/automations/invoices.steps.yaml', import.meta.url);
let folder: string;
let editor: Editor;
let sample: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailwright-editor-'));
  sample = await readFile(SAMPLE, 'utf8');
  await mkdir(join(folder, 'bots', 'more'), { recursive: true });
  await writeFile(join(folder, 'bots', 'invoices.steps.yaml'), sample);
  await writeFile(join(folder, 'secret.txt'), 'canary-file');
  editor = await startEditor({
    folder: join(folder, 'bots'),
    data: join(folder, 'data'),
    version: '1.2.3',
    createEmail: (given) => createEmail(given),
  });
});
afterEach(async () => {
  await editor.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask<T = unknown>(method: string, path: string, body?: unknown): Promise<{ status: number; value: T }> {
  const { origin, hash } = new URL(editor.url);
  const answer = await fetch(`${origin}/api/${path}`, {
    method,
    headers: { origin, authorization: `Bearer ${hash.replace('#token=', '')}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, value: (text === '' ? undefined : JSON.parse(text)) as T };
}
const open = async () => (await ask<AutomationOpened>('GET', 'automations/invoices.steps.yaml')).value;

test('boot has every block with its form and what it gives, the functions, and the servers', async () => {
  const { value } = await ask<Boot>('GET', 'boot');
  expect(value).toMatchObject({ version: '1.2.3', folder: 'bots', settings: { keepValues: 0 } });
  expect(value.definitions.find(({ id }) => id === 'email.loop')?.output).toHaveProperty('$defs.Mail.properties.subject');
  expect(value.functions.map(({ name }) => name)).toContain('now');
  expect(value.servers.find(({ id }) => id === 'imap')?.authModes).toContain('basic');
});

test('open and save: one changed value changes one line, and a stale revision is told with what is on disk', async () => {
  const { content, revision, problems } = await open();
  expect(problems).toEqual([]);
  const changed = { ...content, name: 'Bills' };
  const saved = await ask<AutomationOpened>('PUT', 'automations/invoices.steps.yaml', { revision, content: changed });
  expect(saved).toMatchObject({ status: 200, value: { content: { name: 'Bills' } } });
  expect(await readFile(join(folder, 'bots', 'invoices.steps.yaml'), 'utf8')).toBe(sample.replace('name: Invoices', 'name: Bills'));
  const stale = await ask<AutomationOpened>('PUT', 'automations/invoices.steps.yaml', { revision, content: { ...content, name: 'Other' } });
  expect(stale).toMatchObject({ status: 409, value: { revision: saved.value.revision, content: { name: 'Bills' } } });
  expect(await readdir(join(folder, 'bots'))).toEqual(['invoices.steps.yaml', 'more']);
});

test('two saves of one revision at once: one wins, the other is told', async () => {
  const { content, revision } = await open();
  const save = (name: string) => ask('PUT', 'automations/invoices.steps.yaml', { revision, content: { ...content, name } });
  const statuses = (await Promise.all([save('One'), save('Two')])).map(({ status }) => status).toSorted((a, b) => a - b);
  expect(statuses).toEqual([200, 409]);
});

test('the text view saves what was typed, also with mistakes', async () => {
  const { revision } = await open();
  const { value } = await ask<AutomationOpened>('PUT', 'automations/invoices.steps.yaml', { revision, text: 'version: 1\nsteps: x\n' });
  expect(value.content).toBeUndefined();
  expect(value.problems.map(({ pointer }) => pointer)).toContain('/steps');
});

test('check tells step and place of what is wrong, and writes nothing', async () => {
  const { content } = await open();
  const steps = (content?.steps ?? []).map((step, index) =>
    index === 0 ? { ...step, with: { server: { backend: 'imap', port: 'x' } } } : step,
  );
  const { value } = await ask<AutomationOpened>('POST', 'check', { file: 'invoices.steps.yaml', content: { ...content, steps } });
  expect(value.problems.map(({ id, pointer }) => [id, pointer])).toContainEqual(['connect', '/with/server/port']);
  expect(await readFile(join(folder, 'bots', 'invoices.steps.yaml'), 'utf8')).toBe(sample);
});

test('new, import, duplicate, delete', async () => {
  const made = await ask<AutomationOpened>('POST', 'automations', { name: 'Überfällige Rechnungen!' });
  expect(made.value).toMatchObject({
    file: 'uberfallige-rechnungen.steps.yaml',
    content: { name: 'Überfällige Rechnungen!', steps: [] },
    problems: [],
  });
  const copied = await ask<AutomationOpened>('POST', 'automations', { name: 'Invoices', copyOf: 'invoices.steps.yaml' });
  expect(copied.value.file).toBe('invoices-2.steps.yaml');
  expect(copied.value.content?.id).not.toBe('invoices-sample');
  expect(copied.value.text).toContain('# the demo passes the ports');
  const imported = await ask<AutomationOpened>('POST', 'automations', { name: 'From elsewhere', text: sample });
  expect(imported.value.text).toBe(sample);
  expect((await ask('DELETE', 'automations/invoices-2.steps.yaml')).status).toBe(204);
  const { value } = await ask<AutomationListed[]>('GET', 'automations');
  expect(value.map(({ file }) => file)).toEqual(['from-elsewhere.steps.yaml', 'invoices.steps.yaml', 'uberfallige-rechnungen.steps.yaml']);
});

test.each([
  '../secret.txt',
  '../x.steps.yaml',
  '..%2Fx.steps.yaml',
  '/etc/x.steps.yaml',
  'a\\..\\x.steps.yaml',
  '.hidden.steps.yaml',
  'secret.txt',
  'c:x.steps.yaml',
  '%00.steps.yaml',
  '%zz',
])('nothing outside the folder: %s', async (name) => {
  for (const path of [name, encodeURIComponent(name)]) {
    const { status, value } = await ask<Failure>('GET', `automations/${path}`);
    expect(status === 400 || status === 404).toBe(true);
    expect(JSON.stringify(value ?? '')).not.toContain('canary-file');
  }
});

test('no symbolic link leads out, neither a file nor a folder', async () => {
  await writeFile(join(folder, 'outside.steps.yaml'), sample);
  await symlink(join(folder, 'outside.steps.yaml'), join(folder, 'bots', 'link.steps.yaml'));
  await symlink(folder, join(folder, 'bots', 'up'));
  for (const path of ['link.steps.yaml', 'up%2Foutside.steps.yaml']) {
    expect((await ask('GET', `automations/${path}`)).status).toBe(400);
    expect((await ask('DELETE', `automations/${path}`)).status).toBe(400);
    expect((await ask('PUT', `automations/${path}`, { revision: 'x', text: 'x' })).status).toBe(400);
  }
  expect((await ask<AutomationListed[]>('GET', 'automations')).value.map(({ file }) => file)).toEqual(['invoices.steps.yaml']);
});

test('settings are kept, and checked', async () => {
  expect((await ask('PUT', 'settings', { language: 'pt-BR', theme: 'dark', keepValues: 7 })).status).toBe(200);
  expect((await ask<Settings>('GET', 'settings')).value).toEqual({ language: 'pt-BR', theme: 'dark', keepValues: 7 });
  expect((await ask('PUT', 'settings', { keepValues: -1 })).status).toBe(400);
});

test('the list says which steps call an automation, and how it ran last', async () => {
  const caller = `version: 1\nid: caller\nname: Caller\nsteps:\n  - { id: work, call: more/part.steps.yaml }\n`;
  const part = `version: 1\nid: part\nname: Part\nvariables: { x: { type: number, default: 1 } }\nsteps:\n  - { id: set, set: { x: 2 } }\n`;
  await writeFile(join(folder, 'bots', 'caller.steps.yaml'), caller);
  await writeFile(join(folder, 'bots', 'more', 'part.steps.yaml'), part);
  const list = async () => new Map((await ask<AutomationListed[]>('GET', 'automations')).value.map((one) => [one.file, one]));
  const before = await list();
  expect(before.get('more/part.steps.yaml')).toMatchObject({ usedIn: [{ file: 'caller.steps.yaml', step: 'work' }] });
  expect(before.get('caller.steps.yaml')).toMatchObject({ usedIn: [] });
  expect(before.get('caller.steps.yaml')).not.toHaveProperty('lastRun');
  const started = await ask<RunListed>('POST', 'runs', { file: 'caller.steps.yaml', mode: 'run', variables: {} });
  expect(started.status).toBe(200);
  for (let tries = 0; tries < 100; tries++) {
    if ((await list()).get('caller.steps.yaml')?.lastRun?.state === 'done') break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect((await list()).get('caller.steps.yaml')?.lastRun).toMatchObject({ run: started.value.run, state: 'done' });
  expect((await list()).get('more/part.steps.yaml')).not.toHaveProperty('lastRun');
});

test('the files of an automation: those of its own folder, without links and hidden ones', async () => {
  const own = join(folder, 'bots', 'mailwright-files');
  await mkdir(join(own, 'in'), { recursive: true });
  for (const name of ['a.pdf', 'in/b.csv', '.hidden']) await writeFile(join(own, name), 'x');
  if (process.platform !== 'win32') await symlink(folder, join(own, 'link'));
  expect((await ask('GET', 'files/invoices.steps.yaml')).value).toEqual([
    { path: 'a.pdf', kind: 'file' },
    { path: 'in', kind: 'folder' },
    { path: 'in/b.csv', kind: 'file' },
  ]);
  expect((await ask<Failure>('GET', 'files/..%2Fx.steps.yaml')).value.error.code).toBe('input.invalid');
});

test('check looks into called automations as a run does; their mistakes stand at the step that calls', async () => {
  const part =
    'version: 1\nid: part\nname: Part\nvariables: { x: { type: number, input: true } }\nsteps:\n  - { id: set, set: { y: 2 } }\n';
  const text = 'version: 1\nid: caller\nname: Caller\nsteps:\n  - { id: work, call: more/part.steps.yaml, with: { x: 1 } }\n';
  await writeFile(join(folder, 'bots', 'more', 'part.steps.yaml'), part);
  await writeFile(join(folder, 'bots', 'caller.steps.yaml'), text);
  const check = async (change: object) => {
    const { value } = await ask<AutomationOpened>('GET', 'automations/caller.steps.yaml');
    const content = { ...value.content, ...change };
    return (await ask<AutomationOpened>('POST', 'check', { file: 'caller.steps.yaml', content })).value.problems;
  };
  expect(await check({})).toMatchObject([
    { id: 'work', step: '1', pointer: '/call', message: expect.stringMatching(/^more\/part\.steps\.yaml:6: .*"?y"?/) as string },
  ]);
  await writeFile(join(folder, 'bots', 'more', 'part.steps.yaml'), part.replace('y: 2', 'x: 2'));
  expect(await check({})).toEqual([]);
  expect(await check({ steps: [{ id: 'work', call: 'more/part.steps.yaml' }] })).toMatchObject([
    { id: 'work', message: expect.stringContaining('needs the input "x"') as string },
  ]);
  expect(await check({ steps: [{ id: 'work', call: 'nowhere.steps.yaml' }] })).toMatchObject([
    { id: 'work', message: expect.stringContaining('cannot be read') as string },
  ]);
});
