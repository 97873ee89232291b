import { EmailError, say, type Done, type LabelChange, type Marks, type MessageRef, type Moved, type Phrase } from '@mailwright/core';
import { batched, type Part, type Reply } from './batch.ts';
import type { Client } from './client.ts';
import { Refused, isDoubtful, isNotFound, toEmailError } from './errors.ts';
import type { Folders, Located } from './folders.ts';
import { gone } from './reader.ts';
import { answered, type Row } from './rows.ts';

/** Looks at what became of messages whose answer was lost, before it is said that nobody knows. */
const LOOKS = 3;

type Verb = 'move' | 'copy' | 'mark' | 'label' | 'trash' | 'erase';
/** What became of one message. */
type Outcome = { readonly row?: Row } | { readonly error: EmailError };

/** One verb over many messages. */
interface Change {
  readonly verb: Verb;
  part(row: Row): Part | undefined;
  /** Doing it twice is doing it once. */
  readonly again: boolean;
  /** Whether it was done, told by where the message is now (undefined: nowhere); `unknown` where that says nothing. */
  done(now: string | undefined, source: string): boolean | 'unknown';
}

const NEVER = () => 'unknown' as const;

/** Changes of messages: each is looked at first, so that only one that is where its reference says is touched. */
export class Changes {
  readonly #client: Client;
  readonly #folders: Folders;

  constructor(client: Client, folders: Folders) {
    this.#client = client;
    this.#folders = folders;
  }

