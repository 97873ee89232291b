import type { Readable } from 'node:stream';

/** An e-mail address as written on the wire (RFC 5322 addr-spec, no angle brackets), with its display name if there is one. */
export interface Address {
  readonly address: string;
  readonly name?: string;
}

/**
 * Where a message is. `id` is opaque text of the backend, valid for the life of the mailbox (IMAP folds UIDVALIDITY in);
 * two references are the same message exactly if both fields are equal.
 */
export interface MessageRef {
  readonly folder: string;
  readonly id: string;
}

export type Flag = 'seen' | 'answered' | 'flagged' | 'draft';
export type MessageKind = 'mail' | 'invite' | 'cancellation' | 'response' | 'bounce' | 'receipt' | 'auto-reply';
export type Importance = 'low' | 'normal' | 'high';

/** What a listing knows of a message. Texts are clean (repaired, well-formed Unicode); dates are ISO 8601 in UTC. */
export interface MessageSummary {
  readonly ref: MessageRef;
  readonly kind: MessageKind;
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly references: readonly string[];
  /** Decoded and repaired; "" when the header is missing, never absent. */
  readonly subject: string;
  readonly from: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  /** The Date header. Absent when it cannot be read: never "now". */
  readonly sentAt?: string;
  /** The server's own time of arrival. */
  readonly receivedAt?: string;
  /** Bytes of the whole message as the server counts them. */
  readonly size?: number;
  /** Absent where the server has no flags (POP3). */
  readonly flags?: readonly Flag[];
  readonly keywords?: readonly string[];
  readonly importance?: Importance;
  readonly hasAttachments?: boolean;
  /** What was repaired or could not be read, one plain sentence each. */
  readonly defects?: readonly string[];
}

export interface Message extends MessageSummary {
  /** Lower-case header name to its values in order of appearance, unfolded and decoded. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly sender?: Address;
  readonly replyTo: readonly Address[];
  /** Only where the server keeps it (sent mail, drafts). */
  readonly bcc: readonly Address[];
  readonly invite?: Invite;
  /** Made from `html` when the message has no text part. */
  readonly text?: string;
  /** As sent: untrusted. */
  readonly html?: string;
  readonly attachments: readonly Attachment[];
  /** The bytes as received. May be called more than once. */
  raw(): Promise<Readable>;
}

/** The calendar part of an invite, cancellation or response (RFC 5546). Reading it answers nothing. */
export interface Invite {
  readonly method: string;
  readonly uid: string;
  readonly start?: string;
  readonly end?: string;
  readonly timeZone?: string;
  readonly organizer?: Address;
  readonly attendees: readonly Address[];
  readonly place?: string;
  readonly recurring: boolean;
}

export interface Attachment {
  /** Clean text, but still a stranger's: only FileStore turns it into a name on disk. "" when the message gives none. */
  readonly filename: string;
  readonly contentType: string;
  /** Decoded bytes, where known without opening it. */
  readonly size?: number;
  readonly inline: boolean;
  readonly contentId?: string;
  /** The decoded bytes. May be called more than once. */
  open(): Promise<Readable>;
}

/** A message to be sent or saved. Composing the same draft twice gives the same bytes. */
export interface Draft {
  readonly to: readonly Address[];
  readonly cc?: readonly Address[];
  readonly bcc?: readonly Address[];
  readonly from?: Address;
  readonly replyTo?: readonly Address[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  /** With angle brackets; fixed before the first try, so that a repeat can be recognized. */
  readonly messageId: string;
  /** ISO 8601; fixed with the Message-ID. */
  readonly date: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly importance?: Importance;
  readonly readReceipt?: boolean;
  readonly headers?: Readonly<Record<`x-${string}`, string>>;
  readonly attachments?: readonly Pick<Attachment, 'filename' | 'contentType' | 'contentId' | 'open'>[];
}

export type FolderRole = 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive';

export interface Folder {
  /** Levels joined by "/" on every server; a slash inside a name is written "\/". */
  readonly path: string;
  readonly name: string;
  readonly role?: FolderRole;
}
