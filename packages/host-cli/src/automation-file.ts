import { randomUUID } from 'node:crypto';
import { readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { EmailError } from '@mailwright/sdk';

/** The text of an automation file. Errors: `input.invalid`. */
export async function readAutomation(path: string | undefined): Promise<{ readonly text: string; readonly path: string }> {
  if (path === undefined)
    throw new EmailError('input.invalid', { path: 'FILE', problem: 'no automation was named', cure: 'Name a *.steps.yaml file.' });
  try {
    return { text: await readFile(path, 'utf8'), path };
  } catch (error) {
    throw new EmailError('input.invalid', { path: 'FILE', problem: `${path} cannot be read`, cure: 'Check the path.' }, { cause: error });
  }
}

/** Another text for an automation file: whole or not at all. */
export async function writeAutomation(path: string, text: string): Promise<void> {
  const file = await realpath(path);
  const temporary = `${file}.${randomUUID()}.part`;
  await writeFile(temporary, text, { flag: 'wx', mode: (await stat(file)).mode });
  await rename(temporary, file);
}

/** Reads what an automation calls: files of its own folder, also where a link leads. */
export function callsBeside(path: string): (called: string) => Promise<string> {
  return async (called) => {
    const folder = await realpath(dirname(path));
    const file = await realpath(join(folder, called));
    if (!file.startsWith(folder + sep)) throw new EmailError('attachment.unsafe_name', { name: called });
    return readFile(file, 'utf8');
  };
}
