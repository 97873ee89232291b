import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { EmailError, Secret, type VaultProvider } from '@mailwright/core';
import type { Kdbx, KdbxEntry, KdbxGroup } from 'kdbxweb';
import { z } from 'zod';
import { argon2 } from './argon2.ts';
import { within } from './deadline.ts';
import { defineVault, kept, keyMissing, pathAndField, settings, type VaultContext } from './kind.ts';

const wholePath = z.string().refine(isAbsolute, 'write the whole path, from the root of the disk on');

/** A KeePass file (.kdbx), read only. A key reads Group/Title#Field; without a field it is the password. */
export const keepass = defineVault({
  kind: 'keepass',
  config: z
    .strictObject({
      kind: z.literal('keepass'),
      ...settings,
      file: wholePath,
      password: kept.optional(),
      keyFile: z.union([wholePath, kept]).optional().meta({ description: 'Its path; or a secret that holds its text' }),
    })
    .refine(({ password, keyFile }) => password !== undefined || keyFile !== undefined, 'set password, keyFile, or both'),
  open(config, ctx): VaultProvider {
    const { id, seconds } = config;
    let opening: Promise<Kdbx> | undefined;
    // Reads at the same time share one opening, which is made slow on purpose; nothing is kept after it.
    const opened = () =>
      within(id, seconds, () => (opening ??= open(config, ctx).finally(() => (opening = undefined)))).then((db) => [...entriesOf(db)]);
    return {
      id,
      async read(key) {
        const entries = await opened();
        const { path, field = 'Password' } = pathAndField(key);
        const [found, other] = entries.filter((one) => one.path === path);
        if (other)
          throw new EmailError('input.invalid', {
            path: `credential ${id}/${key}`,
            problem: 'two entries of the file have this path',
            cure: 'Rename one of them in KeePass.',
          });
        const value = found && valueOf(found.entry, field, entries);
        if (value === undefined) throw keyMissing(id, key, entries.flatMap(keysOf));
        return new Secret(value);
      },
      list: async () => (await opened()).flatMap(keysOf).sort(),
    };
  },
});

type Config = z.output<typeof keepass.config>;
interface Placed {
  readonly path: string;
  readonly entry: KdbxEntry;
}

async function open({ id, file, password, keyFile }: Config, ctx: VaultContext): Promise<Kdbx> {
  const { CryptoEngine, Kdbx, KdbxCredentials, KdbxError, ProtectedValue } = (await import('kdbxweb')).default;
  CryptoEngine.setArgon2Impl(argon2);
  const content = await contentOf(id, file);
  const master = password ? ProtectedValue.fromString((await ctx.secret(password)).reveal()) : null;
  const key = typeof keyFile === 'string' ? await contentOf(id, keyFile) : keyFile && Buffer.from((await ctx.secret(keyFile)).reveal());
  try {
    const credentials = new KdbxCredentials(master, key ? Uint8Array.from(key) : null);
    return await Kdbx.load(Uint8Array.from(content).buffer, credentials);
  } catch (error) {
    const code = error instanceof KdbxError ? error.code : '';
    if (code === 'InvalidKey')
      throw new EmailError('vault.locked', { vault: id, problem: `its password or key file does not open ${file}.` }, { cause: error });
    const problem = code === '' ? 'cannot be read' : `is no KeePass 2 file that can be read (${code})`;
    throw new EmailError('vault.unreachable', { vault: id, problem: `${file} ${problem}.` }, { cause: error });
  }
}

const contentOf = (vault: string, path: string): Promise<Buffer> =>
  readFile(path).catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === 'ENOENT' ? `there is no file ${path}.` : `${path} cannot be read (${error.code}).`;
    throw new EmailError('vault.unreachable', { vault, problem }, { cause: error });
  });

/** Every entry with its path; what is in the recycle bin was thrown away. */
function* entriesOf(db: Kdbx, group: KdbxGroup = db.getDefaultGroup(), above: readonly string[] = []): Generator<Placed> {
  if (db.meta.recycleBinUuid?.equals(group.uuid)) return;
  for (const entry of group.entries) yield { path: [...above, textOf(entry, 'Title')].join('/'), entry };
  for (const inner of group.groups) yield* entriesOf(db, inner, [...above, inner.name ?? '']);
}

/** Of a field that is not protected the library drops tabs (kdbxweb 2.1.1); passwords are protected. */
function textOf({ fields }: KdbxEntry, field: string): string {
  const value = fields.get(field) ?? '';
  return typeof value === 'string' ? value : value.getText();
}

const keysOf = ({ path, entry }: Placed): string[] =>
  [...entry.fields.keys()].filter((field) => field !== 'Title' && textOf(entry, field) !== '').map((field) => `${path}#${field}`);

/** Fields by the letters of KeePass's references (keepass.info, field references). */
const LETTERS: Readonly<Record<string, string>> = { T: 'Title', U: 'UserName', P: 'Password', A: 'URL', N: 'Notes' };

/** A field's text; where it refers to a field of another entry, that one's. */
function valueOf(entry: KdbxEntry, field: string, entries: readonly Placed[], depth = 0): string | undefined {
  const text = textOf(entry, field);
  const [, letter = '', uuid = ''] = /^\{REF:([TUPAN])@I:([0-9A-F]{32})\}$/i.exec(text) ?? [];
  if (letter === '') return text === '' ? undefined : text;
  const other = entries.find((one) => Buffer.from(one.entry.uuid.bytes ?? []).toString('hex') === uuid.toLowerCase());
  return other && depth < 5 ? valueOf(other.entry, LETTERS[letter.toUpperCase()] ?? '', entries, depth + 1) : undefined;
}
