import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunListed } from '../../api.ts';
import { isPaused, startStand, talkTo, type Stand } from './stand.test.fixture.ts';

const SCRIPT = `
import { createEmail, memoryVault } from '@mailwright/sdk';
import { startEditor } from '@mailwright/host-editor';
const { folder, data, password, ca } = JSON.parse(process.env.STAND);
const vaults = [memoryVault('sandbox', { password })];
const editor = await startEditor({ folder, data, version: '0', createEmail: (options) => createEmail({ ...options, vaults, ca }) });
console.log(editor.url);
process.once('SIGTERM', () => void editor.close().then(() => process.exit(0)));
`;
let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
}, 30_000);
afterAll(async () => stand?.[Symbol.asyncDispose]());

async function another() {
  const { folder, data, world } = stand;
  const settings = JSON.stringify({ folder, data, password: world.user.password, ca: world.caFile });
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, NODE_OPTIONS: '', STAND: settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const url of createInterface(child.stdout)) return { child, url };
  throw new Error('the other editor did not start');
}

async function pausedRun(url: string): Promise<RunListed> {
  const { call, lines } = talkTo(url);
  const asked = { file: 'invoices.steps.yaml', mode: 'dry-run', variables: stand.variables, breakpoints: ['save'] };
  const listed = await call<RunListed>('POST', 'runs', asked);
  await lines(listed.run, isPaused);
  return listed;
}

test('a run whose server was killed is interrupted, and its log is there', async () => {
  const { child, url } = await another();
  const { run } = await pausedRun(url);
  // As long as the other one lives, its run is seen here as it is.
  const seen = async () => (await stand.call<RunListed[]>('GET', 'runs')).find((one) => one.run === run)?.state;
  // Its note is written a moment after its line was told.
  while ((await seen()) === 'running') await new Promise((resolve) => setImmediate(resolve));
  expect(await seen()).toBe('paused');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await seen()).toBe('interrupted');
  const lines = await stand.lines(run);
  expect(lines.at(-1)).toMatchObject({ event: 'state', state: 'interrupted' });
  expect(lines.some((line) => line.event === 'paused')).toBe(true);
}, 30_000);

test('an editor that is closed stops its runs in order', async () => {
  const { child, url } = await another();
  const { run } = await pausedRun(url);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect((await stand.call<RunListed[]>('GET', 'runs')).find((one) => one.run === run)).toMatchObject({ state: 'stopped' });
}, 30_000);
