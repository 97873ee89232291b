import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { Base64Decoder } from './base64.ts';

const decode = (pieces: readonly Buffer[]) => buffer(Readable.from(pieces, { objectMode: false }).pipe(new Base64Decoder()));

test('what was encoded comes back, whatever the lines, the noise between them and the pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 500 }),
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 1, max: 90 }),
      fc.constantFrom('base64', 'base64url'),
      async (bytes, width, cut, alphabet) => {
        const lines = Buffer.from(bytes)
          .toString(alphabet)
          .replace(new RegExp(`.{${width}}`, 'g'), '$& !\r\n');
        const pieces = Array.from({ length: Math.ceil(lines.length / cut) }, (_, at) => Buffer.from(lines.slice(at * cut, (at + 1) * cut)));
        expect(await decode(pieces)).toEqual(Buffer.from(bytes));
      },
    ),
  );
});

test('what follows a padding begins anew, and a character alone is no byte', async () => {
  expect(await decode([Buffer.from('QQ==Qg='), Buffer.from('=QUI=\nQ')])).toEqual(Buffer.from('ABAB'));
});
