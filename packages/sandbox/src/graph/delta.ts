import { randomBytes } from 'node:crypto';
import { Refused, preferencesOf, type GraphQuestion } from './answer.ts';
import { etagOf } from './message-json.ts';
import type { Place, Places } from './places.ts';
import type { MailFolder } from '../store/folder.ts';

/** What somebody knew of a folder: ids and etags. */
type Known = ReadonlyMap<string, string>;
interface Round {
  readonly folder: MailFolder;
  /** What is still to be told. */
  readonly left: readonly (Place | { readonly gone: string })[];
  readonly known: Known;
}

const USUAL = 100;

/** Rounds of change tracking (learn.microsoft.com, message: delta) by their opaque tokens. */
export class Deltas {
  readonly #rounds = new Map<string, Round>();

  /** One page: what changed since the round of a token, or everything. Errors: 410 for a token of nobody's. */
  next(folder: MailFolder, places: Places, question: GraphQuestion, immutable: boolean) {
    const token = question.query.get('$skiptoken') ?? question.query.get('$deltatoken');
    const round = token === null ? undefined : this.#rounds.get(token);
    if (token !== null && round?.folder !== folder)
      throw new Refused(410, 'SyncStateNotFound', 'The sync state generation is not found; a full synchronization is needed.');
    const going =
      round && question.query.has('$skiptoken') ? round : begin(folder, places, round?.known, immutable, question.query.get('changeType'));
    const size = Number(preferencesOf(question).get('odata.maxpagesize') ?? USUAL) || USUAL;
    const left = going.left.slice(size);
    return { page: going.left.slice(0, size), token: this.#keep({ ...going, left }), more: left.length > 0 };
  }

  /** Tokens are forgotten: what was given out before is answered with 410. */
  forget(): void {
    this.#rounds.clear();
  }

  #keep(round: Round): string {
    const token = randomBytes(18).toString('base64url');
    this.#rounds.set(token, round);
    return token;
  }
}

/** `type`: created, updated or deleted; all of them if it is none. */
function begin(folder: MailFolder, places: Places, before: Known = new Map(), immutable: boolean, type: string | null): Round {
  const now = folder.messages.map((message) => ({ id: places.messageId({ folder, message }, immutable), etag: etagOf(message), message }));
  const known = new Map(now.map(({ id, etag }) => [id, etag]));
  const wanted = (kind: string) => type === null || type === kind;
  const changed = now
    .filter(({ id, etag }) => before.get(id) !== etag && wanted(before.has(id) ? 'updated' : 'created'))
    .map(({ message }) => ({ folder, message }));
  const gone = wanted('deleted') ? [...before.keys()].filter((id) => !known.has(id)).map((id) => ({ gone: id })) : [];
  return { folder, known, left: [...changed, ...gone] };
}
