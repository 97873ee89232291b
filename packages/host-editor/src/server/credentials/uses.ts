import { contentOf, joinCallPath } from '@mailwright/automation';
import type { SessionRecipe } from '@mailwright/sdk';
import type { Use } from '../../api.ts';
import type { Parts } from '../parts.ts';

/** Something in a step that names a credential, a connection, a saved session, or another automation by its file. */
export interface Found {
  readonly kind: 'credential' | 'connection' | 'saved' | 'call';
  readonly name: string;
  readonly use: Use;
}

/** What the automations of the folder and the saved sessions refer to. A file that cannot be read as steps has no uses. */
export async function usesIn({ folder, email }: Pick<Parts, 'folder' | 'email'>): Promise<Found[]> {
  const found: Found[] = [];
  for (const file of await folder.list()) {
    const { text } = await folder.read(file).catch(() => ({ text: '' }));
    look(contentOf(text), { file, step: '' }, found);
  }
  for (const name of await email.store.names()) look(await email.store.get(name), { file: '', step: name }, found);
  return found;
}

function look(value: unknown, use: Use, found: Found[]): void {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Readonly<Record<string, unknown>>;
  const isStep = typeof fields['id'] === 'string' && use.file !== '';
  const here = isStep ? { ...use, step: fields['id'] as string } : use;
  for (const kind of ['credential', 'connection', 'saved'] as const) {
    const name = fields[kind];
    if (typeof name === 'string') found.push({ kind, name, use: here });
  }
  const called = isStep ? fields['call'] : undefined;
  if (typeof called === 'string') found.push({ kind: 'call', name: joinCallPath(use.file, called), use: here });
  for (const inner of Object.values(fields)) look(inner, here, found);
}

/** The uses of one name, each step once. */
export function usesOf(found: readonly Found[], fits: (one: Found) => boolean): Use[] {
  const uses = found.filter(fits).map(({ use }) => use);
  return uses.filter((use, index) => uses.findIndex((one) => one.file === use.file && one.step === use.step) === index);
}

/** The input of Connect that a saved session stands for. */
export const connectOf = ({ name, ...recipe }: SessionRecipe): Readonly<Record<string, unknown>> => ({ session: name, ...recipe });
