import { Readable } from 'node:stream';
import type { Address, Message, MessageRef, MessageSummary } from '@mailwright/core';
import { isTextAlone, parse, parseHeaders, receivedIn } from '@mailwright/mime';
import type { Opened, Shelf, Stored } from './stored.ts';

/** Bytes in which most headers end, and how many one may have: the rest is not looked at for a list. */
const HEAD = 16 * 1024;
const LONGEST_HEAD = 1024 * 1024;

/** What is known of a message. */
export interface Item {
  readonly ref: MessageRef;
  readonly summary: MessageSummary;
  readonly bcc: readonly Address[];
  /** The header says all that a list shows; else the parts tell whether there are attachments. */
  readonly whole: boolean;
}

/** Headers and whole messages from the disk. */
export class Reader {
  readonly #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** What the header says. Errors: `message.not_found`, `folder.disk`. */
  async head(ref: MessageRef): Promise<Item> {
    const opened = await this.#shelf.open(ref);
    try {
      let head = await opened.head(HEAD);
      if (!isComplete(head) && head.length === HEAD) head = await opened.head(LONGEST_HEAD);
      const end = endOf(head);
      const { headers, sender: _sender, replyTo: _replyTo, bcc, defects, ...fields } = parseHeaders(head.subarray(0, end));
      const known = knownOf(opened);
      const received = receivedIn(headers);
      const summary = {
        ...known,
        ...fields,
        hasAttachments: false,
        ...(received !== undefined && byHeader(opened.stored) && { receivedAt: received }),
        ...(defects.length > 0 && { defects }),
      };
      return { ref, summary, bcc, whole: isTextAlone(headers) };
    } finally {
      await opened.close();
    }
  }

  /** The whole message. Errors: `message.not_found`, `folder.disk`. */
  async message(ref: MessageRef): Promise<Message> {
    let first: Opened | undefined = await this.#shelf.open(ref);
    const { stored } = first;
    const known = knownOf(first);
    // The file is opened again each time: it may have another name by then.
    const open = async (): Promise<Readable> => {
      const opened = first ?? (await this.#shelf.open(ref));
      first = undefined;
      return opened.stream();
    };
    const message = await parse({ open }, known);
    const received = byHeader(stored) ? receivedIn(message.headers) : undefined;
    return received === undefined ? message : { ...message, receivedAt: received };
  }
}

/** A file that was saved somewhere tells when that was; when its mail arrived, the last server on its way wrote down. */
const byHeader = ({ arrived }: Stored) => arrived === 'header';

function knownOf({ stored, stats }: Opened): MessageSummary {
  const { ref, flags, size = stats.size, arrived } = stored;
  return {
    ref,
    kind: 'mail',
    references: [],
    subject: '',
    from: [],
    to: [],
    cc: [],
    size,
    receivedAt: arrived === 'file' || arrived === 'header' ? stats.mtime.toISOString() : arrived,
    ...(flags && { flags }),
  };
}

const BLANK = /\r?\n\r?\n/;
const isComplete = (bytes: Buffer) => BLANK.test(bytes.toString('latin1'));

/** Where the header ends, its last line end included. */
function endOf(bytes: Buffer): number {
  const found = BLANK.exec(bytes.toString('latin1'));
  return found ? found.index + found[0].length : bytes.length;
}
