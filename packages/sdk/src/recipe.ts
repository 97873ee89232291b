import {
  EmailError,
  presentMode,
  type Log,
  type Session,
  type SessionControl,
  type SessionDefinition,
  type SessionRecipe,
  type SessionStore,
  say,
} from '@mailwright/core';
import { parseInput } from './input.ts';

/** Login modes that an input or a recipe calls by a name of old: what is saved has the present one. */
export function warnOfOldNames(input: unknown, log: Log): void {
  const { server, outgoing } = (input ?? {}) as { readonly server?: unknown; readonly outgoing?: unknown };
  for (const side of [server, outgoing]) {
    const mode = (side as { readonly auth?: { readonly mode?: unknown } } | undefined)?.auth?.mode;
    const present = presentMode(mode);
    if (present !== undefined)
      log.warn(say`Login mode "${{ mode: String(mode) }}" is called ${{ present }} here: write mode: ${{ present }}.`);
  }
}

/**
 * The recipe that Connect would open for an input: the Connect action itself runs, with sessions that only take note. So what is
 * tested or saved is what a run would open.
 */
export async function recipeOf(
  connect: SessionDefinition,
  input: unknown,
  { store, log }: { readonly store: SessionStore; readonly log: Log },
): Promise<SessionRecipe> {
  let noted: SessionRecipe | undefined;
  const note = (recipe: SessionRecipe): Promise<Session> => {
    noted = recipe;
    return Promise.resolve({
      name: recipe.name,
      backend: recipe.server.backend,
      can: new Set(),
      timeZone: 'UTC',
      mailbox: undefined as never,
    });
  };
  const sessions: SessionControl = {
    open: note,
    async openSaved(saved, name) {
      const recipe = await store.get(saved);
      if (!recipe) throw new EmailError('session.not_saved', { saved, known: await store.names() });
      return note({ ...recipe, name });
    },
    close: () => Promise.resolve(false),
    names: () => [],
  };
  const files = { save: () => Promise.reject(new Error('no files here')), open: () => Promise.reject(new Error('no files here')) };
  await connect.run(parseInput(connect.input, input), { sessions, files, log, signal: new AbortController().signal });
  if (!noted) throw new EmailError('internal.bug', { where: 'connect', problem: 'no session was described' });
  return noted;
}
