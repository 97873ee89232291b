import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EmailError, holdsPassword, makeFolder, say, type SessionRecipe, type SessionStore } from '@mailwright/core';

/** Fields that are secrets: in plain text they are never written to a lasting store. */
const SECRET_FIELDS = new Set(['password', 'clientSecret', 'certificate', 'certificatePassword', 'key', 'token', 'passphrase']);

/** Recipes in a folder, one file each, named by a hash so that no name and no file system gets in the way. Errors: `session.insecure_secret`. */
export function diskStore(folder: string): SessionStore {
  const fileOf = (name: string) => join(folder, `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.json`);
  const all = async () => {
    const files = await readdir(folder).catch(() => [] as string[]);
    const recipes = await Promise.all(files.filter((file) => file.endsWith('.json')).map((file) => readRecipe(join(folder, file))));
    return recipes.filter((recipe) => recipe !== undefined);
  };
  return {
    get: (name) => readRecipe(fileOf(name)),
    async set(recipe) {
      const field = plainSecret(recipe);
      if (field !== undefined) throw new EmailError('session.insecure_secret', { session: recipe.name, field });
      await ownFolder(folder, 0o700);
      await writeWhole(fileOf(recipe.name), `${JSON.stringify(recipe, undefined, 2)}\n`);
    },
    async delete(name) {
      const there = (await readRecipe(fileOf(name))) !== undefined;
      await rm(fileOf(name), { force: true });
      return there;
    },
    names: async () => (await all()).map(({ name }) => name).sort(),
  };
}

async function readRecipe(file: string): Promise<SessionRecipe | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as SessionRecipe);
}

/** The folder of what this user keeps, made where it is not there, as `makeFolder` does. Errors: `input.invalid`. */
export async function ownFolder(folder: string, mode: number): Promise<string | undefined> {
  try {
    return await makeFolder(folder, mode);
  } catch (error) {
    const reason = String((error as NodeJS.ErrnoException).code);
    throw new EmailError(
      'input.invalid',
      {
        path: 'MAILWRIGHT_HOME',
        problem: say`the folder ${{ folder }} cannot be made (${{ reason }})`,
        cure: say`Name a folder that this user may write into.`,
      },
      { cause: error },
    );
  }
}

/** A file is whole or not there. */
export async function writeWhole(file: string, text: string, mode = 0o600): Promise<void> {
  const temporary = `${file}.${randomUUID()}.part`;
  const handle = await open(temporary, 'wx', mode);
  try {
    if (process.platform !== 'win32') await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** The path of the first secret in plain text. */
export function plainSecret(value: unknown, path = ''): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`;
    const isPlain = typeof inner === 'string' || (typeof inner === 'object' && inner !== null && 'insecure' in inner);
    if (SECRET_FIELDS.has(key) ? isPlain : typeof inner === 'string' && holdsPassword(inner)) return here;
    const below = plainSecret(inner, here);
    if (below !== undefined) return below;
  }
  return undefined;
}
