import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mail } from '@mailwright/core';
import { describeReal, startMailWorld, type MailWorld } from '@mailwright/testing';
import { createEmail } from './email.ts';

const PASSWORD = 'hostile-12345';
const lines = (...text: readonly string[]) => Buffer.from(text.join('\r\n'));
const plain = (subject: string) => lines('From: a@example.test', `Subject: ${subject}`, '', 'Hello.', '');

/** A subject of a NUL, a lone surrogate and a non-character, as bytes of UTF-8 and as an encoded word. */
const CHARACTERS = Buffer.concat([
  lines('From: a@example.test', 'Subject: raw '),
  Buffer.from([0xed, 0xa0, 0x80, 0xef, 0xbf, 0xbe, 0x01]),
  Buffer.from(' word =?utf-8?B?AO2ggO+/vg==?= end\r\n\r\nHello.\r\n'),
]);
const PARTS = lines(
  'From: a@example.test',
  'Subject: 20000 parts',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  ...Array.from({ length: 20_000 }, (_, index) => `--b\r\nContent-Type: text/plain\r\n\r\npart ${index}`),
  '--b--',
  '',
);
const NESTED = lines(
  'From: a@example.test',
  'Subject: nested 500',
  ...Array.from({ length: 500 }, (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}`),
  '',
  'deep',
  '',
);
const HEADER = lines('From: a@example.test', 'Subject: long header', `X-Long: ${'x'.repeat(1024 * 1024)}`, '', 'Hello.', '');
/** The charset does not exist, the encoding is broken, and the end is missing. */
const BROKEN = lines(
  'Subject: =?utf-8?B?broken',
  'From: <<<>>,,;:"',
  'Date: yesterday',
  'Content-Type: multipart/mixed; boundary="never"',
  'Content-Transfer-Encoding: x-unknown',
  '',
  'text before a boundary that never comes',
);
const SEEDED = [plain('first'), CHARACTERS, PARTS, NESTED, HEADER, BROKEN, plain('last')];

describeReal('hostile mail in the middle of a loop, on Dovecot', ['dovecot', 'openssl'], () => {
  let world: MailWorld;
  let folder: string;
  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: PASSWORD } });
    folder = mkdtempSync(join(tmpdir(), 'mw-hostile-'));
    world.seed(
      'demo',
      'INBOX',
      SEEDED.map((raw) => ({ raw })),
    );
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  test('R1.19 R6.5 the loop goes on; each is an item with its defects and its raw bytes', async () => {
    await using email = createEmail({ files: folder, ca: world.caFile });
    const auth = { mode: 'basic', username: 'demo@example.test', password: { insecure: PASSWORD } };
    await email.connect({ timeZone: 'UTC', server: { backend: 'imap', host: '127.0.0.1', port: world.ports.imaps, auth } });
    const items: Mail[] = [];
    const hashes: string[] = [];
    let slowest = 0;
    let began = performance.now();
    for await (const mail of email.loop({})) {
      slowest = Math.max(slowest, performance.now() - began);
      items.push(mail);
      const saved = (await email.run('email.save-message', { messages: mail, to: 'raw', name: '{n}' })) as { files: { sha256: string }[] };
      hashes.push(saved.files[0]?.sha256 ?? '');
      began = performance.now();
    }
    expect(items.map(({ subject }) => subject.slice(0, 12))).toEqual([
      'first',
      expect.stringMatching(/^raw /),
      '20000 parts',
      'nested 500',
      'long header',
      expect.any(String),
      'last',
    ]);
    expect(items.map(({ defects = [] }) => defects.length > 0)).toEqual([false, true, true, true, true, true, false]);
    expect(hashes).toEqual(SEEDED.map((raw) => createHash('sha256').update(raw).digest('hex')));
    for (const { subject, text = '' } of items) expect(`${subject}${text}`.isWellFormed()).toBe(true);
    // oxlint-disable-next-line no-control-regex -- just these must not come through
    expect(items[1]?.subject).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/);
    expect(items[5]).not.toHaveProperty('sentAt');
    console.log(`slowest item: ${Math.round(slowest)} ms; ${JSON.stringify(items.map(({ defects }) => defects?.slice(0, 2)))}`);
  }, 60_000);
});
