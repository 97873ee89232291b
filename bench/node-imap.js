import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Imap from 'imap';
import { simpleParser } from 'mailparser';
import { report } from './report.js';

const { port, ca, user, password } = JSON.parse(readFileSync(0, 'utf8'));
const imap = new Imap({ user, password, host: '127.0.0.1', port, tls: true, tlsOptions: { ca: readFileSync(ca) } });
imap.connect();
await once(imap, 'ready');
const told = report();
const call = (verb, ...given) =>
  new Promise((resolve, reject) => imap[verb](...given, (error, result) => (error ? reject(error) : resolve(result))));
await call('openBox', 'INBOX', false);
const HEADERS = { bodies: 'HEADER.FIELDS (FROM TO CC SUBJECT DATE MESSAGE-ID)', struct: true };
const fetched = (range, options, each) => {
  const fetch = imap.fetch(range, options);
  const work = [];
  fetch.on('message', (message) => message.on('body', (stream) => work.push(each(stream))));
  return once(fetch, 'end').then(() => Promise.all(work));
};
async function bytes(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  told.first();
  return Buffer.concat(chunks);
}
/** Base64 as it comes. */
function decoder() {
  let held = '';
  return new Transform({
    transform(chunk, _encoding, done) {
      const text = held + chunk.toString('latin1').replace(/\s+/g, '');
      const whole = text.length - (text.length % 4);
      held = text.slice(whole);
      done(null, Buffer.from(text.slice(0, whole), 'base64'));
    },
  });
}
const TASKS = {
  headers: () => fetched('1:*', HEADERS, async (stream) => Imap.parseHeader((await bytes(stream)).toString('utf8'))),
  read: () => fetched('1:*', { bodies: '' }, async (stream) => simpleParser(await bytes(stream))),
  async 'move-each'() {
    for (const uid of await call('search', ['ALL'])) await call('move', [uid], 'Done');
  },
  async attachment() {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    await fetched('1', { bodies: '2' }, (stream) => pipeline(stream, decoder(), createWriteStream(join(folder, 'big.bin'))));
    rmSync(folder, { recursive: true });
  },
};
await TASKS[process.argv[2]]();
told.end();
imap.end();
