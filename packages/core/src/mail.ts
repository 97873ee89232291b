import { z } from 'zod';
import type { Address, Invite, Message, MessageSummary } from './message.ts';

/** A reference as data: what a step gives, another takes. */
export const Ref = z.strictObject({ folder: z.string(), id: z.string() }).meta({ id: 'MessageRef', title: 'Message' });

const AddressData = z.object({ address: z.string(), name: z.string().optional() });
const Addresses = z.array(AddressData);

/** The JSON form of a message: the loop's item, and what read gives (palette: Mail). Fields after `defects` come with the whole message. */
export const Mail = z
  .object({
    ref: Ref,
    index: z.number().int().optional(),
    kind: z.enum(['mail', 'invite', 'cancellation', 'response', 'bounce', 'receipt', 'auto-reply']),
    messageId: z.string().optional(),
    inReplyTo: z.string().optional(),
    references: z.array(z.string()),
    subject: z.string(),
    from: Addresses,
    to: Addresses,
    cc: Addresses,
    sentAt: z.string().optional(),
    receivedAt: z.string().optional(),
    size: z.number().optional(),
    flags: z.array(z.enum(['seen', 'answered', 'flagged', 'draft'])).optional(),
    keywords: z.array(z.string()).optional(),
    importance: z.enum(['low', 'normal', 'high']).optional(),
    hasAttachments: z.boolean().optional(),
    defects: z.array(z.string()).optional(),
    sender: AddressData.optional(),
    replyTo: Addresses.optional(),
    bcc: Addresses.optional(),
    text: z.string().optional(),
    html: z.string().optional(),
    headers: z.record(z.string(), z.array(z.string())).optional(),
    attachments: z
      .array(
        z.object({
          index: z.number().int(),
          filename: z.string(),
          contentType: z.string(),
          size: z.number().optional(),
          inline: z.boolean(),
          contentId: z.string().optional(),
        }),
      )
      .optional(),
    invite: z
      .object({
        method: z.string(),
        uid: z.string(),
        start: z.string().optional(),
        end: z.string().optional(),
        timeZone: z.string().optional(),
        organizer: AddressData.optional(),
        attendees: Addresses,
        place: z.string().optional(),
        recurring: z.boolean(),
      })
      .optional(),
  })
  .meta({ id: 'Mail', title: 'Mail' });
export type Mail = z.output<typeof Mail>;

const address = ({ address, name }: Address) => ({ address, ...(name !== undefined && { name }) });
const invite = ({ attendees, organizer, ...rest }: Invite) => ({
  ...rest,
  attendees: attendees.map(address),
  ...(organizer && { organizer: address(organizer) }),
});

const SUMMARY = [
  'kind',
  'messageId',
  'inReplyTo',
  'references',
  'subject',
  'sentAt',
  'receivedAt',
  'size',
  'flags',
  'keywords',
  'importance',
  'hasAttachments',
] as const;

/** A message as data, without its bytes. What is absent stays absent. */
export function toMail(message: MessageSummary | Message, index?: number): Mail {
  const { ref, from, to, cc, defects } = message;
  const mail = {
    ...pick(message, SUMMARY),
    ref: { folder: ref.folder, id: ref.id },
    ...(index !== undefined && { index }),
    from: from.map(address),
    to: to.map(address),
    cc: cc.map(address),
    ...(defects && defects.length > 0 && { defects: [...defects] }),
    ...('attachments' in message && body(message)),
  };
  return mail as Mail;
}

function body(message: Message): object {
  return {
    ...pick(message, ['text', 'html']),
    replyTo: message.replyTo.map(address),
    bcc: message.bcc.map(address),
    ...(message.sender && { sender: address(message.sender) }),
    ...(message.invite && { invite: invite(message.invite) }),
    headers: Object.assign(Object.create(null), Object.fromEntries(message.headers)) as object,
    attachments: message.attachments.map((attachment, index) => ({
      index,
      ...pick(attachment, ['filename', 'contentType', 'inline', 'size', 'contentId']),
    })),
  };
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]]))) as Partial<Pick<T, K>>;
}
