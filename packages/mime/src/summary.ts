import type { Message, MessageSummary } from '@mailwright/core';

/** What a message has and a summary has not. */
const MORE: ReadonlySet<string> = new Set<Exclude<keyof Message, keyof MessageSummary>>([
  'headers',
  'sender',
  'replyTo',
  'bcc',
  'invite',
  'text',
  'html',
  'attachments',
  'raw',
]);
/** A message as a listing shows it. */
export const summaryOf = (message: Message): MessageSummary =>
  Object.fromEntries(Object.entries(message).filter(([field]) => !MORE.has(field))) as unknown as MessageSummary;
