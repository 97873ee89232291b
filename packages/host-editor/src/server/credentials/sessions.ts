import { say } from '@mailwright/sdk';
import type { Email, SessionRecipe } from '@mailwright/sdk';
import type { Fields, SessionSave, SessionShown } from '../../api.ts';
import { refusal } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { readNotes, writeNotes } from '../settings.ts';
import { connectOf, usesIn, usesOf } from './uses.ts';

/** Saved sessions: Connect's input under a name, without secrets. */
export function sessionRoutes(parts: Parts): void {
  const { router, email, data } = parts;
  router.on('GET', 'sessions', async (): Promise<readonly SessionShown[]> => {
    const [uses, { untested = [] }] = await Promise.all([usesIn(parts), readNotes(data)]);
    return (await recipes(email)).map((recipe) => ({
      name: recipe.name,
      server: recipe.server.backend,
      connect: connectOf(recipe) as Fields,
      usedIn: usesOf(uses, ({ kind, name }) => kind === 'saved' && name === recipe.name),
      ...(untested.includes(recipe.name) && { untested: true }),
    }));
  });

  router.on('PUT', 'sessions/:name', async ({ params: { name = '' }, body }) => {
    const { connect, replace = false, tested = false } = (body ?? {}) as Partial<SessionSave>;
    if (!connect || 'saved' in connect)
      throw refusal('connect', 'a saved session says itself how to reach its server', 'Send the input of Connect.');
    const names = await email.store.names();
    const same = names.find((one) => one.toLowerCase() === name.trim().toLowerCase());
    if (same !== undefined && !replace)
      throw refusal('session', say`there is a session "${{ name: same }}" already`, say`Choose another name, or replace that one.`);
    if (same !== undefined && same !== name.trim()) await email.store.delete(same);
    const saved = await email.save({ ...connect, session: name });
    const { untested = [] } = await readNotes(data);
    const others = untested.filter((one) => one !== saved.name);
    await writeNotes(data, { untested: tested ? others : [...others, saved.name] });
  });

  router.on('DELETE', 'sessions/:name', async ({ params: { name = '' } }) => {
    if (!(await email.store.delete(name))) throw refusal('session', say`there is no session "${{ name }}"`, say`Load the list again.`);
    const { untested = [] } = await readNotes(data);
    await writeNotes(data, { untested: untested.filter((one) => one !== name) });
  });
}

async function recipes({ store }: Email): Promise<SessionRecipe[]> {
  const found = await Promise.all((await store.names()).map((name) => store.get(name)));
  return found.filter((recipe) => recipe !== undefined);
}
