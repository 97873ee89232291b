// The yardstick over POP3: a socket that sends every RETR ahead, looks for the ends of answers, and counts bytes.
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { report } from './report.js';

const { port, ca, user, password } = JSON.parse(readFileSync(0, 'utf8'));
const socket = connect({ host: '127.0.0.1', port, ca: readFileSync(ca) });
/** Waits for so many ends of multi-line answers; `take` gets every chunk. */
function ends(count, take = () => undefined) {
  const end = Buffer.from('\r\n.\r\n');
  let left = count;
  let last = Buffer.alloc(0);
  const { promise, resolve } = Promise.withResolvers();
  const onData = (chunk) => {
    take(chunk);
    // An end may lie across two chunks: only the seam is put together.
    const seam = Buffer.concat([last, chunk.subarray(0, end.length - 1)]);
    if (seam.includes(end)) left--;
    for (let at = chunk.indexOf(end); at !== -1; at = chunk.indexOf(end, at + end.length)) left--;
    last = Buffer.concat([last, chunk.subarray(-(end.length - 1))]).subarray(-(end.length - 1));
    if (left > 0) return;
    socket.off('data', onData);
    resolve();
  };
  socket.on('data', onData);
  return promise;
}
await once(socket, 'data');
let said;
for (const line of [`USER ${user}`, `PASS ${password}`, 'STAT']) {
  socket.write(`${line}\r\n`);
  [said] = await once(socket, 'data');
}
const count = Number(said.toString().split(' ')[1]);
const told = report();
const TASKS = {
  async read() {
    const done = ends(count, () => told.first());
    for (let from = 1; from <= count; from += 500)
      socket.write(Array.from({ length: Math.min(500, count - from + 1) }, (_, at) => `RETR ${from + at}\r\n`).join(''));
    await done;
  },
  async attachment() {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const file = createWriteStream(join(folder, 'big.eml'));
    socket.write('RETR 1\r\n');
    await ends(1, (chunk) => file.write(chunk) || (socket.pause(), file.once('drain', () => socket.resume())));
    await new Promise((resolve) => file.end(resolve));
    rmSync(folder, { recursive: true });
  },
};
await TASKS[process.argv[2]]();
told.end();
socket.destroy();
