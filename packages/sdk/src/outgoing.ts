import { compose } from '@mailwright/mime';
import { EmailError, type Draft, type Mailbox, type SendOptions, type Sender, type Sent } from '@mailwright/core';

const SENT = 'role:sent';

/**
 * `send` for a mailbox whose backend cannot: through a sender that is opened at the first mail and again after it was lost, with the
 * copy filed in Sent where the sending server does not do so. After the mail has left nothing fails the step: the result warns.
 */
export class Outgoing {
  #sender: Promise<Sender> | undefined;
  readonly #open: () => Promise<Sender>;

  constructor(open: () => Promise<Sender>, opened?: Sender) {
    this.#open = open;
    if (opened) this.#sender = Promise.resolve(opened);
  }

  async send(draft: Draft, options: SendOptions, mailbox?: Mailbox): Promise<Sent> {
    const sender = await this.#live();
    const sent = await this.#hand(sender, draft, mailbox);
    if (options.saveToSent === false || !mailbox) return sent;
    if (sender.filesSent) return { ...sent, savedTo: SENT };
    return this.#file(draft, sent, mailbox);
  }

  async close(): Promise<void> {
    const sender = await this.#sender?.catch(() => undefined);
    this.#sender = undefined;
    await sender?.[Symbol.asyncDispose]();
  }

  async #live(): Promise<Sender> {
    const sender = await this.#sender;
    if (sender?.alive()) return sender;
    await this.close();
    this.#sender = this.#open();
    this.#sender.catch(() => (this.#sender = undefined));
    return this.#sender;
  }

  /** A server that files what it sends can be asked whether it did. */
  async #hand(sender: Sender, draft: Draft, mailbox: Mailbox | undefined): Promise<Sent> {
    try {
      return await sender.send(draft);
    } catch (error) {
      if (!EmailError.is(error, 'send.outcome_unknown') || !sender.filesSent || !mailbox) throw error;
      if (!(await isFiled(draft.messageId, mailbox))) throw error;
      const accepted = [...draft.to, ...(draft.cc ?? []), ...(draft.bcc ?? [])].map(({ address }) => address);
      return { messageId: draft.messageId, state: 'sent', accepted, rejected: [] };
    }
  }

  async #file(draft: Draft, sent: Sent, mailbox: Mailbox): Promise<Sent> {
    try {
      const folder = await this.#append(draft, mailbox);
      return { ...sent, savedTo: folder };
    } catch (error) {
      const { message } = EmailError.from(error, 'send');
      return { ...sent, warnings: [...(sent.warnings ?? []), `The mail was sent, but its copy could not be filed in Sent: ${message}`] };
    }
  }

  async #append(draft: Draft, mailbox: Mailbox): Promise<string> {
    if (!mailbox.append) throw new EmailError('folder.role_missing', { role: 'sent' });
    const copy = compose(draft, { keepBcc: true });
    const size = await copy.size();
    const file = async (folder: string) => (await mailbox.append?.(folder, copy.stream(), size, ['seen']))?.folder ?? folder;
    try {
      return await file(SENT);
    } catch (error) {
      if (EmailError.is(error, 'folder.role_missing') && mailbox.createFolder) return file((await mailbox.createFolder('Sent')).path);
      if (!EmailError.is(error, 'connection') && !EmailError.is(error, 'message.outcome_unknown')) throw error;
      return (await isFiled(draft.messageId, mailbox)) ? SENT : file(SENT);
    }
  }
}

async function isFiled(messageId: string, mailbox: Mailbox): Promise<boolean> {
  const filter = { op: 'is', field: 'messageId', value: messageId } as const;
  for await (const _ of mailbox.search({ folder: SENT, filter, limit: 1 })) return true;
  return false;
}
