import {
  EmailError,
  type Address,
  type Draft,
  type Mailbox,
  type Need,
  type SendOptions,
  type Session,
  type SessionControl,
  type SessionRecipe,
  type SessionStore,
} from '@mailwright/core';
import { bounded } from './bounds.ts';
import { readingSide, sendingSide, type Parts, type Side, type Watch } from './opening.ts';
import { Outgoing } from './outgoing.ts';
import { warnOfOldNames } from './recipe.ts';
import { senderAddress } from './sender-address.ts';
import { SteadyMailbox } from './steady.ts';

interface Open {
  readonly session: Session;
  close(): Promise<void>;
}

/** The open sessions by name. */
export class Sessions implements SessionControl {
  readonly #open = new Map<string, Open>();
  readonly #parts: Parts;
  readonly #store: SessionStore;

  constructor(parts: Parts, store: SessionStore) {
    this.#parts = parts;
    this.#store = store;
  }

  /** Opens a recipe under its name; a session that has the name already is closed first. */
  async open(recipe: SessionRecipe, watch?: Partial<Watch>): Promise<Session> {
    await this.close(recipe.name);
    const open = await openRecipe(recipe, this.#parts, watch);
    this.#open.set(recipe.name, open);
    return open.session;
  }

  async openSaved(saved: string, name: string): Promise<Session> {
    const recipe = await this.#store.get(saved);
    if (!recipe) throw new EmailError('session.not_saved', { saved, known: await this.#store.names() });
    warnOfOldNames(recipe, this.#parts.log);
    return this.open({ ...recipe, name });
  }

  get(name: string): Session {
    const open = this.#open.get(name);
    if (!open) throw new EmailError('session.not_found', { session: name, known: this.names() });
    return open.session;
  }

  names(): readonly string[] {
    return [...this.#open.keys()];
  }

  async close(name: string): Promise<boolean> {
    const open = this.#open.get(name);
    this.#open.delete(name);
    await open?.close();
    return open !== undefined;
  }

  async closeAll(): Promise<void> {
    const results = await Promise.allSettled(this.names().map((name) => this.close(name)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}

/** Opens both sides of a recipe as one session. The sending side is opened at the first mail. */
async function openRecipe(recipe: SessionRecipe, parts: Parts, { signal, stage = () => undefined }: Partial<Watch> = {}): Promise<Open> {
  const life = new AbortController();
  const watch = { signal: signal ? AbortSignal.any([signal, life.signal]) : life.signal, stage };
  const reading = readingSide(recipe, parts);
  const sending = recipe.readOnly ? undefined : sendingSide(recipe, parts);
  const first = await reading?.open(watch);
  // A session for sending only signs in at once: Connect must fail where the login does.
  const firstSender = reading ? undefined : await sending?.open(watch);
  const outgoing = sending && new Outgoing(async () => (await sending.open(watch)).opened, firstSender?.opened);
  const from = senderAddress(recipe, reading, sending, (first ?? firstSender)?.credential);
  const whole = joined(recipe, first && steady(first.opened, reading, watch), outgoing, from);
  const mailbox = recipe.limits ? bounded(whole, recipe.limits) : whole;
  const session: Session = {
    name: recipe.name,
    backend: recipe.server.backend,
    can: new Set<Need>([...(first ? (['search', 'read'] as const) : []), ...VERBS.filter((verb) => verb in mailbox)]),
    timeZone: recipe.timeZone ?? parts.timeZone,
    ...(recipe.readOnly && { readOnly: true }),
    ...(from && { from }),
    mailbox,
  };
  return {
    session,
    close: async () => {
      await outgoing?.close();
      await mailbox[Symbol.asyncDispose]();
      life.abort(new EmailError('connection.lost', { host: recipe.server.backend }));
    },
  };
}

const VERBS = [
  'listFolders',
  'createFolder',
  'move',
  'copy',
  'mark',
  'label',
  'trash',
  'erase',
  'append',
  'saveDraft',
  'send',
  'changes',
  'watch',
] as const satisfies readonly Need[];

function steady(opened: Mailbox, reading: Side<Mailbox> | undefined, watch: Watch): Mailbox {
  const again = { signal: watch.signal, stage: () => undefined };
  return SteadyMailbox.over(opened, async () => (await (reading as Side<Mailbox>).open(again)).opened, watch.signal);
}

/** The mailbox that actions see: the reading side with `send` of the sending side, or a sender alone. */
function joined(recipe: SessionRecipe, reading: Mailbox | undefined, outgoing: Outgoing | undefined, from: Address | undefined): Mailbox {
  const send =
    outgoing &&
    ((draft: Draft, options: SendOptions = {}) => outgoing.send(!draft.from && from ? { ...draft, from } : draft, options, reading));
  if (reading) return send ? { ...reading, send } : reading;
  const refuse = (capability: Need) =>
    new EmailError('capability.unsupported', {
      session: recipe.name,
      backend: recipe.server.backend,
      capability,
      because: 'it is for sending only',
    });
  return {
    search: () => {
      throw refuse('search');
    },
    read: () => Promise.reject(refuse('read')),
    plan: (filter) => ({ server: null, residual: filter }),
    alive: () => true,
    ...(send && { send }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
