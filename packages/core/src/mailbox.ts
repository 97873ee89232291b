import type { Readable } from 'node:stream';
import type { EmailError } from './errors.ts';
import type { Filter } from './filter/filter.ts';
import type { Draft, Flag, Folder, Message, MessageRef, MessageSummary } from './message.ts';

export interface Query {
  /** A folder path or `role:<role>`; backends resolve it with `resolveFolder`. */
  readonly folder: string;
  readonly subfolders?: boolean;
  readonly filter?: Filter;
  readonly newestFirst?: boolean;
  readonly limit?: number;
  /** Only these messages, in this order: a list that an earlier search had fixed. The server is not searched again. */
  readonly among?: readonly MessageRef[];
}

/**
 * The answer of a search. The list of messages is fixed before the first item; items come in batches fetched ahead of their
 * reader. Iterate it once. A message that vanished meanwhile is left out; one that cannot be read is an item with defects.
 */
export interface Listing<M extends MessageSummary = MessageSummary> extends AsyncIterable<M> {
  /** What has not been yielded yet, in order, once the list is fixed: `Query.among` of the search that goes on after a lost connection. */
  left(): readonly MessageRef[] | undefined;
}

/** `to` is left out when the server did not say where the message went. `error` present: this one was not moved. */
export interface Moved {
  readonly from: MessageRef;
  readonly to?: MessageRef;
  readonly error?: EmailError;
}
export interface Done {
  readonly ref: MessageRef;
  /** Erased only when the server tidies the folder, or when the session is closed. */
  readonly pending?: boolean;
  readonly error?: EmailError;
}
export interface Refused {
  readonly address: string;
  readonly serverSaid: string;
}
export interface Sent {
  readonly messageId: string;
  readonly state: 'sent' | 'queued';
  readonly accepted: readonly string[];
  readonly rejected: readonly Refused[];
  /** The folder that holds the copy. */
  readonly savedTo?: string;
  /** What went wrong after the mail had left (the copy could not be filed). */
  readonly warnings?: readonly string[];
}
export interface SendOptions {
  /** Keep a copy in Sent (default yes). */
  readonly saveToSent?: boolean;
}
export interface Marks {
  readonly seen?: boolean;
  readonly flagged?: boolean;
  readonly answered?: boolean;
}
export interface LabelChange {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** What came into a folder since a cursor was given out. */
export interface Changes {
  /** Each message once, in the order in which the server tells of them. Marks that changed, and messages that went, are not told. */
  readonly arrived: readonly MessageRef[];
  /** For the next question: text of the backend, good in a later session of the same mailbox too. Advance to it only when `arrived` is done with. */
  readonly cursor: string;
  /**
   * The server cannot tell any more what came since (IMAP: another UIDVALIDITY; Graph: 410; EWS: a state that it does not know): `arrived`
   * is everything in the folder, also what was told before.
   */
  readonly resynced?: boolean;
}

/** The optional verbs. Verbs over messages answer message by message, in the order asked; they throw only when nothing was tried. */
export interface MailboxFeatures {
  listFolders(): Promise<readonly Folder[]>;
  /** Parents are made too. A folder that is there already is no error. */
  createFolder(path: string): Promise<Folder & { readonly created: boolean }>;
  move(refs: readonly MessageRef[], to: string): Promise<readonly Moved[]>;
  copy(refs: readonly MessageRef[], to: string): Promise<readonly Moved[]>;
  mark(refs: readonly MessageRef[], marks: Marks): Promise<readonly Done[]>;
  label(refs: readonly MessageRef[], change: LabelChange): Promise<readonly Done[]>;
  trash(refs: readonly MessageRef[]): Promise<readonly Moved[]>;
  /** For good, and exactly these. */
  erase(refs: readonly MessageRef[]): Promise<readonly Done[]>;
  /** `size` is the exact number of bytes that `raw` gives. */
  append(folder: string, raw: Readable, size: number, flags?: readonly Flag[]): Promise<MessageRef | undefined>;
  saveDraft(draft: Draft): Promise<MessageRef | undefined>;
  send(draft: Draft, options?: SendOptions): Promise<Sent>;
  /**
   * What came into a folder since `cursor`; without one nothing, and a cursor that begins now. Changes nothing on the server. Over POP3 a
   * mailbox shows what was there when it was opened: open it anew to ask again. Absent where ids do not last (POP3 without UIDL). Errors:
   * `folder.not_found`, `input.invalid` for a cursor of another folder or kind of server.
   */
  changes(folder: string, cursor?: string): Promise<Changes>;
  /**
   * Says "look" once it is watching, and each time that something may have come; what it was, `changes` tells. It may say so for nothing.
   * Ends when `signal` is aborted or the iteration is left. Only where a server speaks unasked (IMAP IDLE, RFC 2177): elsewhere ask
   * `changes` from time to time. Other verbs of this mailbox wait while the next "look" is waited for. Errors: `connection.lost`, `folder.not_found`.
   */
  watch(folder: string, signal: AbortSignal): AsyncIterable<'look'>;
}

/** The name of an optional verb: nothing more. */
export type Capability = keyof MailboxFeatures;

/** What a definition may need: an optional verb, or the two that a session for sending only lacks. */
export type Need = Capability | 'search' | 'read';

/** What can be shown of a filter: what the server is asked, and what we check ourselves. */
export interface ShownPlan {
  readonly server: string | null;
  readonly residual: Filter | null;
}

/** What may be done in a folder, as the server says; what it does not say is absent. */
export interface Rights {
  /** How it was learned: RFC 4314, or what the server said when the folder was opened. */
  readonly from: 'acl' | 'folder';
  readonly read?: boolean;
  readonly mark?: boolean;
  /** Moving out, trashing and erasing. */
  readonly remove?: boolean;
  readonly insert?: boolean;
}

/** Questions that change nothing, for a connection test; absent where a server has no such thing. */
export interface Probe {
  /** An exchange in which nothing is asked for. */
  noop?(): Promise<void>;
  rights?(folder: string): Promise<Rights>;
  /** Whether mail from this address would be taken; nothing is sent. Errors: `send.rejected`, `auth.mailbox_forbidden`. */
  accepts?(from: string): Promise<void>;
}

/** An open mailbox. `search` and `read` change nothing on the server. */
export interface Mailbox extends Partial<MailboxFeatures>, AsyncDisposable {
  search(query: Query & { readonly load: 'message' }, signal?: AbortSignal): Listing<Message>;
  search(query: Query, signal?: AbortSignal): Listing;
  read(ref: MessageRef): Promise<Message>;
  plan(filter: Filter): ShownPlan;
  alive(): boolean;
  readonly probe?: Probe;
}
export type MailboxWith<N extends Need> = Mailbox & Pick<MailboxFeatures, Extract<N, Capability>>;

/** Something that can only send (SMTP). `filesSent`: the server puts the copy into Sent itself. */
export interface Sender extends AsyncDisposable {
  send(draft: Draft): Promise<Sent>;
  alive(): boolean;
  readonly filesSent: boolean;
  readonly probe?: Probe;
}
