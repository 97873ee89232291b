import { EmailError } from '@mailwright/core';
import type { LoopStep } from '../automation.ts';
import type { Round, Unsuccessful } from './organizer.ts';
import type { StepTrace } from './trace.ts';

/** What becomes of the message of a round that failed. */
export type Aside = (round: Round, error: unknown) => Promise<void>;

/** The rounds of one loop: how many there were, how many failed, and when it is enough. */
export class Rounds {
  readonly result = { count: 0, failed: 0 };
  readonly #step: LoopStep;
  readonly #trace: StepTrace;
  #inRow = 0;

  constructor(step: LoopStep, trace: StepTrace) {
    this.#step = step;
    this.#trace = trace;
  }

  begin(item: unknown): void {
    this.#trace.item(++this.result.count, item);
  }

  good(): void {
    this.#inRow = 0;
  }

  /** Takes note of a failure. Errors: the failure where the loop has to end, `automation.too_many_failures` after too many in a row. */
  bad(error: unknown, signal: AbortSignal, count = 1): void {
    this.result.failed += count;
    this.#inRow += count;
    const { onItemError, maxFailures } = this.#step;
    if (onItemError === 'stop' || signal.aborted || isHopeless(error)) throw error;
    const { id } = this.#trace;
    const known = EmailError.from(error, id);
    this.#trace.caught(known);
    if (this.#inRow < maxFailures) return;
    throw new EmailError('automation.too_many_failures', { step: id, count: this.#inRow, last: known.message }, { cause: known });
  }

  /** Failures that came to light after their round: counted as theirs, and their messages step aside. */
  async late(unsuccessful: Unsuccessful[], aside: Aside, signal: AbortSignal): Promise<void> {
    for (let next = unsuccessful.shift(); next; next = unsuccessful.shift()) {
      this.bad(next.error, signal, next.rounds.length);
      for (const round of next.rounds) await aside(round, next.error);
    }
  }
}

/** The session is lost and trying again will not bring it back: every further item would fail too. */
function isHopeless(error: unknown): boolean {
  return EmailError.is(error) && error.session === 'lost' && error.retry === 'never';
}
