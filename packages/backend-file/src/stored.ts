import type { Stats } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Flag, Folder, MessageRef } from '@mailwright/core';

/** A folder and where it lies on disk. */
export interface Place {
  readonly folder: Folder;
  readonly directory: string;
}

/** A message as it lies on disk. */
export interface Stored {
  readonly ref: MessageRef;
  readonly file: string;
  /** Absent where the form knows no marks. */
  readonly flags?: readonly Flag[];
  /** Bytes of it, where the file holds more than this message. */
  readonly size?: number;
  /** What tells when it arrived: the file's own time, its topmost Received header (else the file), or this; ISO 8601 in UTC. */
  readonly arrived: 'file' | 'header' | `${number}-${string}`;
}

/** Mail of one form, for reading. Nothing here changes a file. */
export interface Shelf {
  /** Whether messages have marks. */
  readonly marks: boolean;
  folders(): Promise<readonly Folder[]>;
  /** The messages of a folder, oldest first; those below come after. Errors: `folder.not_found`, `folder.role_missing`. */
  list(folder: string, subfolders: boolean): Promise<readonly Stored[]>;
  /** Undefined where it is not there (any more). */
  find(ref: MessageRef): Promise<Stored | undefined>;
  /** The bytes from here on. Errors: `message.not_found`. */
  open(ref: MessageRef): Promise<Opened>;
}

/** A message that is open: what it was called a moment ago does not matter any more. Read it, or close it. */
export interface Opened {
  readonly stored: Stored;
  readonly stats: Pick<Stats, 'size' | 'mtime'>;
  /** Its first bytes, at most. */
  head(bytes: number): Promise<Buffer>;
  /** All of it; closes the file at its end. */
  stream(): Readable;
  close(): Promise<void>;
}
