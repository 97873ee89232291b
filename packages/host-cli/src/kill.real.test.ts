import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReal, startFaultProxy, startMailWorld, type MailWorld } from '@mailwright/testing';

const PASSWORD = 'kill-me-12345';
const MAILS = 6;
const BOT = `
version: 1
id: kill
name: Moves
variables:
  port: { type: number, default: 1 }
steps:
  - id: connect
    action: email.connect
    with:
      timeZone: UTC
      server:
        backend: imap
        host: 127.0.0.1
        port: '{{ port }}'
        auth: { mode: basic, username: { insecure: demo@example.test }, password: { credential: sandbox/password } }
  - id: mails
    loop: email.loop
    as: mail
    do:
      - { id: done, action: email.move, with: { messages: '{{ mail }}', to: Done } }
`;
const ids = Array.from({ length: MAILS }, (_, index) => `<kill-${index}@example.test>`);

describeReal('SIGKILL at every server command of a loop that moves, on Dovecot (MOVE)', ['dovecot', 'openssl'], () => {
  let world: MailWorld;
  let folder: string;
  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: PASSWORD } });
    folder = mkdtempSync(join(tmpdir(), 'mw-kill-'));
    writeFileSync(join(folder, 'bot.steps.yaml'), BOT);
    world.seed(
      'demo',
      'INBOX',
      ids.map((id) => ({ raw: Buffer.from(`From: a@example.test\r\nSubject: kill\r\nMessage-ID: ${id}\r\n\r\nx\r\n`) })),
    );
    world.doveadm('mailbox', 'create', '-u', 'demo@example.test', 'Done');
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  /** The bot through a proxy that kills it at its nth piece; answers whether it was killed. */
  async function run(killAt: number, goesOn: boolean): Promise<boolean> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
      cwd: join(import.meta.dirname, '..'),
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    let pieces = 0;
    await using proxy = await startFaultProxy({
      port: world.ports.imaps,
      onUp: () => {
        if (++pieces < killAt) return true;
        child.kill('SIGKILL');
        return pieces === killAt && goesOn;
      },
    });
    const settings = {
      file: join(folder, 'bot.steps.yaml'),
      files: folder,
      ca: world.caFile,
      port: String(proxy.port),
      password: PASSWORD,
    };
    child.stdin.end(JSON.stringify(settings));
    const signal = await new Promise((resolve) => child.on('close', (_code, killed) => resolve(killed)));
    return signal === 'SIGKILL';
  }

  const places = () =>
    [
      ...world
        .doveadm('fetch', '-u', 'demo@example.test', 'mailbox hdr.message-id', 'all')
        .matchAll(/mailbox: (\S+)\s+hdr\.message-id: (<kill-\d+@example\.test>)/g),
    ].map(([, mailbox = '', id = '']) => ({ mailbox, id }));

  for (const goesOn of [false, true])
    test(`R6.5 the command ${goesOn ? 'reaches the server, its answer nobody' : 'never reaches the server'}: no mail lost, none twice`, async () => {
      let points = 0;
      for (let killAt = 1; ; killAt++) {
        world.doveadm('move', '-u', 'demo@example.test', 'INBOX', 'mailbox', 'Done', 'all');
        const killed = await run(killAt, goesOn);
        const found = places();
        expect({ killAt, ids: found.map(({ id }) => id).sort() }).toEqual({ killAt, ids });
        if (!killed) {
          expect(found.every(({ mailbox }) => mailbox === 'Done')).toBe(true);
          break;
        }
        points++;
      }
      // Sign-in, search, fetch, and one command a mail at the least: otherwise the proxy did not see them.
      expect(points).toBeGreaterThan(MAILS + 5);
      console.log(`kill points: ${points}`);
    }, 240_000);
});

const SCRIPT = `
import { memoryVault } from '@mailwright/sdk';
import { runFile } from './dist/commands/run.js';
import { readFileSync } from 'node:fs';
const { file, files, ca, port, password } = JSON.parse(readFileSync(0, 'utf8'));
const write = process.stdout.write;
process.stdout.write = () => true;
process.exitCode = await runFile(file, { files, ca, variables: { port }, vaults: [memoryVault('sandbox', { password })], json: true, dryRun: false, yes: false });
process.stdout.write = write;
`;
