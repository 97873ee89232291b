import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  EmailError,
  type Done,
  type Draft,
  type Flag,
  type MailboxFeatures,
  type MessageRef,
  type Moved,
  type SendOptions,
  type Sent,
} from '@mailwright/core';
import { compose, parse } from '@mailwright/mime';
import { keep, type FakeFolders } from './fake-folders.ts';
import type { SentMail } from './fake-mailbox.ts';

/** The optional verbs. */
export class FakeVerbs {
  readonly #folders: FakeFolders;
  readonly #sent: SentMail[];
  readonly #refuses: Readonly<Record<string, string>>;

  constructor(folders: FakeFolders, sent: SentMail[], refuses: Readonly<Record<string, string>>) {
    this.#folders = folders;
    this.#sent = sent;
    this.#refuses = refuses;
  }

  all(): MailboxFeatures {
    const folders = this.#folders;
    return {
      listFolders: async () => folders.list(),
      createFolder: async (path) => folders.create(path),
      move: async (refs, to) => this.#relocate(refs, to, true),
      copy: async (refs, to) => this.#relocate(refs, to, false),
      trash: async (refs) => this.#relocate(refs, 'role:trash', true),
      mark: async (refs, { seen, flagged, answered }) =>
        this.#each(refs, (ref) => {
          for (const [flag, on] of Object.entries({ seen, flagged, answered })) set(folders.get(ref).flags, flag as Flag, on);
        }),
      label: async (refs, { add = [], remove = [] }) =>
        this.#each(refs, (ref) => {
          for (const keyword of remove) folders.get(ref).keywords.delete(keyword);
          for (const keyword of add) folders.get(ref).keywords.add(keyword);
        }),
      erase: async (refs) =>
        this.#each(refs, (ref) => {
          folders.get(ref);
          folders.remove(ref);
        }),
      append: (folder, raw, size, flags) => this.#append(folder, raw, size, flags),
      saveDraft: async (draft) => this.#store('role:drafts', await buffer(compose(draft, { keepBcc: true }).stream()), ['draft', 'seen']),
      send: (draft, options) => this.#send(draft, options),
      changes: async (folder, cursor) => folders.changes(folders.locate(folder), cursor),
      watch: (folder, signal) => folders.watch(folders.locate(folder), signal),
    };
  }

  #each(refs: readonly MessageRef[], work: (ref: MessageRef) => void): Done[] {
    return refs.map((ref) => {
      try {
        work(ref);
        return { ref };
      } catch (error) {
        return { ref, error: EmailError.from(error, 'fake mailbox') };
      }
    });
  }

  #relocate(refs: readonly MessageRef[], to: string, move: boolean): Moved[] {
    const target = this.#folders.locate(to);
    return refs.map((from) => {
      const mail = this.#folders.find(from);
      if (!mail) return { from, error: new EmailError('message.not_found', { folder: from.folder, id: from.id }) };
      if (move && from.folder === target) return { from, to: from };
      if (move) this.#folders.remove(from);
      return { from, to: this.#folders.put(target, { ...mail, flags: new Set(mail.flags), keywords: new Set(mail.keywords) }) };
    });
  }

  async #append(folder: string, raw: Readable, size: number, flags: readonly Flag[] = []): Promise<MessageRef> {
    const bytes = await buffer(raw);
    if (bytes.length === size) return this.#store(folder, bytes, flags);
    throw new EmailError('input.invalid', {
      path: 'raw',
      problem: `${bytes.length} bytes came, not ${size}`,
      cure: 'Give the exact size.',
    });
  }

  #store(folder: string, raw: Buffer, flags: readonly Flag[]): MessageRef {
    return this.#folders.put(
      this.#folders.locate(folder),
      keep(async () => raw, { receivedAt: new Date().toISOString(), flags }),
    );
  }

  async #send(draft: Draft, { saveToSent = true }: SendOptions = {}): Promise<Sent> {
    const all = [...draft.to, ...(draft.cc ?? []), ...(draft.bcc ?? [])].map(({ address }) => address);
    const accepted = all.filter((address) => !(address in this.#refuses));
    const rejected = all.flatMap((address) => (address in this.#refuses ? [{ address, serverSaid: this.#refuses[address] ?? '' }] : []));
    if (accepted.length === 0)
      throw new EmailError('send.rejected', { addresses: all, serverSaid: rejected[0]?.serverSaid ?? 'no recipients' });
    const raw = await buffer(compose(draft).stream());
    this.#sent.push({ draft, mail: await parse(raw, { ref: { folder: '', id: '' } }) });
    const copy = saveToSent ? this.#store('role:sent', await buffer(compose(draft, { keepBcc: true }).stream()), ['seen']) : undefined;
    return { messageId: draft.messageId, state: 'sent', accepted, rejected, ...(copy && { savedTo: copy.folder }) };
  }
}

function set(flags: Set<Flag>, flag: Flag, on: boolean | undefined): void {
  if (on === true) flags.add(flag);
  if (on === false) flags.delete(flag);
}
