import {
  EmailError,
  hostIn,
  say,
  type Credential,
  type Mailbox,
  type Person,
  type Phrase,
  type Sender,
  type Stage,
  type StageName,
  type Told,
} from '@mailwright/core';
import type { Side } from '../opening.ts';
import { failed, type Check, type Outcome } from './check.ts';
import { wasBeforeGreeting } from '@mailwright/network';
import { Pace } from './pace.ts';
import { tokenText } from './token-text.ts';

const OPENING: readonly StageName[] = ['name', 'reach', 'tls', 'greeting', 'sign-in'];
/** Milliseconds for a connection to say goodbye. */
const GOODBYE = 500;

const STOPPED = say`Not tried, since the test was stopped.`;
export const FAILED_BEFORE = say`Not tried, since an earlier stage failed.`;

export interface Bench {
  readonly report: (stage: Stage<Told>) => void;
  readonly signal?: AbortSignal;
  readonly person?: Person;
}

/** What is left of a side's test. */
export interface Tested<Opened> {
  readonly opened: Opened | undefined;
  readonly credential: Credential | undefined;
  close(): Promise<void>;
}

/** Opens one side as a run would, stage by stage, then goes through its checks. Never throws: what goes wrong is a stage. */
export class SideTest<Opened extends Mailbox | Sender> {
  readonly #name: Stage['side'];
  readonly #side: Side<Opened>;
  readonly #checks: readonly Check<Opened>[];
  readonly #bench: Bench;
  readonly #pace: Pace;
  readonly #left: StageName[];
  #about: Phrase | undefined;
  #opened: Opened | undefined;
  #credential: Credential | undefined;

  constructor(name: Stage['side'], side: Side<Opened>, checks: readonly Check<Opened>[], bench: Bench) {
    this.#name = name;
    this.#side = side;
    this.#checks = checks;
    this.#bench = bench;
    this.#pace = new Pace(bench.signal);
    this.#left = [...OPENING, ...checks.map(({ stage }) => stage)];
  }

