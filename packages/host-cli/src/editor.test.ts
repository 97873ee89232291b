import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIN } from './cli.test.fixture.ts';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-editor-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The editor as the command starts it: asks what its page asks. */
async function open(args: readonly string[]) {
  const started = spawn(process.execPath, [MAIN, ...args, '--no-open'], { env: { ...process.env, MAILWRIGHT_HOME: join(folder, 'home') } });
  child = started;
  const address = await new Promise<string>((resolve, reject) => {
    let out = '';
    started.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(out)?.[0];
      if (found !== undefined) resolve(found);
    });
    started.once('exit', (code) => reject(new Error(`it ended with ${String(code)}: ${out}`)));
  });
  const { origin, hash } = new URL(address);
  const ask = async (path: string) => {
    const answer = await fetch(`${origin}${path}`, { headers: { authorization: `Bearer ${hash.slice('#token='.length)}` } });
    return { status: answer.status, text: await answer.text() };
  };
  const ended = new Promise<number | null>((resolve) => started.once('exit', resolve));
  return { ask, origin, ended, stop: () => started.kill('SIGINT') };
}

test('edit opens a folder: its automations are listed, without the token nothing is told, Ctrl+C ends it in order', async () => {
  writeFileSync(join(folder, 'mine.steps.yaml'), 'version: 1\nid: mine\nname: Mine\nsteps: []\n');
  const { ask, origin, ended, stop } = await open(['edit', folder]);
  expect(await ask('/api/automations')).toMatchObject({ status: 200, text: expect.stringContaining('mine.steps.yaml') as string });
  expect((await ask('/')).text).toContain('<script');
  expect((await fetch(`${origin}/api/automations`)).status).toBe(401);
  stop();
  expect(await ended).toBe(0);
});

test('demo opens it with the sample automation loaded, whose mail server answers', async () => {
  const { ask, ended, stop } = await open(['demo']);
  const boot = JSON.parse((await ask('/api/boot')).text) as { demo?: { file: string; variables: Record<string, number | string> } };
  expect(boot.demo).toMatchObject({ file: 'invoices.steps.yaml', variables: { imapPort: expect.any(Number) as number } });
  const port = Number(boot.demo?.variables['imapPort']);
  expect((await ask('/api/automations/invoices.steps.yaml')).text).toContain(String(port));
  const [greeting] = (await once(connect(port, '127.0.0.1').setEncoding('utf8'), 'data')) as [string];
  expect(greeting).toMatch(/^\* OK /);
  stop();
  expect(await ended).toBe(0);
});
