import { buffer } from 'node:stream/consumers';
import { EmailError, say, type Draft, type MessageRef, type SendOptions, type Sent } from '@mailwright/core';
import { compose } from '@mailwright/mime';
import { ONE_REQUEST, isDoubt, rejected, sendAtOnce, sentOf } from './at-once.ts';
import type { Client, Question } from './client.ts';
import { literal } from './dialect.ts';
import type { Folders } from './folders.ts';
import type { Row } from './rows.ts';
import { attach } from './upload.ts';

/** Looks for a mail whose sending was not answered, and tries to send one that is still a draft. */
const LOOKS = 4;

/**
 * Drafts, and mail that is sent once: a draft is made, sent by its id, and looked for where no answer came. It cannot be sent twice, as
 * it is no draft any more then.
 */
export class Outbox {
  readonly #client: Client;
  readonly #folders: Folders;

  constructor(client: Client, folders: Folders) {
    this.#client = client;
    this.#folders = folders;
  }

  /** Errors: `message.too_large`, `input.invalid`. */
  async save(draft: Draft): Promise<MessageRef> {
    const { folder } = await this.#folders.locate('role:drafts');
    return { folder: folder.path, id: await this.#create(draft) };
  }

  /** Errors: `send.rejected`, `auth.mailbox_forbidden`, `server.throttled`, `send.outcome_unknown`. */
  async send(draft: Draft, { saveToSent = true }: SendOptions = {}): Promise<Sent> {
    const { messageId } = draft;
    const sent = sentOf(draft);
    const before = await this.#find(messageId);
    // An earlier try came through, perhaps of a process that was killed since.
    if (before.some(isSent)) return { ...sent, ...(saveToSent && { savedTo: 'role:sent' }) };
    // It may be half a mail.
    for (const { id } of before) await this.#erase(id);
    const id = await this.#create(draft).catch((error: unknown) => {
      if (EmailError.is(error, 'auth.mailbox_forbidden')) return undefined;
      throw error;
    });
    // It may read and send, and make no draft: Mail.Read and Mail.Send.
    if (id === undefined)
      return sendAtOnce(this.#client, draft, async () => (await this.#find(messageId).catch(() => [])).some(isSent) || undefined);
    await this.#sendDraft(id, draft);
    if (saveToSent) return { ...sent, savedTo: 'role:sent' };
    const kept = await this.#erase(id);
    return kept ? { ...sent, warnings: [`The mail was sent, but its copy stays in Sent: ${kept.message}`] } : sent;
  }

  async #sendDraft(id: string, draft: Draft): Promise<void> {
    const { limits } = this.#client.ctx;
    const question = {
      ...this.#how,
      ms: limits.send,
      once: true,
      method: 'POST',
      path: `messages/${encodeURIComponent(id)}/send`,
    } as const;
    for (let tries = 0; ; tries++)
      try {
        return await this.#client.json(question);
      } catch (error) {
        if (!isDoubt(error)) {
          // An earlier try may have come through meanwhile.
          if (tries > 0 && (await this.#wasSent(id, draft.messageId, error))) return;
          await this.#erase(id);
          throw rejected(error, draft);
        }
        if (await this.#wasSent(id, draft.messageId, error)) return;
        if (tries + 1 < LOOKS && (await this.#client.waits({}, tries, performance.now() + limits.send))) continue;
        // It is a draft, and stays one: nothing was sent.
        await this.#erase(id);
        throw error;
      }
  }

  /** Whether a mail went out although nothing was answered. Errors: `send.outcome_unknown` where that cannot be told. */
  async #wasSent(id: string, messageId: string, error: unknown): Promise<boolean> {
    const unknown = () => new EmailError('send.outcome_unknown', { messageId }, { cause: error });
    const asked = {
      ...this.#how,
      path: `messages/${encodeURIComponent(id)}`,
      query: { $select: 'id,isDraft,parentFolderId' },
      again: true,
    };
    try {
      return isSent(await this.#client.json<Row>({ ...asked, ref: { folder: 'role:drafts', id } }));
    } catch (failed) {
      if (!EmailError.is(failed, 'message.not_found')) throw unknown();
    }
    const found = await this.#find(messageId).catch(() => []);
    if (found.some(isSent)) return true;
    throw unknown();
  }

  /** Whatever bears a Message-ID in this mailbox. */
  async #find(messageId: string): Promise<readonly Row[]> {
    const query = { $filter: `internetMessageId eq ${literal(messageId)}`, $select: 'id,isDraft,parentFolderId', $top: '10' };
    const { value } = await this.#client.json<{ readonly value: readonly Row[] }>({ ...this.#how, path: 'messages', query, again: true });
    return value;
  }

  async #create(draft: Draft): Promise<string> {
    const whole = compose(draft, { keepBcc: true });
    const size = await whole.size();
    const { largestMessage: limit } = this.#client.ctx.limits;
    if (size > limit) throw new EmailError('message.too_large', { what: say`The message`, size, limit });
    if (size <= ONE_REQUEST) return this.#store(await buffer(whole.stream()), draft.messageId);
    const { attachments = [], ...rest } = draft;
    const id = await this.#store(await buffer(compose(rest, { keepBcc: true }).stream()), draft.messageId);
    try {
      for (const file of attachments) await attach(this.#client, id, file);
      return id;
    } catch (error) {
      await this.#erase(id);
      throw error;
    }
  }

  /** A draft whose answer was lost is looked for: it is not made twice. */
  async #store(raw: Buffer, messageId: string): Promise<string> {
    const headers = { 'content-type': 'text/plain' };
    try {
      const question = { ...this.#how, method: 'POST', path: 'messages', body: raw.toString('base64'), headers, size: raw.length } as const;
      return (await this.#client.json<{ readonly id: string }>(question)).id;
    } catch (error) {
      if (!EmailError.is(error, 'connection') && !EmailError.is(error, 'server.unavailable')) throw error;
      const [found] = (await this.#find(messageId)).filter((one) => !isSent(one));
      if (found?.id === undefined) throw error;
      return found.id;
    }
  }

  /** Takes away what is of no use; answers what went wrong. */
  async #erase(id: string | undefined): Promise<EmailError | undefined> {
    try {
      await this.#client.json({ ...this.#how, method: 'POST', path: `messages/${encodeURIComponent(id ?? '')}/permanentDelete` });
      return undefined;
    } catch (error) {
      return EmailError.from(error, 'send');
    }
  }

  get #how(): Pick<Question, 'what' | 'ms'> {
    return { what: say`send the mail`, ms: this.#client.ctx.limits.command };
  }
}

const isSent = ({ isDraft }: Row): boolean => isDraft === false;
