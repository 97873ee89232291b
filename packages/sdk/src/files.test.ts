import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { diskError } from './disk-error.ts';
import { diskFiles } from './files.ts';
import { diskStore } from './stores/disk.ts';
import { numbered, safeName } from './safe-name.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'files-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const content = (text: string) => Readable.from([Buffer.from(text)]);
const save = (name: string, text = 'x', overwrite?: 'number' | 'skip' | 'replace' | 'fail') =>
  diskFiles(folder).save(name, content(text), overwrite && { overwrite });

describe('names from mail', () => {
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system.ini', 'system.ini'],
    ['con.txt', '_con.txt'],
    ['LPT1', '_LPT1'],
    ['a\u202efdp.exe', 'afdp.exe'],
    ['a:b*c?.pdf', 'abc.pdf'],
    ['trailing. . ', 'trailing'],
    ['...', 'attachment'],
    ['', 'attachment'],
    ['nul\u0000l.txt', 'null.txt'],
  ])('%j becomes %j', (given, expected) => expect(safeName(given)).toBe(expected));

  test('any text becomes a legal name of at most 200 bytes, and stays one when numbered', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 400 })),
        fc.integer({ min: 2, max: 9999 }),
        (text, number) => {
          for (const name of [safeName(text), numbered(safeName(text), number)]) {
            // oxlint-disable-next-line no-control-regex -- what no name may hold
            expect(name).not.toMatch(/[\u0000-\u001f<>:"/\\|?*\u202a-\u202e]|[. ]$|^$/);
            expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
            expect(name.isWellFormed()).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(safeName(`${'ä'.repeat(300)}.pdf`)).toMatch(/ä\.pdf$/);
  });
});

describe('files of a run', () => {
  test('equal names are numbered, whatever their case; nothing is replaced unasked', async () => {
    const saved = [await save('out/a.pdf', '1'), await save('out/A.pdf', '2'), await save('out/a.pdf', '3')];
    expect(saved.map(({ path }) => path)).toEqual(['out/a.pdf', 'out/A (2).pdf', 'out/a (3).pdf']);
    expect(readFileSync(join(folder, 'out', 'a.pdf'), 'utf8')).toBe('1');
    expect(saved[0]).toEqual({ path: 'out/a.pdf', size: 1, sha256: '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b' });
  });
  test('skip keeps, replace replaces, fail fails', async () => {
    await save('a.txt', 'old');
    expect(await save('a.txt', 'new', 'skip')).toMatchObject({ path: 'a.txt', size: 3, skipped: true });
    await expect(save('A.TXT', 'new', 'fail')).rejects.toMatchObject({ code: 'attachment.exists' });
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('old');
    await save('a.txt', 'new', 'replace');
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });
  test.each(['../out.txt', 'a/../../out.txt', '/etc/out.txt', '..\\out.txt'])('%j leads out and is refused', async (name) => {
    await expect(save(name)).rejects.toMatchObject({ code: 'attachment.unsafe_name' });
    expect(readdirSync(folder)).toEqual([]);
  });
  test.each(['out/.', 'out/', 'out\\.'])('%j is a file in its folder, never one beside it', async (name) => {
    expect((await save(name)).path).toBe('out/attachment');
    expect((await save(name)).path).toBe('out/attachment (2)');
  });
  test('what the disk refuses is an error that says so, and the content is let go', async () => {
    await save('a.txt');
    const late = content('late');
    await expect(diskFiles(folder).save('a.txt/b.txt', late)).rejects.toMatchObject({
      code: 'attachment.disk',
      message: expect.stringContaining('a file stands where a folder is needed'),
    });
    expect(late.destroyed).toBe(true);
    await expect(diskFiles(join(folder, 'a.txt')).save('b.txt', content('x'))).rejects.toMatchObject({ code: 'attachment.disk' });
  });
  // Node's recursive mkdir never comes back from below /proc: there ENOENT does not mean that the folder above is missing.
  // Off elsewhere than on Linux, which alone has such a folder.
  (process.platform === 'linux' ? test : test.skip).each(['/proc/1/x', '/proc/none/x/y'])(
    '%s is no folder that can be made, which is told at once',
    async (place) => {
      await expect(diskFiles(place).save('out/b.txt', content('x'))).rejects.toMatchObject({ code: 'attachment.disk' });
      await expect(diskStore(place).set({ name: 'a', server: {} } as never)).rejects.toMatchObject({
        code: 'input.invalid',
        details: { path: 'MAILWRIGHT_HOME' },
      });
    },
  );
  test('an error that is none of the disk stays what it is', () => {
    const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    expect(diskError(reset, 'a.txt')).toBe(reset);
    expect(diskError(Object.assign(new Error('no room'), { code: 'ENOSPC' }), 'a.txt')).toMatchObject({
      code: 'attachment.disk',
      message: 'The file a.txt cannot be used: the disk or a quota is full.',
    });
  });
  test('a link that leads out is not followed', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    symlinkSync(outside, join(folder, 'link'), 'junction');
    await expect(save('link/a.txt')).rejects.toMatchObject({ code: 'attachment.unsafe_name' });
    writeFileSync(join(outside, 'secret.txt'), 'x');
    await expect(diskFiles(folder).open('link/secret.txt')).rejects.toMatchObject({ code: 'attachment.unsafe_name' });
    rmSync(outside, { recursive: true });
  });
  test('a content that breaks leaves no file', async () => {
    const breaking = Readable.from(
      (function* () {
        yield Buffer.from('half');
        throw new Error('cut');
      })(),
    );
    await expect(diskFiles(folder).save('a.txt', breaking)).rejects.toThrow('cut');
    expect(readdirSync(folder)).toEqual([]);
  });
  test('twenty writers of one name: twenty whole files', async () => {
    const saved = await Promise.all(Array.from({ length: 20 }, (_, index) => save('a.txt', String(index))));
    expect(new Set(saved.map(({ path }) => path)).size).toBe(20);
    expect(readdirSync(folder).length).toBe(20);
  });
  test('what was saved can be opened; what is missing is said', async () => {
    await save('a/b.txt', 'hello');
    const { content: read, size } = await diskFiles(folder).open('a/b.txt');
    expect([size, String(await buffer(read))]).toEqual([5, 'hello']);
    await expect(diskFiles(folder).open('a/none.txt')).rejects.toMatchObject({ code: 'attachment.not_found' });
  });

  test('a killed process leaves no torn file under its final name', async () => {
    const script = join(folder, 'writer.mjs');
    const target = join(folder, 'target');
    writeFileSync(
      script,
      `import { diskFiles } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
       import { Readable } from 'node:stream';
       async function* slow() { for (let i = 0; ; i++) { yield Buffer.alloc(65536, 65); if (i === 3) process.send('writing'); await new Promise((r) => setTimeout(r, 5)); } }
       await diskFiles(${JSON.stringify(target)}).save('whole.bin', Readable.from(slow()));`,
    );
    const child = fork(script, { execArgv: [] });
    await new Promise((resolve) => child.once('message', resolve));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(existsSync(join(target, 'whole.bin'))).toBe(false);
  });
});
