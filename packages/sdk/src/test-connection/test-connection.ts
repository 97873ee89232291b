import { clockAddress } from '@mailwright/auth';
import {
  EmailError,
  parseAddresses,
  say,
  type Address,
  type Credential,
  type Mailbox,
  type Need,
  type Person,
  type Phrase,
  type Sender,
  type SessionRecipe,
  type Stage,
  type Told,
} from '@mailwright/core';
import { httpOf, readingSide, sendingSide, type Parts, type Side } from '../opening.ts';
import { senderAddress } from '../sender-address.ts';
import { arrival } from './arrival.ts';
import { failed, type Check } from './check.ts';
import { clock, type Reading } from './clock.ts';
import { folders, rights, specialFolders } from './folders.ts';
import { permissions } from './permissions.ts';
import { roundTrip } from './round-trip.ts';
import { sending, testMail, type Posted } from './sending.ts';
import { FAILED_BEFORE, SideTest, notBegun, type Bench, type Tested } from './side-test.ts';

export interface TestOptions {
  /** Sends a test mail to this address; where that is the mailbox itself, its arrival is waited for. */
  readonly sendTo?: string;
  readonly signal?: AbortSignal;
  /** Somebody who can sign in; without, a missing sign-in is told as in a run. */
  readonly person?: Person;
  /** What the steps of the bot need; without, what the session can do. */
  readonly uses?: readonly Need[];
  /** What the stages are told in, as in `Accept-Language`; English if left out. */
  readonly language?: string;
  onStage?(stage: Stage): void;
}
export interface TestReport {
  readonly ok: boolean;
  readonly stages: readonly Stage[];
}

/**
 * Connect with its stages reported, then a look at what it opened: the same code as a run. Errors: `input.invalid`, before anything is
 * asked; all else is a stage.
 */
export async function testConnection(recipe: SessionRecipe, parts: Parts, options: TestOptions = {}): Promise<TestReport> {
  const test = new ConnectionTest(recipe, parts, options);
  await test.run();
  return { ok: test.stages.every(({ state }) => state === 'ok' || state === 'warning'), stages: test.stages };
}

class ConnectionTest {
  readonly stages: Stage[] = [];
  readonly #recipe: SessionRecipe;
  readonly #parts: Parts;
  readonly #options: TestOptions;
  readonly #reading: Side<Mailbox> | undefined;
  readonly #sending: Side<Sender> | undefined;
  readonly #to: Address | undefined;
  readonly #bench: Bench;
  readonly #greeted = new Map<Stage['side'], Reading>();
  #posted: Posted | undefined;

  constructor(recipe: SessionRecipe, parts: Parts, options: TestOptions) {
    this.#recipe = recipe;
    this.#parts = parts;
    this.#options = options;
    this.#reading = readingSide(recipe, parts);
    // As in a run: who changes nothing sends nothing.
    this.#sending = recipe.readOnly ? undefined : sendingSide(recipe, parts);
    this.#to = options.sendTo === undefined ? undefined : recipient(options.sendTo, this.#sending);
    const { signal, person } = options;
    this.#bench = { report: (stage) => this.#report(stage), ...(signal && { signal }), ...(person && { person }) };
  }

  async run(): Promise<void> {
    const reading = await this.#test('reading', this.#reading, this.#readingChecks());
    const waits = this.#waitsForArrival(reading);
    if (!waits) await reading?.close();
    const sending = await this.#test('sending', this.#sending, this.#sendingChecks());
    await sending?.close();
    if (waits) await this.#arrival(reading?.opened);
    await reading?.close();
  }

