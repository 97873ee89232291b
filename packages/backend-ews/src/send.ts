import { EmailError, say, type Draft, type SendOptions, type Sent } from '@mailwright/core';
import { compose } from '@mailwright/mime';
import type { Exchange } from './exchange.ts';
import type { Folders, Located } from './folders.ts';
import { findByMessageId as find } from './find.ts';
import { store, type Stored } from './store.ts';

/** Times that a mail is handed over, where looking shows that the last time did nothing. */
const TRIES = 2;

export interface Sources {
  readonly exchange: Exchange;
  readonly folders: Folders;
}

/**
 * Sends a mail once: it is stored as a draft, then sent. Where an answer is lost the server is looked at: the copy in Sent says that it
 * went, the draft that it did not. Errors: `send.rejected`, `auth.mailbox_forbidden`, `message.too_large`, `send.outcome_unknown`.
 */
export async function send(sources: Sources, draft: Draft, { saveToSent = true }: SendOptions = {}): Promise<Sent> {
  const { folders } = sources;
  const [drafts, sent] = [await folders.locate('role:drafts'), await folders.locate('role:sent')];
  let stored = await storeDraft(sources, draft, drafts);
  for (let tries = 1; ; tries++)
    try {
      await handOver(sources, stored, saveToSent ? sent : undefined, draft);
      return done(draft, saveToSent ? sent : undefined);
    } catch (error) {
      if (!inDoubt(error)) throw await cleared(sources, stored, error);
      const found = await look(sources, draft, drafts, sent).catch(() => undefined);
      if (found?.sent) return done(draft, saveToSent ? sent : undefined);
      if (!found?.draft || tries === TRIES) throw new EmailError('send.outcome_unknown', { messageId: draft.messageId }, { cause: error });
      stored = found.draft;
    }
}

/** Before anything was sent; a lost answer may have left a draft. */
async function storeDraft(sources: Sources, draft: Draft, drafts: Located): Promise<Stored> {
  const { exchange } = sources;
  const composed = compose(draft, { keepBcc: true });
  const size = await composed.size();
  const storing = () => store(exchange, drafts, { raw: composed.stream(), size, flags: ['draft', 'seen'] });
  try {
    return await storing();
  } catch (error) {
    if (!EmailError.is(error, 'message.outcome_unknown')) throw error;
    const [found] = await find(exchange, drafts, draft.messageId);
    return found ?? storing();
  }
}

async function handOver({ exchange }: Sources, { ref, changeKey }: Stored, savedTo: Located | undefined, draft: Draft): Promise<void> {
  const envelope = exchange.soap.sendItem({ id: ref.id, changeKey }, savedTo && { id: savedTo.id });
  const call = { what: say`send a mail`, ms: exchange.ctx.limits.send, repeatable: false, ref };
  const [message] = await exchange.call(envelope, call);
  if (!message || message.ok) return;
  const error = exchange.errorOf(message, call);
  if (!EmailError.is(error, 'send.rejected')) throw error;
  const addresses = recipients(draft);
  throw new EmailError('send.rejected', { ...error.details, addresses }, { cause: error });
}

/** A draft that is not there may be one that an earlier try sent after all. */
const inDoubt = (error: unknown) =>
  EmailError.is(error, 'connection.lost') ||
  EmailError.is(error, 'connection.timeout') ||
  EmailError.is(error, 'message.not_found') ||
  EmailError.is(error, 'server.unavailable') ||
  EmailError.is(error, 'server.unexpected');

/** A mail that the server refuses leaves no draft behind. */
async function cleared({ exchange }: Sources, { ref }: Stored, error: unknown): Promise<unknown> {
  const call = { what: say`erase a draft`, ms: exchange.ctx.limits.command };
  await exchange
    .call(exchange.soap.deleteItems([ref.id]), call)
    .catch(() => exchange.ctx.log.warn(say`A draft of a mail that was refused is left in Drafts.`));
  return error;
}

/** What became of it: by its Message-ID, in both folders. */
async function look(
  { exchange }: Sources,
  { messageId }: Draft,
  drafts: Located,
  sent: Located,
): Promise<{ readonly sent: boolean; readonly draft?: Stored }> {
  const [copies, left] = [await find(exchange, sent, messageId), await find(exchange, drafts, messageId)];
  return { sent: copies.length > 0, ...(left[0] && { draft: left[0] }) };
}

const recipients = ({ to, cc = [], bcc = [] }: Draft) => [...to, ...cc, ...bcc].map(({ address }) => address);

const done = (draft: Draft, savedTo: Located | undefined): Sent => ({
  messageId: draft.messageId,
  state: 'sent',
  accepted: recipients(draft),
  rejected: [],
  ...(savedTo && { savedTo: savedTo.folder.path }),
});
