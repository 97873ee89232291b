import { createHash } from 'node:crypto';
import { EmailError, type Email, type Session } from '@mailwright/sdk';
import type { Filled } from './filled.ts';

/** Sessions held at a time; providers allow few connections per mailbox. */
const MOST = 4;

interface Held {
  readonly email: Email;
  readonly session: Promise<Session>;
  uses: number;
  timer?: NodeJS.Timeout | undefined;
}

/** Read-only sessions kept open between two clicks, so that the mailbox view does not sign in for each. */
export class SessionPool {
  readonly #held = new Map<string, Held>();
  readonly #createEmail: () => Email;
  readonly #idle: number;

  /** `idle`: milliseconds after which an unused session is closed. */
  constructor(createEmail: () => Email, idle = 60_000) {
    this.#createEmail = createEmail;
    this.#idle = idle;
  }

  /** Works with the session of an input; one that is lost is opened anew at the next question. */
  async use<T>(filled: Filled, work: (session: Session) => Promise<T>): Promise<T> {
    const key = createHash('sha256')
      .update(JSON.stringify([filled.connect, filled.variables]))
      .digest('hex');
    const held = this.#held.get(key) ?? this.#open(key, filled);
    held.uses++;
    clearTimeout(held.timer);
    try {
      return await work(await held.session);
    } catch (error) {
      if (!EmailError.is(error) || error.session !== 'usable') await this.#drop(key, held);
      throw error;
    } finally {
      held.uses--;
      if (held.uses === 0 && this.#held.get(key) === held) held.timer = setTimeout(() => void this.#drop(key, held), this.#idle).unref();
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#held].map(([key, held]) => this.#drop(key, held)));
  }

  #open(key: string, { connect, variables }: Filled): Held {
    const unused = [...this.#held].find(([, { uses }]) => uses === 0);
    if (this.#held.size >= MOST && unused) void this.#drop(...unused);
    const email = this.#createEmail();
    email.setVariables(variables);
    const input = { ...connect, ...('server' in connect && { readOnly: true }) };
    const session = email.connect(input).then(() => email.session(String(connect['session'])));
    const held: Held = { email, session, uses: 0 };
    this.#held.set(key, held);
    return held;
  }

  async #drop(key: string, held: Held): Promise<void> {
    clearTimeout(held.timer);
    if (this.#held.get(key) === held) this.#held.delete(key);
    await held.email.close().catch(() => undefined);
  }
}
