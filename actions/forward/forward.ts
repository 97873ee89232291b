import { EmailError, Failed, Partial, Selection, conclude, defineAction, more, multiline, select } from '@mailwright/core';
import type { ActionContext, Attachment, Draft, Failure, Message } from '@mailwright/core';
import { z } from 'zod';
import { Attachments, openAttachments } from '../send/attachments.ts';
import { Recipients, SentData, addressesOf, deliver } from '../send/deliver.ts';
import { domainOf, senderOf } from '../send/send.ts';
import { forwardHtml, forwardText } from './forwarded.ts';

const input = z.strictObject({
  messages: Selection,
  to: Recipients.optional().meta({ title: 'To' }),
  cc: Recipients.optional().meta(more({ title: 'Cc' })),
  bcc: Recipients.optional().meta(more({ title: 'Bcc' })),
  subject: z.string().optional().meta({ title: 'Subject', description: 'Fwd: and the old one if left out' }),
  text: multiline({ title: 'Text' }).optional(),
  html: multiline({ title: 'HTML', group: 'more' }).optional(),
  as: z
    .enum(['inline', 'attachment'])
    .default('inline')
    .meta(more({ title: 'Forward as', description: 'attachment: the whole message, byte for byte' })),
  keepAttachments: z.boolean().default(true).meta({ title: 'Send its attachments along', description: 'Forwarded inline' }),
  attachments: Attachments.optional(),
  saveToSent: z
    .boolean()
    .default(true)
    .meta(more({ title: 'Keep a copy in Sent' })),
  partial: Partial,
});
type Wanted = z.output<typeof input>;

/** What mail programs of several languages put before the subject of a forwarded mail. */
const PREFIX = /^\s*(?:(?:fwd?|wg|tr|rv|enc|i|doorst|vs|vb|pd|转发|轉寄|転送)\s*[:：]\s*)+/i;

export const forward = defineAction({
  id: 'email.forward',
  title: 'Forward',
  summary: 'Sends messages on, each as its own mail, with their attachments as they are.',
  line: 'Forward {messages} to {to}',
  effect: 'send',
  needs: ['send', 'read'],
  input,
  output: z.object({ sent: z.array(SentData), count: z.number().int(), failed: z.array(Failed) }),
  async run(wanted, ctx) {
    const sent: z.output<typeof SentData>[] = [];
    const failures: Failure[] = [];
    for await (const refs of select(wanted.messages, ctx))
      for (const ref of refs)
        try {
          const draft = await draftFrom(await ctx.mailbox.read(ref), wanted, ctx);
          sent.push(await deliver(draft, ctx, wanted));
        } catch (error) {
          // What failed for one mail alone is told for it; whatever concerns all of them ends the step.
          if (!EmailError.is(error) || error.session === 'lost' || EmailError.is(error, 'input') || EmailError.is(error, 'automation'))
            throw error;
          failures.push({ ref, error });
        }
    return conclude({ sent, count: sent.length }, failures, wanted.partial);
  },
});

async function draftFrom(original: Message, wanted: Wanted, ctx: ActionContext): Promise<Draft> {
  const from = senderOf(undefined, ctx);
  const [to, cc, bcc] = (['to', 'cc', 'bcc'] as const).map((field) => addressesOf(wanted[field], field));
  return {
    from,
    to: to ?? [],
    ...(cc && cc.length > 0 && { cc }),
    ...(bcc && bcc.length > 0 && { bcc }),
    subject: wanted.subject ?? `Fwd: ${original.subject.replace(PREFIX, '')}`,
    ...text(original, wanted),
    messageId: ctx.messageId(domainOf(from)),
    date: new Date().toISOString(),
    attachments: [...(await openAttachments(wanted.attachments ?? [], ctx)), ...along(original, wanted)],
  };
}

function text(original: Message, { as, text: said, html }: Wanted): Pick<Draft, 'text' | 'html'> {
  if (as === 'attachment') return { ...(said !== undefined && { text: said }), ...(html !== undefined && { html }) };
  if (html === undefined) return { text: forwardText(said ?? '', original) };
  return { ...(said !== undefined && { text: forwardText(said, original) }), html: forwardHtml(html, original) };
}

/** Images of the text are left out with the HTML that showed them. */
function along(original: Message, { as, keepAttachments }: Wanted): NonNullable<Draft['attachments']> {
  if (as === 'attachment')
    return [{ filename: `${original.subject || 'message'}.eml`, contentType: 'message/rfc822', open: () => original.raw() }];
  const shown = ({ inline, contentType }: Attachment) => inline && contentType.startsWith('image/');
  // Not as inline parts: our text does not show them.
  return keepAttachments
    ? original.attachments
        .filter((one) => !shown(one))
        .map((one) => ({ filename: one.filename, contentType: one.contentType, open: () => one.open() }))
    : [];
}