  async #test<O extends Mailbox | Sender>(
    name: Stage['side'],
    side: Side<O> | undefined,
    checks: readonly Check<O>[],
  ): Promise<Tested<O> | undefined> {
    if (!side) return undefined;
    if (!this.#options.signal?.aborted) return new SideTest(name, side, checks, this.#benchOf(name)).run();
    notBegun(name, checks, this.#bench);
    return undefined;
  }

  #readingChecks(): readonly Check<Mailbox>[] {
    const side = this.#reading;
    if (!side) return [];
    const { uses } = this.#options;
    const { name: session, readOnly = false } = this.#recipe;
    const bot = { session, backend: side.backend.id, readOnly, ...(uses && { uses }) };
    return [this.#permissions(side, this.#sending), folders, rights(bot), specialFolders(bot), roundTrip, this.#clock('reading', side)];
  }

  #sendingChecks(): readonly Check<Sender>[] {
    const side = this.#sending;
    if (!side) return [];
    const senderOf = (credential: Credential) => senderAddress(this.#recipe, undefined, side, credential);
    const posted = (mail: Posted) => (this.#posted = mail);
    return [
      this.#permissions(side, this.#reading),
      sending(senderOf),
      ...(this.#to ? [testMail(this.#recipe.name, this.#to, senderOf, posted)] : []),
      roundTrip,
      this.#clock('sending', side),
    ];
  }

  #permissions(own: Side<Mailbox | Sender>, other: Side<Mailbox | Sender> | undefined): Check<never> {
    const uses = (side: Side<Mailbox | Sender>) => ({ backend: side.backend.id, needs: this.#needsOf(side) });
    return permissions({ login: own.login, host: own.host, own: uses(own), besides: other ? [uses(other)] : [] });
  }

  /** What the bot does on one side: of what its steps need, that which this kind of server does. */
  #needsOf({ backend: { provides } }: Side<Mailbox | Sender>): readonly Need[] {
    const { uses, sendTo } = this.#options;
    const can = this.#recipe.readOnly ? provides.filter((one) => READING.includes(one)) : provides;
    const wanted = uses && [...uses, ...(sendTo === undefined ? [] : (['send'] as const))];
    return can.filter((one) => wanted === undefined || wanted.includes(one));
  }

  /** Who refused to sign in, or failed to, is not asked again for the same login. */
  #benchOf(name: Stage['side']): Bench {
    const { person: _, ...alone } = this.#bench;
    const refused = this.stages.some(({ stage, state }) => stage === 'sign-in' && state === 'failed');
    return refused && this.#isSameLogin(name) ? alone : this.#bench;
  }

  /** The sending side signs in as the reading side did. */
  #isSameLogin(name: Stage['side']): boolean {
    return name === 'sending' && this.#reading !== undefined && this.#recipe.outgoing?.auth === undefined;
  }

  /** A provider that both sides sign in at is asked once. */
  #clock(name: Stage['side'], { login }: Side<Mailbox | Sender>): Check<never> {
    return clock(this.#isSameLogin(name) ? undefined : clockAddress(login), httpOf(this.#parts), () => this.#greeted.get(name));
  }

  #report(stage: Stage<Told>): void {
    if (stage.serverTime !== undefined)
      this.#greeted.set(stage.side, { whose: say`the server`, theirs: Date.parse(stage.serverTime), ours: Date.now() });
    const { language = 'en' } = this.#options;
    const { text, fix } = stage;
    const told: Stage = { ...stage, text: text.in(language), ...(fix && { fix: fix.in(language) }) } as Stage;
    this.stages.push(told);
    this.#options.onStage?.(told);
  }

  /** A test mail to the mailbox itself can be seen to arrive. */
  #waitsForArrival(reading: Tested<Mailbox> | undefined): boolean {
    const { credential } = reading ?? {};
    if (!this.#to || !this.#reading || !this.#sending) return false;
    const names = credential && credential.kind !== 'none' ? [credential.username] : [];
    const opened = credential?.kind === 'token' ? credential.mailbox : undefined;
    const own = [this.#recipe.mailbox ?? opened, ...names].map((one) => one?.toLowerCase());
    return own.includes(this.#to.address.toLowerCase());
  }

  async #arrival(mailbox: Mailbox | undefined): Promise<void> {
    const { signal = new AbortController().signal } = this.#options;
    const began = performance.now();
    const tell = (told: Omit<Stage<Told>, 'stage' | 'side' | 'ms'>) =>
      this.#report({ stage: 'arrival', side: 'reading', ms: Math.round(performance.now() - began), ...told });
    const stopped = { state: 'not-tried', code: 'automation.cancelled', text: say`Stopped before the test mail had arrived.` } as const;
    if (!mailbox?.alive() || !this.#posted) return tell(signal.aborted ? stopped : { state: 'not-tried', text: FAILED_BEFORE });
    try {
      tell(await arrival(mailbox, this.#posted, signal));
    } catch (error) {
      if (signal.aborted) return tell(stopped);
      tell(failed(EmailError.from(error, 'connection test')));
    }
  }
}

const READING: readonly Need[] = ['search', 'read', 'listFolders'];

/** Errors: `input.invalid` for what is no single address, or a session that does not send. */
function recipient(sendTo: string, sending: Side<Sender> | undefined): Address {
  const invalid = (problem: Phrase, cure: Phrase) => new EmailError('input.invalid', { path: 'send-to', problem, cure });
  if (!sending) throw invalid(say`this session sends no mail`, say`Add an outgoing server to it, and leave readOnly out.`);
  const [to, ...more] = parseAddresses(sendTo, 'send-to');
  if (!to || more.length > 0)
    throw invalid(say`"${{ text: sendTo.slice(0, 100) }}" is no single address`, say`Write one address, such as you@example.com.`);
  return to;
}
