import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';
import { report } from './report.js';

const { port, ca, user, password } = JSON.parse(readFileSync(0, 'utf8'));
const tls = { ca: readFileSync(ca) };
const client = new ImapFlow({ host: '127.0.0.1', port, secure: true, tls, auth: { user, pass: password }, logger: false });
await client.connect();
const told = report();
await client.mailboxOpen('INBOX');
const SUMMARY = { uid: true, flags: true, internalDate: true, size: true, bodyStructure: true, envelope: true };
const all = () => client.search({ all: true }, { uid: true });
const TASKS = {
  async headers() {
    for await (const _ of client.fetch('1:*', SUMMARY)) told.first();
  },
  async 'headers-each'() {
    for (const uid of await all()) {
      await client.fetchOne(String(uid), SUMMARY, { uid: true });
      told.first();
    }
  },
  async break() {
    let count = 0;
    for await (const _ of client.fetch('1:*', SUMMARY)) {
      told.first();
      if (++count === 10) break;
    }
    await client.list();
  },
  async read() {
    for await (const { source } of client.fetch('1:*', { uid: true, source: true })) {
      await simpleParser(source);
      told.first();
    }
  },
  move: () => client.messageMove('1:*', 'Done'),
  async 'move-each'() {
    for (const uid of await all()) await client.messageMove(String(uid), 'Done', { uid: true });
  },
  async attachment() {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const { content } = await client.download('1', '2');
    await pipeline(content, createWriteStream(join(folder, 'big.bin')));
    rmSync(folder, { recursive: true });
  },
};
await TASKS[process.argv[2]]();
told.end();
await client.logout();
