import type { Readable } from 'node:stream';
import { EmailError, say, type Message, type MessageRef } from '@mailwright/core';
import { parse } from '@mailwright/mime';
import type { Conversation } from './conversation.ts';
import { partStream } from './part-stream.ts';
import type { Place } from './place.ts';
import { bytesOf } from './response.ts';
import { REFUSED, fetchRows, peek, type Row } from './fetch.ts';
import { SUMMARY, itemOf, type Item } from './rows.ts';
import { skeletonOf } from './skeleton.ts';

/** Up to this size a message comes whole; beyond, its texts are read and its attachments are left on the server. */
export const WHOLE = 64 * 1024;

/** Makes whole messages of what a listing or a reference knows. */
export class Reader {
  readonly #talk: Conversation;

  constructor(talk: Conversation) {
    this.#talk = talk;
  }

  /** One message. Errors: `message.not_found`, `folder.changed`. */
  async read(ref: MessageRef, place: Place, uid: number): Promise<Message> {
    const { ctx } = this.#talk;
    const row = await this.#talk.turn(say`read a message`, ctx.limits.read, async () => {
      await this.#select(place);
      // In one round trip: a message that is small comes whole, and little is lost with one that is not.
      return (await fetchRows(this.#talk, [uid], [...SUMMARY, peek('', [0, WHOLE])])).get(uid);
    });
    if (!row) throw new EmailError('message.not_found', { folder: ref.folder, id: ref.id });
    return this.message(itemOf(row, ref, uid), place);
  }

  /** The bodies of the small ones of these messages, within a turn: they join their rows. */
  async withSources(items: readonly Item[]): Promise<readonly Item[]> {
    const small = items.filter(({ summary }) => (summary.size ?? Infinity) <= WHOLE).map(({ uid }) => uid);
    if (small.length === 0) return items;
    const sources = await fetchRows(this.#talk, small, [peek('')]);
    return items.map((item) => {
      const row = new Map([...item.row, ...(sources.get(item.uid) ?? [])]);
      return row.has(REFUSED) ? itemOf(row, item.summary.ref, item.uid) : { ...item, row };
    });
  }

  /** The whole message of an item: from its bytes if they came, else its texts are fetched now. */
  async message(item: Item, place: Place): Promise<Message> {
    // The size that a server tells is not always true: what came is.
    const part = bytesOf(item.row.get('BODY[]<0>'));
    const source = bytesOf(item.row.get('BODY[]')) ?? (part && part.length < WHOLE ? part : undefined);
    if (source) return parse(source, item.summary);
    return item.row.has(REFUSED) ? this.#unreadable(item, place) : this.#large(item, place);
  }

  async #unreadable(item: Item, place: Place): Promise<Message> {
    return { ...(await parse(Buffer.alloc(0), item.summary)), raw: () => Promise.resolve(this.#raw(item, place)) };
  }

  #raw({ summary: { ref, size = 0 }, uid }: Item, place: Place): Readable {
    return partStream(this.#talk, { ref, place, uid, section: '', encoding: '8bit', size });
  }

  async #large(item: Item, place: Place): Promise<Message> {
    const { summary, row, uid } = item;
    const { ref } = summary;
    const stream = (section: string, encoding: string, length: number) =>
      partStream(this.#talk, { ref, place, uid, section, encoding, size: length });
    const raw = () => Promise.resolve(this.#raw(item, place));
    const skeleton = skeletonOf(row);
    if (!skeleton) return parse({ open: raw }, summary);
    const parts = await this.#parts(place, uid, skeleton.sections);
    if (!parts) throw new EmailError('message.not_found', { folder: ref.folder, id: ref.id });
    if (parts.has(REFUSED)) return this.#unreadable(itemOf(new Map([...row, ...parts]), ref, uid), place);
    const message = await parse(skeleton.assemble(parts), summary);
    const attachments = await skeleton.attachments(message, stream);
    // The server's idea of the structure is not what stands in the mail: its own bytes decide.
    if (!attachments) return parse({ open: raw }, summary);
    return { ...message, attachments, raw };
  }

  async #parts(place: Place, uid: number, sections: readonly Parameters<typeof peek>[]): Promise<Row | undefined> {
    const { ctx } = this.#talk;
    return this.#talk.turn(say`read a message`, ctx.limits.read * 2, async () => {
      await this.#select(place);
      const all = new Map<string, NonNullable<ReturnType<Row['get']>>>();
      // Servers limit the length of a command line (RFC 7162 section 4 advises 8,192 bytes).
      for (let at = 0; at < sections.length; at += 150) {
        const items = sections.slice(at, at + 150).map((section) => peek(...section));
        const row = (await fetchRows(this.#talk, [uid], items)).get(uid);
        if (!row) return undefined;
        for (const [name, value] of row) if (value !== null) all.set(name, value);
      }
      return all;
    });
  }

  async #select({ located, uidValidity }: Place): Promise<void> {
    await this.#talk.select(located.listed, located.folder.path, uidValidity);
  }
}
