import assert from 'node:assert/strict';
import type {
  Capability,
  EmailError,
  ErrorCode,
  Flag,
  Mailbox,
  MailboxFeatures,
  Message,
  MessageRef,
  MessageSummary,
  Need,
  OpenContext,
} from '@mailwright/core';
import { parse, receivedIn } from '@mailwright/mime';
import type { Seed } from '@mailwright/sandbox';

/** A filled server and a mailbox open on it. */
export interface Stand {
  readonly seed: Seed;
  readonly mailbox: Mailbox;
  readonly provides: readonly Need[];
  readonly traits: Traits;
  /** One more mailbox on the same server. */
  open(overrides?: Partial<OpenContext>): Promise<Mailbox>;
}

/** What a protocol cannot have, whatever the server. */
export interface Traits {
  /**
   * The server shows headers and whole messages, nothing else (POP3): a listing knows no more than the header says, a message arrived when
   * its Received header says so, and its last line has an end.
   */
  readonly headersOnly?: boolean;
  /** The last line of a message has an end, whatever came (mbox). */
  readonly linesEnd?: boolean;
  /** The server lists by date of arrival (Graph): a copy, which arrived when its original did, stands beside it. */
  readonly byDate?: boolean;
}

/** One promise of a mailbox. It throws where the promise is not kept. */
export interface Check {
  readonly title: string;
  /** The verbs that it is about, besides `search` and `read`. */
  readonly needs?: readonly Need[];
  /** It changes the mailbox: nothing else may be tried on that server. */
  readonly changes?: true;
  run(stand: Stand): Promise<void>;
}

/** Filter days are days in this zone; far from UTC, so that a day taken wrongly shows. */
export const ZONE = 'Pacific/Auckland';
export const INBOX = 'INBOX';

export async function all<M>(items: AsyncIterable<M>): Promise<M[]> {
  return Array.fromAsync(items);
}
export const list = (mailbox: Mailbox, folder = INBOX) => all(mailbox.search({ folder }));
export const refsIn = async (mailbox: Mailbox, folder = INBOX) => (await list(mailbox, folder)).map(({ ref }) => ref);
export const keys = (messages: readonly (MessageSummary | MessageRef)[]) =>
  messages.map((one) => ('ref' in one ? one.ref : one)).map(({ folder, id }) => `${folder} ${id}`);

/** The first messages of the inbox. */
export async function some(mailbox: Mailbox): Promise<[MessageRef, MessageRef, MessageRef, MessageRef]> {
  const [first, second, third, fourth] = await refsIn(mailbox);
  assert.ok(first && second && third && fourth, 'the inbox lists fewer than four messages');
  return [first, second, third, fourth];
}

/** A verb that the check names among its needs. */
export function verb<C extends Capability>(mailbox: Mailbox, name: C): MailboxFeatures[C] {
  const method = mailbox[name];
  assert.ok(method, `${name} is absent`);
  return method.bind(mailbox) as MailboxFeatures[C];
}

export const seeded = ({ seed }: Stand, folder = INBOX) => seed.messages.filter((message) => message.folder === folder);

/** What the bytes of the seeded messages say, in order. */
export function expected(stand: Stand, folder = INBOX): Promise<Message[]> {
  return Promise.all(
    seeded(stand, folder).map(async ({ raw, flags, receivedAt }, index) => {
      const known = { ref: { folder, id: String(index) }, size: raw.length };
      if (!stand.traits.headersOnly) return parse(raw, { ...known, flags: flags as readonly Flag[], receivedAt });
      const message = await parse(raw, known);
      const received = receivedIn(message.headers);
      return received === undefined ? message : { ...message, receivedAt: received };
    }),
  );
}

/** The codes of what each message of a verb came to; `ok` where it went well. */
export const outcomes = (results: readonly { readonly error?: EmailError }[]) => results.map(({ error }) => error?.code ?? 'ok');

export async function fails(code: ErrorCode, work: () => Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: { code?: unknown }) => {
    assert.equal(error.code, code);
    return true;
  });
}