  /** What is in the target already stays there. */
  async move(refs: readonly MessageRef[], to: string, verb: 'move' | 'trash' = 'move'): Promise<readonly Moved[]> {
    const target = await this.#folders.locate(to);
    const outcomes = await this.#each(refs, {
      verb,
      again: false,
      part: ({ id, parentFolderId }) => (parentFolderId === target.id ? undefined : relocation('move', id, target)),
      done: (now, source) => (now === target.id ? true : now === source ? false : 'unknown'),
    });
    return refs.map((from, at) => moved(from, outcomes[at] as Outcome, ({ id = from.id }) => ({ folder: target.folder.path, id })));
  }

  async copy(refs: readonly MessageRef[], to: string): Promise<readonly Moved[]> {
    const target = await this.#folders.locate(to);
    const part = ({ id }: Row) => relocation('copy', id, target);
    const outcomes = await this.#each(refs, { verb: 'copy', again: false, part, done: NEVER });
    return refs.map((from, at) =>
      moved(from, outcomes[at] as Outcome, ({ id }) => (id === undefined ? undefined : { folder: target.folder.path, id })),
    );
  }

  async mark(refs: readonly MessageRef[], { seen, flagged, answered: replied }: Marks): Promise<readonly Done[]> {
    const json = {
      ...(seen !== undefined && { isRead: seen }),
      ...(flagged !== undefined && { flag: { flagStatus: flagged ? 'flagged' : 'notFlagged' } }),
      ...(replied !== undefined && answered(replied)),
    };
    const part = ({ id }: Row) => (Object.keys(json).length === 0 ? undefined : patch(id, json));
    return dones(refs, await this.#each(refs, { verb: 'mark', again: true, part, done: () => false }));
  }

  async label(refs: readonly MessageRef[], { add = [], remove = [] }: LabelChange): Promise<readonly Done[]> {
    const part = ({ id, categories }: Row) => {
      const before = categories ?? [];
      const after = [...new Set([...before, ...add])].filter((one) => !remove.includes(one));
      return after.length === before.length && after.every((one) => before.includes(one)) ? undefined : patch(id, { categories: after });
    };
    return dones(refs, await this.#each(refs, { verb: 'label', again: true, part, done: () => false }));
  }

  /** For good (learn.microsoft.com, message: permanentDelete). */
  async erase(refs: readonly MessageRef[]): Promise<readonly Done[]> {
    const part = ({ id }: Row): Part => ({ method: 'POST', path: `messages/${encoded(id)}/permanentDelete` });
    return dones(refs, await this.#each(refs, { verb: 'erase', again: false, part, done: (now) => now === undefined }));
  }

  async #each(refs: readonly MessageRef[], change: Change): Promise<readonly Outcome[]> {
    const outcomes = new Map<number, Outcome>();
    let left = await this.#there(refs, outcomes);
    for (let look = 0; left.length > 0; look++) {
      const doubtful = await this.#do(refs, left, change, outcomes);
      if (doubtful.length === 0) break;
      left = look < LOOKS ? await this.#settle(refs, doubtful, change, outcomes) : doubtful;
      if (look < LOOKS) continue;
      for (const { at } of left) outcomes.set(at, { error: unknown(refs[at] as MessageRef, change) });
      break;
    }
    return refs.map((_, at) => outcomes.get(at) as Outcome);
  }

  /** The messages that are where their references say; what became of the others is noted. Errors: those of looking. */
  async #there(refs: readonly MessageRef[], outcomes: Map<number, Outcome>): Promise<readonly Found[]> {
    const places = new Map<string, string | EmailError>();
    for (const { folder } of refs) if (!places.has(folder)) places.set(folder, await this.#idOf(folder));
    const replies = await this.#look(refs);
    return refs.flatMap((ref, at) => {
      const place = places.get(ref.folder);
      const row = rowOf(replies[at] as Reply<Row>, () => this.#client.doing(this.#how(say`read messages`)));
      if (row && row.parentFolderId === place) return [{ at, row, source: place ?? '' }];
      outcomes.set(at, { error: EmailError.is(place) ? place : gone(ref) });
      return [];
    });
  }

  async #idOf(folder: string): Promise<string | EmailError> {
    try {
      return (await this.#folders.locate(folder)).id;
    } catch (error) {
      if (EmailError.is(error, 'folder')) return error;
      throw error;
    }
  }

  #look(refs: readonly MessageRef[]): Promise<Reply<Row>[]> {
    const parts = refs.map(({ id }): Part => ({ method: 'GET', path: `messages/${encoded(id)}?$select=id,parentFolderId,categories` }));
    return batched<Row>(this.#client, parts, { ...this.#how(say`read messages`), again: true });
  }

  #how(what: Phrase) {
    return { what, ms: this.#client.ctx.limits.command };
  }

  /** Does it to those that are left; answers those of which nobody knows. */
  async #do(
    refs: readonly MessageRef[],
    left: readonly Found[],
    change: Change,
    outcomes: Map<number, Outcome>,
  ): Promise<readonly Found[]> {
    const asked = left.flatMap((found) => {
      const part = change.part(found.row);
      if (!part) outcomes.set(found.at, { row: found.row });
      return part ? [{ found, part }] : [];
    });
    const how = { ...this.#how(say`${{ verb: change.verb }} messages`), again: change.again };
    const replies = await batched<Row>(
      this.#client,
      asked.map(({ part }) => part),
      how,
    );
    return asked.flatMap(({ found }, index) => {
      const reply = replies[index] as Reply<Row>;
      const ref = refs[found.at] as MessageRef;
      if ('lost' in reply || ('refusal' in reply && isDoubtful(reply.refusal))) return [found];
      if ('value' in reply) outcomes.set(found.at, { row: reply.value ?? found.row });
      else outcomes.set(found.at, { error: toEmailError(new Refused(reply.refusal), { ...this.#client.doing(how), ref }) });
      return [];
    });
  }

  /** Looks where doubtful messages are now; answers those to which it has to be done again. */
  async #settle(
    refs: readonly MessageRef[],
    doubtful: readonly Found[],
    change: Change,
    outcomes: Map<number, Outcome>,
  ): Promise<readonly Found[]> {
    const replies = await this.#look(doubtful.map(({ at }) => refs[at] as MessageRef)).catch((error: unknown) => {
      if (!EmailError.is(error)) throw error;
      return doubtful.map(() => ({ lost: error }));
    });
    return doubtful.flatMap((found, index) => {
      const reply = replies[index] as Reply<Row>;
      const looked = 'value' in reply || ('refusal' in reply && isNotFound(reply.refusal));
      const done = looked ? change.done('value' in reply ? (reply.value.parentFolderId ?? '') : undefined, found.source) : 'unknown';
      if (done === false) return [found];
      outcomes.set(found.at, done === true ? { row: found.row } : { error: unknown(refs[found.at] as MessageRef, change) });
      return [];
    });
  }
}

/** A message that is where its reference says. */
interface Found {
  readonly at: number;
  readonly row: Row;
  readonly source: string;
}

const encoded = (id: string | undefined) => encodeURIComponent(id ?? '');
const patch = (id: string | undefined, json: object): Part => ({ method: 'PATCH', path: `messages/${encoded(id)}`, json });
const relocation = (verb: 'move' | 'copy', id: string | undefined, { id: destinationId }: Located): Part => ({
  method: 'POST',
  path: `messages/${encoded(id)}/${verb}`,
  json: { destinationId },
});

/** A message moves in one piece: it is in the one folder or in the other. */
const unknown = ({ folder }: MessageRef, { verb }: Change) =>
  new EmailError('message.outcome_unknown', { verb, count: 1, folder, ...(verb === 'move' || verb === 'trash' ? { atomic: 'yes' } : {}) });

function rowOf(reply: Reply<Row>, doing: () => Parameters<typeof toEmailError>[1]): Row | undefined {
  if ('lost' in reply) throw reply.lost;
  if ('value' in reply) return reply.value;
  if (isNotFound(reply.refusal)) return undefined;
  throw toEmailError(new Refused(reply.refusal), doing());
}

function moved(from: MessageRef, outcome: Outcome, place: (row: Row) => MessageRef | undefined): Moved {
  if ('error' in outcome) return { from, error: outcome.error };
  const to = outcome.row && place(outcome.row);
  return { from, ...(to && { to }) };
}

const dones = (refs: readonly MessageRef[], outcomes: readonly Outcome[]): readonly Done[] =>
  refs.map((ref, at) => ({ ref, ...('error' in (outcomes[at] as Outcome) ? (outcomes[at] as { error: EmailError }) : {}) }));
