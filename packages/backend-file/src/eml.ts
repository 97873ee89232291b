import { randomBytes, randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { entries } from './folders.ts';
import type { Kind, Spot } from './kind.ts';
import type { Place, Stored } from './stored.ts';

const { compare } = new Intl.Collator('en', { numeric: true });
const EML = /\.eml$/i;

/** A folder of .eml files, each a message by its file name. The oldest file comes first. Files know no marks. */
export const EML_FILES: Kind = {
  marks: false,
  async scan({ directory, folder }: Place): Promise<Stored[]> {
    const names = (await entries(directory)).filter((one) => one.isFile() && EML.test(one.name) && !one.name.startsWith('.'));
    const found = await Promise.all(
      names.map(async ({ name }) => {
        const file = join(directory, name);
        const times = await stat(file).catch(() => undefined);
        return { stored: { ref: { folder: folder.path, id: name }, file, arrived: 'header' as const }, time: times?.mtimeMs ?? 0 };
      }),
    );
    return found.toSorted((a, b) => a.time - b.time || compare(a.stored.ref.id, b.stored.ref.id)).map(({ stored }) => stored);
  },
  temporary: ({ directory }) => join(directory, `.${randomUUID()}.part`),
  // Nothing that stands in a mail becomes a name.
  *spots({ directory }, { like }): Generator<Spot> {
    const name = like?.ref.id ?? `${timestamp()}-${randomBytes(4).toString('hex')}.eml`;
    for (let number = 1; ; number++) {
      const id = number === 1 ? name : name.replace(EML, (extension) => ` (${number})${extension}`);
      yield { id, file: join(directory, id) };
    }
  },
};

const timestamp = () => new Date().toISOString().replace(/[-:]|\.\d+Z$/g, '');