  async run(): Promise<Tested<Opened>> {
    using pace = this.#pace;
    const { person } = this.#bench;
    // A person's sign-in has its own time.
    if (!person) pace.start();
    try {
      await pace.within(pace.connection, this.#open());
    } catch (error) {
      this.#openingFailed(error);
    }
    pace.start();
    for (const check of this.#checks) await this.#check(check);
    const opened = this.#opened;
    return { opened, credential: this.#credential, close: () => closed(opened) };
  }

  async #open(): Promise<void> {
    const { person } = this.#bench;
    const { connection } = this.#pace;
    const stage = (one: Stage<Told>) => this.#tell(one.stage, one, one.ms);
    const ready = (credential: Credential) => this.#ready(credential);
    const { opened } = await this.#side.open({ signal: connection, stage, ready, ...(person && { person }) });
    // Too late: nobody waits for it any more.
    if (connection.aborted) return closed(opened);
    this.#opened = opened;
  }

  /** The login is at hand: from here on servers alone are waited for. */
  #ready(credential: Credential): void {
    this.#credential = credential;
    this.#pace.start();
    if (credential.kind !== 'token') return;
    void credential.token().then(
      (token) => (this.#about = say`As ${{ username: credential.username }}; ${{ token: tokenText(token) }}`),
      () => undefined,
    );
  }

  #openingFailed(thrown: unknown): void {
    const error = EmailError.from(thrown, 'connection test');
    // What follows is told in no time.
    const ms = this.#pace.since();
    const { stage, why } = this.#concerned(error);
    const at = this.#left.includes(stage) ? stage : (this.#left[0] ?? 'sign-in');
    const { text, ...outcome } = this.#outcomeOf(error, at);
    for (const name of this.#left.slice(0, this.#left.indexOf(at))) this.#tell(name, { state: 'not-tried', text: why });
    this.#tell(at, { text, ...outcome }, outcome.state === 'not-tried' ? 0 : ms);
    for (const name of this.#left.filter((one) => OPENING.includes(one))) this.#notTried(name);
  }

  /** The stage that an error of the opening belongs to, and why those before it were not tried. */
  #concerned(error: EmailError): { readonly stage: StageName; readonly why: Phrase } {
    const [next = 'sign-in'] = this.#left;
    if (EmailError.is(error, 'input.invalid'))
      return { stage: stageOfSetting(error.details.path), why: say`Not tried: a setting has to be corrected first.` };
    // Where no login could be had, nothing of the server was tried.
    if (/^(auth|vault)\./.test(error.code) || this.#credential === undefined)
      return { stage: 'sign-in', why: say`Not tried: there is no login to come with.` };
    const isSilent = next === 'tls' && wasBeforeGreeting(error);
    return { stage: isSilent ? 'greeting' : next, why: say`Not tried: the server had not greeted yet.` };
  }

  async #check(check: Check<Opened>): Promise<void> {
    const { stage } = check;
    if (this.#pace.over) return this.#notTried(stage);
    this.#pace.next();
    const { connection, beside } = this.#pace;
    try {
      if (check.on === 'connection') {
        if (!this.#opened?.alive() || !this.#credential || connection.aborted) return this.#notTried(stage);
        const at = { opened: this.#opened, credential: this.#credential, signal: connection };
        this.#outcome(stage, await this.#pace.within(connection, check.run(at)));
      } else if (check.on === 'login') {
        if (!this.#credential) return this.#pass(stage);
        this.#outcome(stage, await this.#pace.within(beside, check.run({ credential: this.#credential, signal: beside })));
      } else this.#outcome(stage, await this.#pace.within(beside, check.run({ signal: beside })));
    } catch (error) {
      this.#outcome(stage, this.#outcomeOf(EmailError.from(error, 'connection test'), stage));
    }
  }

  /** An error as it is, but for the two that this test itself brought about. */
  #outcomeOf(error: EmailError, stage: StageName): Omit<Outcome, 'state'> & { readonly state: Stage['state'] } {
    if (this.#pace.stopped) return { state: 'not-tried', text: say`Stopped before it was finished.`, code: 'automation.cancelled' };
    const seconds = this.#pace.late;
    if (seconds === undefined) return failed(error);
    const { host } = this.#side.config;
    const whose = typeof host === 'string' && this.#credential ? hostIn(host) : say`Whoever keeps the login`;
    const text = say`${{ whose }} did not answer in time (${{ stage }}, ${{ seconds }} s).`;
    const { code, told } = new EmailError('connection.timeout', { host: String(whose), port: 0, what: stage, seconds });
    return { state: 'failed', text, code, fix: told.fix };
  }

  #outcome(stage: StageName, outcome: (Omit<Outcome, 'state'> & { readonly state: Stage['state'] }) | undefined): void {
    if (outcome) this.#tell(stage, outcome);
    else this.#pass(stage);
  }

  #notTried(stage: StageName): void {
    const { stopped, over } = this.#pace;
    const text = stopped ? STOPPED : over ? say`Not tried, since the time of this side is up.` : FAILED_BEFORE;
    this.#tell(stage, { state: 'not-tried', text, ...(stopped && { code: 'automation.cancelled' }) }, 0);
  }

  #tell(
    stage: StageName,
    told: Omit<Stage<Told>, 'stage' | 'side' | 'ms'>,
    ms = told.state === 'not-tried' ? 0 : this.#pace.since(),
  ): void {
    this.#pass(stage);
    const about = stage === 'sign-in' && told.state === 'ok' ? this.#about : undefined;
    this.#bench.report({ ...told, stage, side: this.#name, ms, text: about ? both(told.text, about) : told.text });
    this.#pace.next();
  }

  /** A stage that a backend has no use for (TLS where there is none) is skipped in the list, never shown as passed. */
  #pass(stage: StageName): void {
    this.#left.splice(0, this.#left.indexOf(stage) + 1);
  }
}

/** The stage that a setting is for, by its path; most are of the login. */
function stageOfSetting(path: string): StageName {
  if (/proxy$|(^|\.)path$/i.test(path)) return 'reach';
  return path === 'ca' || /(^|\.)security$/.test(path) ? 'tls' : 'sign-in';
}

/** One text after the other. */
const both = (one: Told, other: Told): Told => ({
  in: (language) => `${one.in(language)} ${other.in(language)}`,
  toString: () => `${String(one)} ${String(other)}`,
  toJSON: () => `${String(one)} ${String(other)}`,
});

/** Ends a connection; one that does not take leave is left behind. */
async function closed(opened: Mailbox | Sender | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, GOODBYE);
  await Promise.race([Promise.resolve(opened?.[Symbol.asyncDispose]()).catch(() => undefined), promise]);
  clearTimeout(timer);
}

/** Stages of a side that was never begun. */
export function notBegun(name: Stage['side'], checks: readonly Pick<Check<never>, 'stage'>[], { report }: Bench): void {
  for (const stage of [...OPENING, ...checks.map((check) => check.stage)])
    report({ stage, side: name, state: 'not-tried', ms: 0, text: STOPPED, code: 'automation.cancelled' });
}
