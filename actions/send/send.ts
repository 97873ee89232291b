import {
  EmailError,
  defineAction,
  more,
  multiline,
  parseAddresses,
  say,
  type ActionContext,
  type Address,
  type Draft,
} from '@mailwright/core';
import { z } from 'zod';
import { Attachments, InlineImages, openAttachments, openInlineImages } from './attachments.ts';
import { Recipients, SentData, addressesOf, deliver } from './deliver.ts';

/** What a mail is made of. */
export const content = {
  to: Recipients.optional().meta({ title: 'To' }),
  cc: Recipients.optional().meta(more({ title: 'Cc' })),
  bcc: Recipients.optional().meta(more({ title: 'Bcc' })),
  from: z
    .string()
    .optional()
    .meta(more({ title: 'From', description: "The session's own address if left out" })),
  replyTo: Recipients.optional().meta(more({ title: 'Answers go to' })),
  subject: z.string().default('').meta({ title: 'Subject' }),
  text: multiline({ title: 'Text' }).optional(),
  html: multiline({ title: 'HTML', group: 'more' }).optional(),
  attachments: Attachments.optional(),
  inlineImages: InlineImages.optional(),
  importance: z
    .enum(['low', 'normal', 'high'])
    .default('normal')
    .meta(more({ title: 'Importance' })),
  headers: z
    .record(z.string().regex(/^x-[\w-]+$/i, String(say`a name that begins with X-`)), z.string())
    .optional()
    .meta(more({ title: 'Further headers' })),
  readReceipt: z
    .boolean()
    .default(false)
    .meta(more({ title: 'Ask for a read receipt' })),
  invalidAddress: z
    .enum(['stop', 'leave out'])
    .default('stop')
    .meta(more({ title: 'When an address is none' })),
};
const Content = z.strictObject(content);
const input = z.strictObject({
  ...content,
  saveToSent: z
    .boolean()
    .default(true)
    .meta(more({ title: 'Keep a copy in Sent' })),
  partial: z
    .enum(['fail', 'accept'])
    .default('fail')
    .meta(more({ title: 'When some recipients are refused' })),
});

export const send = defineAction({
  id: 'email.send',
  title: 'Send',
  summary: 'Sends a mail. What was handed over is never sent again by itself.',
  line: 'Send "{subject}" to {to}',
  effect: 'send',
  needs: ['send'],
  input,
  output: SentData,
  async run(wanted, ctx) {
    const { draft, warnings } = await draftOf(wanted, ctx);
    return deliver(draft, ctx, { saveToSent: wanted.saveToSent, partial: wanted.partial, warnings });
  },
});

/** The mail that a step describes. Errors: `input.invalid`, `attachment.not_found`, `message.not_found`. */
export async function draftOf(
  wanted: z.output<typeof Content>,
  ctx: ActionContext,
): Promise<{ readonly draft: Draft; readonly warnings: string[] }> {
  const left: string[] = [];
  const addresses = (field: 'to' | 'cc' | 'bcc' | 'replyTo') =>
    addressesOf(wanted[field], field, wanted.invalidAddress === 'leave out' ? left : undefined);
  const [to, cc, bcc, replyTo] = [addresses('to'), addresses('cc'), addresses('bcc'), addresses('replyTo')];
  const from = senderOf(wanted.from, ctx);
  const headers = wanted.headers as Draft['headers'];
  const draft: Draft = {
    to,
    ...(cc.length > 0 && { cc }),
    ...(bcc.length > 0 && { bcc }),
    ...(replyTo.length > 0 && { replyTo }),
    from,
    subject: wanted.subject,
    ...(wanted.text !== undefined && { text: wanted.text }),
    ...(wanted.html !== undefined && { html: wanted.html }),
    messageId: ctx.messageId(domainOf(from)),
    date: new Date().toISOString(),
    importance: wanted.importance,
    readReceipt: wanted.readReceipt,
    ...(headers && { headers }),
    attachments: [...(await openAttachments(wanted.attachments ?? [], ctx)), ...(await openInlineImages(wanted.inlineImages ?? [], ctx))],
  };
  const warnings = left.map((one) => `"${one}" is no address and was left out.`);
  return { draft, warnings };
}

/** Who a mail comes from. Errors: `input.invalid` where neither step nor session says. */
export function senderOf(from: string | undefined, { session }: ActionContext): Address {
  const given = from === undefined ? [session.from] : parseAddresses(from, 'from');
  if (given[0] && given.length === 1) return given[0];
  throw new EmailError('input.invalid', {
    path: 'from',
    problem: given.length > 1 ? 'a mail comes from one address' : 'the From address is missing',
    cure: 'Set it in this step, or as `from` of the outgoing server.',
  });
}

export const domainOf = ({ address }: Address) => address.slice(address.lastIndexOf('@') + 1);
