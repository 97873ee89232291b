// The yardstick: a socket that sends a command, looks for its tag, and counts bytes.
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { report } from './report.js';

const { port, ca, user, password } = JSON.parse(readFileSync(0, 'utf8'));
const socket = connect({ host: '127.0.0.1', port, ca: readFileSync(ca) });
let tags = 0;
/** One command; `take` gets every chunk of its answer. */
function say(command, take = () => undefined) {
  const end = Buffer.from(`\r\nT${++tags} `);
  let last = Buffer.from('\r\n');
  const { promise, resolve } = Promise.withResolvers();
  const onData = (chunk) => {
    take(chunk);
    const seam = Buffer.concat([last, chunk.subarray(0, end.length)]);
    if (seam.includes(end) || chunk.includes(end)) {
      socket.off('data', onData);
      resolve(Buffer.concat([last, chunk]).toString('latin1'));
    }
    last = Buffer.concat([last, chunk.subarray(-end.length)]).subarray(-end.length);
  };
  socket.on('data', onData);
  socket.write(`T${tags} ${command}\r\n`);
  return promise;
}
await once(socket, 'data');
await say(`LOGIN ${user} "${password}"`);
const told = report();
const first = () => told.first();
await say('SELECT INBOX', first);
const TASKS = {
  headers: () => say('UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE ENVELOPE)'),
  read: () => say('UID FETCH 1:* (FLAGS BODY.PEEK[])'),
  move: () => say('UID MOVE 1:* Done'),
  async 'move-each'() {
    let found = '';
    await say('UID SEARCH ALL', (chunk) => (found += chunk.toString('latin1')));
    for (const uid of /\* SEARCH ([\d ]+)/.exec(found)?.[1]?.trim().split(' ') ?? []) await say(`UID MOVE ${uid} Done`);
  },
  async attachment() {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const file = createWriteStream(join(folder, 'big.bin'));
    await say('UID FETCH 1 BODY.PEEK[2]', (chunk) => file.write(chunk) || (socket.pause(), file.once('drain', () => socket.resume())));
    await new Promise((resolve) => file.end(resolve));
    rmSync(folder, { recursive: true });
  },
};
await TASKS[process.argv[2]]();
told.end();
socket.destroy();
