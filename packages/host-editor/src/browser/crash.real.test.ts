import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { describeReal } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { invoicesOn, startBrowser } from './stand.test.fixture.ts';

const SCRIPT = `
import { createEmail, memoryVault } from '@mailwright/sdk';
import { startEditor } from '@mailwright/host-editor';
const { folder, password, ca } = JSON.parse(process.env.STAND);
const vaults = [memoryVault('sandbox', { password })];
const editor = await startEditor({ folder, data: folder + '/.data', version: '0', createEmail: (options) => createEmail({ ...options, vaults, ca }) });
console.log(editor.url);
`;

describeReal('an editor that is killed', ['chromium'], () => {
  let browser: Browser;
  let world: Sandbox;
  let folder: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
    world = await startSandbox();
    folder = await mkdtemp(join(tmpdir(), 'mw-killed-'));
    await writeFile(join(folder, 'invoices.steps.yaml'), invoicesOn(world));
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await browser.close();
    await world[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, NODE_OPTIONS: '', STAND: JSON.stringify({ folder, password: world.user.password, ca: world.caFile }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    for await (const url of createInterface(child.stdout)) return { child, url };
    throw new Error('the editor did not start');
  }

  test('its run shows as interrupted, with the log that there was', async () => {
    const first = await start();
    const page = await browser.newPage();
    await page.goto(first.url);
    await page.goto(new URL('#/editor/invoices.steps.yaml', first.url).href);
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    await page.keyboard.press('F10');
    await page.locator('.run-head').getByText('Held before step 1 Connect', { exact: true }).waitFor();
    await page.keyboard.press('F10');
    await page.locator('.run-head').getByText('Held before step 2 Try', { exact: true }).waitFor();
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await page.getByText('The editor’s server does not answer').first().waitFor();
    await page.close();
    const { url } = await start();
    const next = await browser.newPage();
    await next.goto(url);
    await next.goto(new URL('#/editor/invoices.steps.yaml', url).href);
    await next.locator('[data-run-state="interrupted"]').waitFor();
    await next.getByText('The editor ended while this run went on.').waitFor();
    const log = next.locator('.run-log');
    await log.getByText(/Connect/).waitFor();
    // What was done before the end is there, and nothing that was not.
    expect(await log.getByText(/\b(Move|Reply|Save attachments)\b/).count()).toBe(0);
    expect(await next.getByRole('button', { name: 'Run', exact: true }).isEnabled()).toBe(true);
    await next.close();
  });
});
