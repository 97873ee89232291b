import { EmailError, type MessageRef, type Moved } from '@mailwright/core';
import { each } from './batches.ts';
import type { Conversation } from './conversation.ts';
import { findExisting } from './find.ts';
import type { Folders, Located } from './folders.ts';
import { refOf, type Asked, type Group } from './place.ts';
import { atom, codeOf, expandSet, packSet, sequence, string, wordOf, type Response } from './response.ts';

type Verb = 'move' | 'copy';
/** What a server told of a move or copy. */
interface Outcome {
  /** UID in the source to the reference in the target, as far as the server says it. */
  readonly arrivals: ReadonlyMap<number, MessageRef>;
  /** UIDs that went, also where nobody said to which number. */
  readonly done: ReadonlySet<number>;
}

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
      atomic: this.#verb === 'move' && this.#talk.has('MOVE'),
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
    const { arrivals, done } = await this.#send(there, known !== undefined, place.located.folder.path);
    return asked.map((one) => {
      const to = arrivals.get(one.uid);
      return to ? { to } : done.has(one.uid) ? {} : gone(one);
    });
  }

  #leftBehind(path: string): EmailError {
    const what = `move messages from "${path}" to "${this.#target.folder.path}"`;
    return new EmailError('server.refused', { what, serverSaid: 'it said OK, but left them where they were' });
  }

  /**
   * UID MOVE (RFC 6851); else copied, marked deleted, and exactly these expunged (RFC 4315). Never a plain EXPUNGE. `known`: all of
   * `uids` were there. Where a server does not say which messages went (RFC 4315 allows it), what is still there and what it tells
   * as expunged decide.
   */
  async #send(uids: readonly number[], known: boolean, from: string): Promise<Outcome> {
    const moves = this.#verb === 'move' && this.#talk.has('MOVE');
    const { arrivals, expunged } = await this.#transfer(moves ? 'UID MOVE' : 'UID COPY', uids);
    const told = arrivals.size > 0;
    if (moves) {
      if (told) return { arrivals, done: new Set() };
      if ((await findExisting(this.#talk, uids)).size > 0) throw this.#leftBehind(from);
      return { arrivals, done: new Set(known || expunged >= uids.length ? uids : []) };
    }
    const done = told ? new Set(arrivals.keys()) : known ? new Set(uids) : await findExisting(this.#talk, uids);
    if (this.#verb === 'move') await remove(this.#talk, [...done]);
    return { arrivals, done };
  }

  async #transfer(command: string, uids: readonly number[]): Promise<{ arrivals: Map<number, MessageRef>; expunged: number }> {
    const arrivals = new Map<number, MessageRef>();
    let expunged = 0;
    const note = (response: Response) => {
      const [, uidValidity, from, to] = codeOf(response, 'COPYUID') ?? [];
      const sources = expandSet(wordOf(from)) ?? [];
      const targets = expandSet(wordOf(to)) ?? [];
      if (sources.length !== targets.length) return;
      const place = { located: this.#target, uidValidity: wordOf(uidValidity) ?? '' };
      sources.forEach((uid, index) => arrivals.set(uid, refOf(place, targets[index] ?? 0)));
    };
    const untagged = { OK: note, EXPUNGE: () => void expunged++ };
    const attributes = [sequence(packSet(uids)), string(this.#target.listed)];
    note(await this.#talk.commandInto(this.#target.folder.path, command, attributes, { untagged }));
    return { arrivals, expunged };
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
