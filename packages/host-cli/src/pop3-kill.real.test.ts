import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReal, startMailWorld, type MailWorld } from '@mailwright/testing';
import { runKilled } from './killed.test.fixture.ts';

const PASSWORD = 'kill-me-12345';
const MAILS = 3;
const BOT = `
version: 1
id: kill
name: Saves and erases
variables:
  port: { type: number, default: 1 }
steps:
  - id: connect
    action: email.connect
    with:
      timeZone: UTC
      server:
        backend: pop3
        host: 127.0.0.1
        port: '{{ port }}'
        auth: { mode: basic, username: { insecure: demo@example.test }, password: { credential: sandbox/password } }
  - id: mails
    loop: email.loop
    as: mail
    do:
      - { id: save, action: email.save-message, with: { messages: '{{ mail }}', to: saved } }
      - { id: erase, action: email.erase, with: { messages: '{{ mail }}' } }
`;
const ids = Array.from({ length: MAILS }, (_, index) => `<kill-${index}@example.test>`);
const raw = (id: string) => Buffer.from(`From: a@example.test\r\nSubject: kill\r\nMessage-ID: ${id}\r\n\r\nx\r\n`);

describeReal('SIGKILL at every command of a loop over POP3 that saves and erases', ['dovecot', 'pop3-login', 'openssl'], () => {
  let world: MailWorld;
  let folder: string;
  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: PASSWORD } });
    folder = mkdtempSync(join(tmpdir(), 'mw-kill-'));
    writeFileSync(join(folder, 'bot.steps.yaml'), BOT);
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const left = () =>
    [...world.doveadm('fetch', '-u', 'demo@example.test', 'hdr.message-id', 'all').matchAll(/<kill-\d+@example\.test>/g)]
      .map(([id]) => id)
      .sort((a, b) => (a < b ? -1 : 1));
  /** Whole mails that were saved. */
  const saved = () => {
    const files = (() => {
      try {
        return readdirSync(join(folder, 'saved'));
      } catch {
        return [];
      }
    })();
    return files.filter((name) => name.endsWith('.eml')).map((name) => readFileSync(join(folder, 'saved', name)));
  };

  for (const goesOn of [false, true])
    test(`R6.5 the command ${goesOn ? 'reaches the server, its answer nobody' : 'never reaches the server'}: marks are not committed, no mail is lost`, async () => {
      let points = 0;
      let committed = 0;
      for (let killAt = 1; ; killAt++) {
        rmSync(join(folder, 'saved'), { recursive: true, force: true });
        const missing = ids.filter((id) => !left().includes(id));
        if (missing.length > 0) world.doveadm('expunge', '-u', 'demo@example.test', 'mailbox', 'INBOX', 'all');
        if (missing.length > 0)
          world.seed(
            'demo',
            'INBOX',
            ids.map((id, index) => ({ raw: raw(id), receivedAt: new Date(Date.UTC(2026, 10, 1, killAt, index, goesOn ? 1 : 0)) })),
          );
        const killed = await runKilled({ world, port: world.ports.pop3s, folder, password: PASSWORD, killAt, goesOn });
        const [here, files] = [left(), saved()];
        // All of them or none: what is erased goes at QUIT, and all of it at once.
        expect({ killAt, left: here.length }).toEqual({ killAt, left: here.length === 0 ? 0 : MAILS });
        // What is gone from the server lies on the disk, whole.
        if (here.length === 0) for (const id of ids) expect(files.some((file) => file.equals(raw(id)))).toBe(true);
        if (!killed) {
          expect(here).toEqual([]);
          break;
        }
        if (here.length === 0) committed++;
        points++;
      }
      // QUIT commits, and after it there is only the goodbye of TLS.
      expect(committed).toBeLessThanOrEqual(goesOn ? 2 : 1);
      // Sign-in, list, header and erase at the least: otherwise the proxy did not see them.
      expect(points).toBeGreaterThan(MAILS + 5);
      console.log(`kill points: ${points}`);
    }, 240_000);
});
