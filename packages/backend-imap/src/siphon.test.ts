import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Siphon } from './siphon.ts';

const CONTENT = Buffer.from('line one\r\n* 9 FETCH (BODY[2] {3}\r\n\u0000\u00ff end', 'latin1');
const ANSWER = Buffer.concat([
  Buffer.from('* 3 EXISTS\r\n* 7 FETCH (UID 12 BODY[1] {6}\r\n{9}\r\n!)\r\n* 8 FETCH (UID 13 FLAGS (\\Seen) BODY[2] '),
  Buffer.from(`{${CONTENT.length}}\r\n`),
  CONTENT,
  Buffer.from(')\r\nA1 OK done\r\n* 4 EXISTS\r\n'),
]);
const WITHOUT = Buffer.from(ANSWER.toString('latin1').replace(`{${CONTENT.length}}\r\n${CONTENT.toString('latin1')}`, '{0}\r\n'), 'latin1');

const nothing = () => undefined;

async function run(pieces: readonly Buffer[], item = 'BODY[2]'): Promise<{ passed: Buffer; taken: Buffer; size: number | undefined }> {
  const siphon = new Siphon(1024);
  let size: number | undefined;
  const out = siphon.want(item, (bytes) => (size = bytes), nothing);
  const passed: Buffer[] = [];
  const taken: Buffer[] = [];
  siphon.on('data', (chunk: Buffer) => passed.push(chunk));
  out.on('data', (chunk: Buffer) => taken.push(chunk));
  for (const piece of pieces) siphon.write(piece);
  siphon.end();
  await once(siphon, 'end');
  if (size !== undefined && !out.readableEnded) await once(out, 'end');
  return { passed: Buffer.concat(passed), taken: Buffer.concat(taken), size };
}

test('the wanted literal goes out, everything else passes, wherever the answer is cut', async () => {
  for (let cut = 0; cut <= ANSWER.length; cut++) {
    const { passed, taken, size } = await run([ANSWER.subarray(0, cut), ANSWER.subarray(cut)]);
    expect(taken.equals(CONTENT)).toBe(true);
    expect(passed.toString('latin1')).toBe(WITHOUT.toString('latin1'));
    expect(size).toBe(CONTENT.length);
  }
});

test('byte by byte', async () => {
  const { passed, taken } = await run(Array.from(ANSWER, (byte) => Buffer.from([byte])));
  expect([taken.equals(CONTENT), passed.equals(WITHOUT)]).toEqual([true, true]);
});

test('what was not wanted passes unchanged', async () => {
  const { passed, taken, size } = await run([ANSWER], 'BODY[3]');
  expect([passed.equals(ANSWER), taken.length, size]).toEqual([true, 0, undefined]);
});

test('an empty literal ends its stream', async () => {
  const { taken, size } = await run([Buffer.from('* 1 FETCH (UID 1 BODY[2] {0}\r\n)\r\nA1 OK\r\n')]);
  expect([taken.length, size]).toEqual([0, 0]);
});

test('a slow reader holds the server back', async () => {
  const siphon = new Siphon(1024).resume();
  const out = siphon.want('BODY[2]', nothing, nothing);
  const large = 64;
  let sent = 0;
  const server = Readable.from(
    (function* () {
      yield Buffer.from(`* 1 FETCH (BODY[2] {${large * 65_536}}\r\n`);
      for (; sent < large; sent++) yield Buffer.alloc(65_536);
      yield Buffer.from(')\r\n');
    })(),
  );
  server.pipe(siphon);
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toBeGreaterThan(2);
  expect(sent).toBeLessThan(16);
  out.resume();
  await once(siphon, 'end');
  expect(sent).toBe(large);
});

test('a reader that leaves lets the rest be dropped; a lost connection breaks its stream', async () => {
  const left = new Siphon(1024);
  left.want('BODY[2]', nothing, nothing).destroy();
  left.write(`* 1 FETCH (BODY[2] {300000}\r\n`);
  for (let count = 0; count < 3; count++) left.write(Buffer.alloc(100_000));
  left.write(')\r\n');
  const passed = left.toArray();
  left.end();
  expect(Buffer.concat(await passed).toString()).toBe('* 1 FETCH (BODY[2] {0}\r\n)\r\n');
  const lost = new Siphon(1024).resume();
  const out = lost.want('BODY[2]', nothing, nothing);
  lost.write('* 1 FETCH (BODY[2] {10}\r\nabc');
  lost.destroy();
  await expect(out.toArray()).rejects.toMatchObject({ code: 'NoConnection' });
});

test('of a long rest it is told, once something of it comes', async () => {
  const siphon = new Siphon(1024).resume();
  let told = 0;
  siphon.want('BODY[2]', nothing, () => told++).destroy();
  siphon.write('* 1 FETCH (BODY[2] {100000000}\r\n');
  await new Promise((resolve) => siphon.write('x', resolve));
  expect(told).toBe(1);
});

test('an answer without end is ended', async () => {
  const siphon = new Siphon(1024).resume();
  const failed = once(siphon, 'error');
  const flood = Buffer.from('* 1 EXISTS\r\n'.repeat(50_000));
  for (let count = 0; count < 6; count++) siphon.write(flood);
  expect(await failed).toMatchObject([{ code: 'ResponseTooLarge' }]);
});

test('a line longer than the cap is passed on for the parser to refuse, not held', async () => {
  const siphon = new Siphon(1024);
  siphon.write(Buffer.alloc(2000, 'x'));
  const [chunk] = (await once(siphon, 'data')) as [Buffer];
  expect(chunk.length).toBe(2000);
});
