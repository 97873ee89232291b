import { EmailError, matches, type Listing, type Message, type MessageRef, type MessageSummary, type Query } from '@mailwright/core';
import { summaryOf } from '@mailwright/mime';
import type { FakeFolders } from './fake-folders.ts';

export type Request = Query & { readonly load?: 'message' };

/** What a listing needs besides the folders. `check` throws once the mailbox is closed. */
export interface Access {
  readonly timeZone: string;
  readonly signal: AbortSignal | undefined;
  check(): void;
}

/** The answer of a fake search: fixed at its first item. */
export class FakeListing implements Listing {
  readonly #query: Request;
  readonly #folders: FakeFolders;
  readonly #access: Access;
  #left: MessageRef[] | undefined;

  constructor(query: Request, folders: FakeFolders, access: Access) {
    this.#query = query;
    this.#folders = folders;
    this.#access = access;
  }

  left(): readonly MessageRef[] | undefined {
    return this.#left && [...this.#left];
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MessageSummary> {
    const { among, folder, subfolders, newestFirst, load: whole, limit = Infinity } = this.#query;
    this.#access.check();
    const found = among ? [...among] : this.#folders.refs(this.#folders.locate(folder), subfolders);
    this.#left = newestFirst && !among ? found.reverse() : found;
    for (let yielded = 0; yielded < limit;) {
      const ref = this.#left.shift();
      if (!ref) return;
      this.#access.check();
      if (this.#access.signal?.aborted) throw new EmailError('automation.cancelled', {});
      if (!this.#folders.find(ref)) continue;
      const message = await load(ref, this.#folders);
      if (!(await this.#fits(message))) continue;
      yielded++;
      yield whole ? message : summaryOf(message);
    }
  }

  async #fits(message: Message): Promise<boolean> {
    const { filter } = this.#query;
    return !filter || matches(filter, { ...message, body: async () => message.text ?? '' }, this.#access.timeZone);
  }
}

export async function load(ref: MessageRef, folders: FakeFolders): Promise<Message> {
  const { bytes, parsed, receivedAt, flags, keywords } = folders.get(ref);
  const known = { ref, receivedAt, size: (await bytes()).length, flags: [...flags], keywords: [...keywords] };
  return { ...(await parsed()), ...known };
}
