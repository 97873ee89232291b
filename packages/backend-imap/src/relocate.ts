import { EmailError, type MessageRef, type Moved } from '@mailwright/core';
import { each } from './batches.ts';
import type { Conversation } from './conversation.ts';
import { findExisting } from './find.ts';
import type { Folders, Located } from './folders.ts';
import { refOf, type Asked, type Group } from './place.ts';
import { atom, codeOf, expandSet, packSet, sequence, string, wordOf, type Response } from './response.ts';

type Verb = 'move' | 'copy';
/** UID in the source to the reference in the target; a message whose new number the server did not say has none. */
type Arrivals = ReadonlyMap<number, MessageRef | undefined>;

/** Moves and copies, one command per folder and batch. */
export class Relocation {
  readonly #talk: Conversation;
  readonly #folders: Folders;
  readonly #verb: Verb;
  readonly #target: Located;

  constructor(talk: Conversation, folders: Folders, verb: Verb, target: Located) {
    this.#talk = talk;
    this.#folders = folders;
    this.#verb = verb;
    this.#target = target;
  }

  /** What is in the target already stays there; the rest is answered one by one. */
  async run(refs: readonly MessageRef[]): Promise<readonly Moved[]> {
    const { folder } = this.#target;
    const results = await each<Omit<Moved, 'from'>>(this.#talk, this.#folders, refs, {
      verb: this.#verb,
      repeatable: false,
      work: (group) => (this.#verb === 'move' && group.place.located.folder.path === folder.path ? stay(group) : this.#relocate(group)),
    });
    return results.map(({ ref, ...rest }) => ({ from: ref, ...rest }));
  }

  async #relocate({ place, asked }: Group): Promise<readonly (Omit<Moved, 'from'> | EmailError)[]> {
    const uids = asked.map(({ uid }) => uid);
    // Without UIDPLUS the server will not say which messages it found.
    const known = this.#talk.has('UIDPLUS') ? undefined : await findExisting(this.#talk, uids);
    const there = known ? uids.filter((uid) => known.has(uid)) : uids;
    if (there.length === 0) return asked.map(gone);
    const arrivals = await this.#send(there);
    const found = known ?? (arrivals.size > 0 ? undefined : await findExisting(this.#talk, uids));
    if (this.#verb === 'move' && !known && found && found.size > 0) throw this.#leftBehind(place.located.folder.path);
    return asked.map((one) => {
      const to = arrivals.get(one.uid);
      return to ? { to } : found?.has(one.uid) ? {} : gone(one);
    });
  }

  #leftBehind(path: string): EmailError {
    const what = `move messages from "${path}" to "${this.#target.folder.path}"`;
    return new EmailError('server.refused', { what, serverSaid: 'it said OK, but left them where they were' });
  }

  /** UID MOVE (RFC 6851); else copied, marked deleted, and exactly these expunged (RFC 4315). Never a plain EXPUNGE. */
  async #send(uids: readonly number[]): Promise<Arrivals> {
    if (this.#verb === 'copy') return this.#transfer('UID COPY', uids);
    if (this.#talk.has('MOVE')) return this.#transfer('UID MOVE', uids);
    const arrivals = await this.#transfer('UID COPY', uids);
    await remove(this.#talk, arrivals.size > 0 ? [...arrivals.keys()] : this.#talk.has('UIDPLUS') ? [] : uids);
    return arrivals;
  }

  async #transfer(command: string, uids: readonly number[]): Promise<Arrivals> {
    const arrivals = new Map<number, MessageRef>();
    const note = (response: Response) => {
      const [, uidValidity, from, to] = codeOf(response, 'COPYUID') ?? [];
      const sources = expandSet(wordOf(from)) ?? [];
      const targets = expandSet(wordOf(to)) ?? [];
      if (sources.length !== targets.length) return;
      const place = { located: this.#target, uidValidity: wordOf(uidValidity) ?? '' };
      sources.forEach((uid, index) => arrivals.set(uid, refOf(place, targets[index] ?? 0)));
    };
    const attributes = [sequence(packSet(uids)), string(this.#target.listed)];
    note(await this.#talk.commandInto(this.#target.folder.path, command, attributes, { untagged: { OK: note } }));
    return arrivals;
  }
}

/** Marks exactly these messages deleted, and takes them away where the server can do that to exactly these. */
export async function remove(talk: Conversation, uids: readonly number[]): Promise<void> {
  if (uids.length === 0) return;
  const set = sequence(packSet(uids));
  await talk.command('UID STORE', [set, atom('+FLAGS.SILENT'), [atom('\\Deleted')]]);
  if (talk.has('UIDPLUS')) await talk.command('UID EXPUNGE', [set]);
}

const stay = ({ asked }: Group) => Promise.resolve(asked.map(({ ref }) => ({ to: ref })));
const gone = ({ ref }: Asked) => new EmailError('message.not_found', { folder: ref.folder, id: ref.id });
