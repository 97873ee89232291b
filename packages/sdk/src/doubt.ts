import { EmailError, type Mailbox, type MessageRef, type MessageSummary, type Moved } from '@mailwright/core';

/** Messages whose Message-ID and size are remembered. */
const KNOWN = 20_000;
/** A connection may be lost again while one looks. */
const LOOKS = 3;

type Known = Pick<MessageSummary, 'messageId' | 'size'>;

/** A connection that works again, and the verb that was interrupted. */
export interface Comeback {
  readonly mailbox: Mailbox;
  again(this: void, refs: readonly MessageRef[]): Promise<readonly Moved[]>;
}

const keyOf = ({ folder, id }: MessageRef) => `${folder}\u0000${id}`;
const inDoubt = ({ error }: Moved) => EmailError.is(error, 'message.outcome_unknown');

/**
 * Settles moves whose answer was lost, by looking: into the source by reference, into the target by Message-ID and size. What is in the
 * source only is moved again, if the server moves in one piece; what cannot be told stays `message.outcome_unknown`.
 */
export class Doubt {
  readonly #known = new Map<string, Known>();

  /** What a listing told: it makes a message recognizable in another folder. */
  know({ ref, messageId, size }: MessageSummary): void {
    if (messageId === undefined) return;
    this.#known.set(keyOf(ref), { messageId, ...(size !== undefined && { size }) });
    if (this.#known.size > KNOWN) this.#known.delete(this.#known.keys().next().value ?? '');
  }

  async settle(results: readonly Moved[], to: string, comeBack: () => Promise<Comeback>): Promise<readonly Moved[]> {
    let settled = results;
    for (let look = 0; look < LOOKS && settled.some(inDoubt); look++)
      try {
        settled = await this.#look(settled, to, await comeBack());
      } catch (error) {
        if (!EmailError.is(error)) throw error;
        // What is known of the other messages must not be lost with it: the doubtful ones stay in doubt.
        if (!EmailError.is(error, 'connection')) break;
      }
    return settled;
  }

  async #look(results: readonly Moved[], to: string, { mailbox, again }: Comeback): Promise<readonly Moved[]> {
    const doubtful = results.filter(inDoubt);
    const still = await inSource(
      mailbox,
      doubtful.map(({ from }) => from),
    );
    const settled = new Map<string, Moved>();
    const left: MessageRef[] = [];
    for (const one of doubtful) {
      const found = await this.#inTarget(one.from, to, mailbox);
      const gone = !still.has(keyOf(one.from));
      if (gone && found.length > 0)
        settled.set(keyOf(one.from), { from: one.from, ...(found.length === 1 && found[0] && { to: found[0] }) });
      else if (!gone && found.length === 0 && atomic(one)) left.push(one.from);
    }
    if (left.length > 0) for (const one of await again(left)) settled.set(keyOf(one.from), missedAgain(one));
    return results.map((one) => settled.get(keyOf(one.from)) ?? one);
  }

  /** Messages of the target that are this one, as far as Message-ID and size tell. */
  async #inTarget(ref: MessageRef, to: string, mailbox: Mailbox): Promise<MessageRef[]> {
    const known = this.#known.get(keyOf(ref));
    if (known?.messageId === undefined) return [];
    const found: MessageRef[] = [];
    for await (const one of mailbox.search({ folder: to, filter: { op: 'is', field: 'messageId', value: known.messageId } }))
      if (known.size === undefined || one.size === undefined || one.size === known.size) found.push(one.ref);
    return found;
  }
}

async function inSource(mailbox: Mailbox, refs: readonly MessageRef[]): Promise<ReadonlySet<string>> {
  const there = new Set<string>();
  for (const [folder, among] of Map.groupBy(refs, (ref) => ref.folder))
    for await (const { ref } of mailbox.search({ folder, among })) there.add(keyOf(ref));
  return there;
}

const atomic = ({ error }: Moved) => EmailError.is(error, 'message.outcome_unknown') && error.details['atomic'] === 'yes';

/** The first try may come through after we looked: then the second one finds nothing to move, and one has to look again. */
function missedAgain(one: Moved): Moved {
  if (!EmailError.is(one.error, 'message.not_found')) return one;
  const { folder } = one.from;
  return { from: one.from, error: new EmailError('message.outcome_unknown', { verb: 'move', count: 1, folder, atomic: 'yes' }) };
}
