import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { say } from '@mailwright/sdk';
import type { Settings } from '../api.ts';
import { write } from './automations/folder.ts';
import { refusal } from './errors.ts';
import type { Parts } from './parts.ts';

const fileIn = (data: string) => join(data, 'editor.json');
const notesIn = (data: string) => join(data, 'editor-notes.json');

/** What the editor remembers by itself. */
export interface Notes {
  /** Saved sessions whose last test failed, or that were saved without one. */
  readonly untested?: readonly string[];
}

export async function readNotes(data: string): Promise<Notes> {
  try {
    const { untested } = JSON.parse(await readFile(notesIn(data), 'utf8')) as { readonly untested?: unknown };
    return { untested: Array.isArray(untested) ? untested.filter((one) => typeof one === 'string') : [] };
  } catch {
    return {};
  }
}

export const writeNotes = (data: string, notes: Notes): Promise<void> =>
  write(notesIn(data), Buffer.from(`${JSON.stringify(notes, undefined, 2)}\n`), 0o600);

/** What was set, and the default of the rest; a file that cannot be read is as if nothing was set. */
export async function readSettings(data: string): Promise<Settings> {
  const text = await readFile(fileIn(data), 'utf8').catch(() => '{}');
  try {
    return checked(JSON.parse(text) as Settings);
  } catch {
    return { keepValues: 0 };
  }
}

export function settingsRoutes({ router, data }: Parts): void {
  router.on('GET', 'settings', () => readSettings(data));
  router.on('PUT', 'settings', async ({ body }) => {
    const settings = checked((body ?? {}) as Settings);
    await write(fileIn(data), Buffer.from(`${JSON.stringify(settings, undefined, 2)}\n`), 0o600);
    return settings;
  });
}

function checked({ language, theme, keepValues = 0 }: Partial<Settings>): Settings {
  if (!Number.isInteger(keepValues) || keepValues < 0 || keepValues > 3650)
    throw refusal('keepValues', say`"${{ given: String(keepValues) }}" is no number of days`, say`Give a number from 0 to 3650.`);
  if (theme !== undefined && theme !== 'light' && theme !== 'dark')
    throw refusal('theme', 'there is no such theme', 'Choose light or dark, or leave it out.');
  if (language !== undefined && !/^[a-z]{2}(-[A-Z]{2})?$/.test(language))
    throw refusal('language', 'this is no language tag', 'Write en, pt-BR or de.');
  return { ...(language !== undefined && { language }), ...(theme && { theme }), keepValues };
}
