import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Waiting } from './waiting.ts';

const streamOf = (bytes: Buffer) => Readable.from([bytes.subarray(0, 7), bytes.subarray(7)], { objectMode: false });
const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('mailwright-') && name.endsWith('.eml'));

test.each([
  ['few bytes, in memory', 1000],
  ['many bytes, on disk', 3 * 1024 * 1024],
])('%s: given as often as they are asked for, and nothing is left of them', async (_, size) => {
  const bytes = Buffer.from(Array.from({ length: size }, (__, n) => n % 253));
  const before = left();
  {
    await using waiting = await Waiting.fill(streamOf(bytes), size);
    for (let twice = 0; twice < 2; twice++) expect((await buffer(waiting.open())).equals(bytes)).toBe(true);
  }
  expect(left().filter((name) => !before.includes(name))).toEqual([]);
});

test.each([-1, 1])('bytes that are not as many as announced (%d) are refused, and leave nothing', async (more) => {
  for (const size of [1000, 2 * 1024 * 1024]) {
    const before = left();
    await expect(Waiting.fill(streamOf(Buffer.alloc(size + more)), size)).rejects.toMatchObject({ code: 'input.invalid' });
    expect(left().filter((name) => !before.includes(name))).toEqual([]);
  }
});
