import { EmailError, referencesOf, type Definition, type MessageRef, type Selection } from '@mailwright/core';

/** Messages that are kept back at most. */
const MOST = 100;

/** A step's work on messages that it names. */
interface Work {
  readonly refs: readonly MessageRef[];
  readonly input: object;
  readonly key: string;
  readonly output: object;
}
interface Group {
  readonly id: string;
  readonly input: object;
  readonly refs: MessageRef[];
}

/** A round of the loop that work comes from. */
export interface Round {
  readonly index: number;
  readonly item: unknown;
}

/** What went out and did not succeed: the error of the first message, and the rounds whose messages it concerns. */
export interface Unsuccessful {
  readonly error: EmailError;
  readonly rounds: readonly Round[];
}

/**
 * Moves, marks and the like of a loop's rounds, kept back so that many go out in one command. What concerns one message keeps its
 * order.
 */
export class Organizer {
  readonly #groups = new Map<string, Group>();
  /** The last group that a message is in. */
  readonly #latest = new Map<string, number>();
  readonly #rounds = new Map<string, Round>();
  #count = 0;
  /** The round that runs now. */
  round: Round = { index: 0, item: undefined };
  /** Failures of earlier rounds that came to light in a later one. */
  readonly late: Unsuccessful[] = [];

  get full(): boolean {
    return this.#count >= MOST;
  }

  /** Keeps a step's work back and answers what the step gives for now; undefined if the step has to be done at once. */
  take({ definition, input }: { readonly definition: Definition; readonly input: unknown }): object | undefined {
    const known = workOf(definition, input);
    if (!known || known.refs.some((ref) => this.#isBehind(ref, known.key))) return undefined;
    const group = this.#groups.get(known.key) ?? { id: definition.id, input: known.input, refs: [] };
    this.#groups.set(known.key, group);
    const index = this.#indexOf(known.key);
    for (const ref of known.refs) {
      this.#latest.set(keyOf(ref), index);
      this.#rounds.set(keyOf(ref), this.round);
    }
    group.refs.push(...known.refs);
    this.#count += known.refs.length;
    return known.output;
  }

  /** Whether a step must find done what was kept back. */
  mustWait(definition: Definition): boolean {
    return definition.effect === 'destroy' || (definition.kind === 'action' && definition.collected !== undefined);
  }

  /** Everything goes out, in the order of the steps. Nothing is kept back afterwards, however it ended. */
  async flush(run: (id: string, input: object) => Promise<unknown>): Promise<readonly Unsuccessful[]> {
    const groups = [...this.#groups.values()];
    const rounds = new Map(this.#rounds);
    this.#rounds.clear();
    this.#groups.clear();
    this.#latest.clear();
    this.#count = 0;
    const unsuccessful: Unsuccessful[] = [];
    for (const { id, input, refs } of groups)
      try {
        await run(id, { ...input, messages: refs });
      } catch (error) {
        const known = EmailError.from(error, id);
        const concerned = failedIn(known.result) ?? refs;
        unsuccessful.push({ error: known, rounds: [...new Set(concerned.flatMap((ref) => rounds.get(keyOf(ref)) ?? []))] });
      }
    return unsuccessful;
  }

  /** The failure of the round that runs now, if there is one; those of other rounds wait in `late`. */
  sort(unsuccessful: readonly Unsuccessful[]): EmailError | undefined {
    for (const { error, rounds } of unsuccessful) {
      const others = rounds.filter((one) => one !== this.round);
      if (others.length > 0) this.late.push({ error, rounds: others });
    }
    return unsuccessful.find(({ rounds }) => rounds.includes(this.round))?.error;
  }

  /** Joining an earlier group would overtake what the message still waits for. */
  #isBehind(ref: MessageRef, key: string): boolean {
    const latest = this.#latest.get(keyOf(ref));
    return latest !== undefined && this.#groups.has(key) && latest > this.#indexOf(key);
  }

  #indexOf(key: string): number {
    return [...this.#groups.keys()].indexOf(key);
  }
}

const keyOf = ({ folder, id }: MessageRef) => `${folder}\u0000${id}`;

/** Only messages that are named: a query has to see the mailbox as it is. Input that is wrong is left for the step itself to refuse. */
function workOf(definition: Definition, input: unknown): Work | undefined {
  if (definition.kind !== 'action' || !definition.collected) return undefined;
  const { data, success } = definition.input.safeParse(input) as { success: boolean; data?: { messages: Selection } };
  const refs = success && data ? referencesOf(data.messages) : undefined;
  if (!refs || !data) return undefined;
  const { messages: _, ...rest } = data;
  const output = definition.collected(refs) as object;
  return { refs, input: rest, key: JSON.stringify([definition.id, rest]), output };
}

function failedIn(result: unknown): MessageRef[] | undefined {
  const { failed } = (result ?? {}) as { failed?: unknown };
  return Array.isArray(failed) ? (failed as { ref: MessageRef }[]).map(({ ref }) => ref) : undefined;
}
