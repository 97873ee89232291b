// A process of its own that reads one hostile mail and tells how far it grew: the mail is made as it is read, and never held.
import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parse } from './parse.ts';

const MB = 1024 * 1024;
const text = (head: string, piece: string) => ({ head, piece });

/** Each begins with its head and goes on with the piece. */
export const HOSTILE = {
  'a header block of 40 MB': text('Subject: x\r\n', 'X-More: and more of it\r\n'),
  'one header of 40 MB': text('Subject: ', 'x'.repeat(70)),
  'a text of 40 MB': text('Subject: x\r\n\r\n', `${'x'.repeat(70)}\r\n`),
  'a line of 40 MB': text('Subject: x\r\n\r\n', 'x'.repeat(70)),
  'an HTML text of 40 MB': text('Content-Type: text/html\r\n\r\n', '<p>words and words</p>\r\n'),
  'recipients without end': text('To: a@example.test', ',\r\n someone@example.test'),
  'an attachment of 40 MB': text(
    'Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n',
    `${'QUFB'.repeat(18)}\r\n`,
  ),
  'a calendar of 40 MB': text('Content-Type: text/calendar\r\n\r\n', `X-LINE:${'x'.repeat(60)}\r\n`),
  'parts without end': text('Content-Type: multipart/mixed; boundary=b\r\n', '\r\n--b\r\nContent-Type: application/x; name=a\r\n\r\nx'),
  'parts within parts without end': text('', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'),
  'a preamble without end': text('Content-Type: multipart/mixed; boundary=never\r\n\r\n', `${'x'.repeat(70)}\r\n`),
  'lines that look like boundaries': text('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n', '--bb\r\n'),
} as const;

function* bytes({ head, piece }: { readonly head: string; readonly piece: string }): Generator<Buffer> {
  yield Buffer.from(head);
  const chunk = Buffer.from(piece.repeat(Math.ceil((64 * 1024) / piece.length)));
  for (let sent = 0; sent < 40 * MB; sent += chunk.length) yield chunk;
}

function memory(what: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}

async function read(name: keyof typeof HOSTILE): Promise<{ growth: number; defects: readonly string[]; attachments: number }> {
  // What a first mail loads and compiles is no growth.
  await parse(Buffer.from('Subject: x\r\n\r\nx'), { ref: { folder: 'INBOX', id: '1' } });
  globalThis.gc?.();
  writeFileSync('/proc/self/clear_refs', '5');
  const before = memory('VmRSS');
  const open = () => Promise.resolve(Readable.from(bytes(HOSTILE[name]), { objectMode: false }));
  const { defects = [], attachments } = await parse({ open }, { ref: { folder: 'INBOX', id: '1' } });
  return { growth: memory('VmHWM') - before, defects, attachments: attachments.length };
}

process.on('message', (name) => void read(name as keyof typeof HOSTILE).then((told) => process.send?.(told)));
process.once('disconnect', () => process.exit());
