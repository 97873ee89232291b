import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReal, startMailWorld, type MailWorld } from '@mailwright/testing';
import { runKilled } from './killed.test.fixture.ts';

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
        const killed = await runKilled({ world, port: world.ports.imaps, folder, password: PASSWORD, killAt, goesOn });
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
