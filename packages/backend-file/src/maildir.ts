import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Flag } from '@mailwright/core';
import { entries } from './folders.ts';
import type { Kind, Spot } from './kind.ts';
import type { Place, Stored } from './stored.ts';

/** The letters of marks, in the order of the alphabet, as they have to stand (cr.yp.to/proto/maildir.html). */
const LETTERS: Readonly<Record<Flag, string>> = { draft: 'D', flagged: 'F', answered: 'R', seen: 'S' };
/** A file name of Windows has no colon: programs write a semicolon or an exclamation mark there. */
const INFO = /^(.+?)([:;!])2,([A-Za-z]*)$/;
const MARK = process.platform === 'win32' ? ';' : ':';

interface Named extends Stored {
  /** When it arrived, by its name: seconds and what orders those of one second. */
  readonly order: readonly [seconds: number, rest: number];
}

/** A Maildir: one message a file, its marks in the name. What stands before them names it for good. */
export const MAILDIR: Kind = {
  marks: true,
  async scan(place: Place): Promise<Stored[]> {
    const found = new Map<string, Named>();
    for (const sub of ['new', 'cur'])
      for (const one of await entries(join(place.directory, sub)))
        if (one.isFile() && !one.name.startsWith('.')) {
          const stored = await named(place, join(place.directory, sub, one.name));
          found.set(stored.ref.id, stored);
        }
    return [...found.values()].toSorted((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1] || (a.ref.id < b.ref.id ? -1 : 1));
  },
  temporary: ({ directory }) => join(directory, 'tmp', unique()),
  *spots({ directory }, { like, flags = like?.flags ?? [], fresh = false }): Generator<Spot> {
    const sub = like && !INFO.test(basename(like.file)) ? basename(dirname(like.file)) : 'cur';
    const named = like ? nameWith(like, flags).slice(like.ref.id.length) : suffix(flags);
    const info = sub === 'new' ? '' : named;
    if (like && !fresh) yield { id: like.ref.id, file: join(directory, sub, like.ref.id + info) };
    for (;;) {
      const id = unique();
      yield { id, file: join(directory, sub, id + info) };
    }
  },
  marked: ({ directory }, stored, flags) => join(directory, 'cur', nameWith(stored, flags)),
};

async function named({ folder }: Place, file: string): Promise<Named> {
  const name = basename(file);
  const [, id = name, , letters = ''] = INFO.exec(name) ?? [];
  const flags = (Object.keys(LETTERS) as Flag[]).filter((flag) => letters.includes(LETTERS[flag]));
  const [, seconds, micros = '0', counter = '0'] = /^(\d{6,12})\.(?:.*?M(\d+))?(?:.*?Q(\d+))?/.exec(id) ?? [];
  const time = seconds === undefined ? ((await stat(file).catch(() => undefined))?.mtimeMs ?? 0) / 1000 : Number(seconds);
  return { ref: { folder: folder.path, id }, file, flags, arrived: 'file', order: [time, Number(micros) + Number(counter) / 1000] };
}

/** Letters that are not ours (passed, trashed, keywords of Dovecot) stay. */
function nameWith({ ref, file }: Stored, flags: readonly Flag[]): string {
  const [, , mark = MARK, letters = ''] = INFO.exec(basename(file)) ?? [];
  const ours = Object.values(LETTERS);
  return (
    ref.id +
    suffix(
      flags,
      mark,
      Array.from(letters).filter((letter) => !ours.includes(letter)),
    )
  );
}

const suffix = (flags: readonly Flag[], mark = MARK, others: readonly string[] = []) =>
  `${mark}2,${[...flags.map((flag) => LETTERS[flag]), ...others].sort().join('')}`;

let count = 0;

/** A name that no other message has: the time, the process, a counter, chance, and the host, whose signs are written out. */
function unique(): string {
  const now = performance.timeOrigin + performance.now();
  const micros = String(Math.floor((now % 1000) * 1000)).padStart(6, '0');
  const host = hostname().replace(/[/:;!,\\]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);
  const safe = process.platform === 'win32' ? host.replaceAll('\\', '_') : host;
  return `${Math.floor(now / 1000)}.M${micros}P${process.pid}Q${count++}R${randomBytes(4).toString('hex')}.${safe}`;
}
