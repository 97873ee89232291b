import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { readCertificates } from './certificates.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'ca-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const [first = '', second = ''] = rootCertificates;
const broken = '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n';

test('a file, a bundle, and a folder of files', async () => {
  expect(await readCertificates(undefined)).toEqual([]);
  expect(await readCertificates(write('one.pem', first))).toEqual([first]);
  expect(await readCertificates(write('two.crt', `${first}\n${second}\n`))).toHaveLength(1);
  write('note.txt', 'no certificate');
  expect(await readCertificates(folder)).toHaveLength(2);
});

test.each([
  ['a broken certificate', () => write('a.pem', broken), /cannot be read/],
  ['a broken one behind a good one', () => write('a.pem', `${first}\n${broken}`), /cannot be read/],
  ['something else', () => write('a.pem', 'hello'), /holds no certificate/],
  ['a file that is not there', () => join(folder, 'none.pem'), /cannot be read/],
])('%s is said to be so', async (_, path, words) => {
  await expect(readCertificates(path())).rejects.toMatchObject({
    code: 'input.invalid',
    message: expect.stringMatching(words),
    details: { path: 'ca' },
  });
});
