import {
  EmailError,
  SelectionOfOne,
  defineAction,
  isAddress,
  more,
  multiline,
  referenceOf,
  type Address,
  type Draft,
  type Message,
} from '@mailwright/core';
import { z } from 'zod';
import { Attachments, openAttachments } from '../send/attachments.ts';
import { Recipients, SentData, addressesOf, deliver } from '../send/deliver.ts';
import { domainOf, senderOf } from '../send/send.ts';
import { quoteHtml, quoteText } from './quote.ts';

const input = z.strictObject({
  message: SelectionOfOne,
  all: z.boolean().default(false).meta({ title: 'Reply to all' }),
  leaveOut: Recipients.optional().meta(more({ title: 'Never to these', description: 'The own address is left out in any case' })),
  cc: Recipients.optional().meta(more({ title: 'Cc, added' })),
  bcc: Recipients.optional().meta(more({ title: 'Bcc, added' })),
  subject: z
    .string()
    .optional()
    .meta(more({ title: 'Subject', description: 'Re: and the old one if left out' })),
  text: multiline({ title: 'Text' }).optional(),
  html: multiline({ title: 'HTML', group: 'more' }).optional(),
  quote: z.boolean().default(true).meta({ title: 'Quote the message' }),
  attachments: Attachments.optional(),
  keepAttachments: z
    .boolean()
    .default(false)
    .meta(more({ title: 'Send its attachments along' })),
  force: z
    .boolean()
    .default(false)
    .meta(more({ title: 'Answer machines too', description: 'Automatic mail, lists and bounces get no answer otherwise' })),
  saveToSent: z
    .boolean()
    .default(true)
    .meta(more({ title: 'Keep a copy in Sent' })),
  partial: z
    .enum(['fail', 'accept'])
    .default('fail')
    .meta(more({ title: 'When some recipients are refused' })),
});
type Wanted = z.output<typeof input>;

/** What mail programs of several languages put before the subject of a reply, as often as it stands there. */
const PREFIX = /^\s*(?:(?:re|aw|antw|res|resp|sv|vs|rif|odp|ynt|回复|答复|返信)(?:\[\d+\])?\s*[:：]\s*)+/i;

export const reply = defineAction({
  id: 'email.reply',
  title: 'Reply',
  summary: 'Answers a message in its thread. Mail of machines gets no answer unless that is forced, so that two robots never talk forever.',
  line: 'Reply to {message}',
  effect: 'send',
  needs: ['send', 'read'],
  input,
  output: SentData,
  async run(wanted, ctx): Promise<z.output<typeof SentData>> {
    const original = await ctx.mailbox.read(referenceOf(wanted.message));
    const reason = wanted.force ? undefined : fromMachine(original);
    if (reason !== undefined) return { messageId: '', state: 'skipped', accepted: [], rejected: [], warnings: [], reason };
    const from = senderOf(undefined, ctx);
    const { to, cc, bcc } = recipients(original, wanted, from);
    const kept = wanted.keepAttachments ? original.attachments.filter(({ inline }) => !inline) : [];
    const draft: Draft = {
      from,
      to,
      ...(cc.length > 0 && { cc }),
      ...(bcc.length > 0 && { bcc }),
      subject: wanted.subject ?? replySubject(original),
      ...answerBody(original, wanted),
      messageId: ctx.messageId(domainOf(from)),
      date: new Date().toISOString(),
      ...threadOf(original),
      attachments: [...(await openAttachments(wanted.attachments ?? [], ctx)), ...kept],
    };
    const sent = await deliver(draft, ctx, wanted);
    return { ...sent, warnings: [...sent.warnings, ...(await markAnswered(original, ctx.mailbox))] };
  },
});

export const replySubject = ({ subject }: Message) => `Re: ${subject.replace(PREFIX, '')}`;

/** What puts an answer into the thread of a message (RFC 5322 section 3.6.4). */
export function threadOf({ messageId, references }: Message): Pick<Draft, 'inReplyTo' | 'references'> {
  if (messageId === undefined) return {};
  return { inReplyTo: messageId, references: [...references.filter((id) => id !== messageId).slice(-50), messageId] };
}

/** Why a message should get no automatic answer (RFC 3834 section 2). */
function fromMachine({ kind, headers, from }: Message): string | undefined {
  const value = (name: string) => headers.get(name)?.[0]?.trim().toLowerCase() ?? '';
  if (kind === 'bounce' || kind === 'receipt' || kind === 'auto-reply') return `it is an automatic message (${kind})`;
  const auto = value('auto-submitted');
  if (auto !== '' && auto !== 'no') return 'it was sent by a program (Auto-Submitted)';
  if (/^(bulk|list|junk)/.test(value('precedence'))) return `it is bulk mail (Precedence: ${value('precedence')})`;
  if (headers.has('list-id') || headers.has('list-unsubscribe')) return 'it comes from a mailing list';
  if (value('return-path') === '<>') return 'it has no return path';
  return /^(mailer-daemon|postmaster)@/i.test(from[0]?.address ?? '') ? 'it comes from a mail system' : undefined;
}

/** Who a reply goes to: Reply-To, else From; own addresses and doubles left out. Errors: `input.invalid` when nobody is left. */
export function recipients(
  original: Message,
  wanted: Pick<Wanted, 'all' | 'leaveOut' | 'cc' | 'bcc'>,
  own: Address,
): { to: Address[]; cc: Address[]; bcc: Address[] } {
  const seen = new Set([own, ...addressesOf(wanted.leaveOut, 'leaveOut')].map(({ address }) => address.toLowerCase()));
  const fresh = (list: readonly Address[]) =>
    list.filter(({ address }) => isAddress(address) && !seen.has(address.toLowerCase()) && Boolean(seen.add(address.toLowerCase())));
  const answerTo = original.replyTo.some(({ address }) => isAddress(address)) ? original.replyTo : original.from;
  const to = fresh([...answerTo, ...(wanted.all ? original.to : [])]);
  const cc = fresh([...(wanted.all ? original.cc : []), ...addressesOf(wanted.cc, 'cc')]);
  const bcc = fresh(addressesOf(wanted.bcc, 'bcc'));
  if (to.length + cc.length + bcc.length === 0)
    throw new EmailError('input.invalid', {
      path: 'message',
      problem: 'nobody is left to reply to',
      cure: 'The message names no other sender than this mailbox; use Send with an address.',
    });
  return { to, cc, bcc };
}

/** The text of an answer, with the message below it. */
export function answerBody(
  original: Message,
  { text, html, quote }: { text?: string | undefined; html?: string | undefined; quote: boolean },
): Pick<Draft, 'text' | 'html'> {
  if (!quote) return { ...(text !== undefined && { text }), ...(html !== undefined && { html }) };
  if (html === undefined) return { text: quoteText(text ?? '', original) };
  // Without a text of its own the text part is made from the HTML.
  return { ...(text !== undefined && { text: quoteText(text, original) }), html: quoteHtml(html, original) };
}

/** The mail has left: that the mark could not be set is only a warning. */
async function markAnswered(
  { ref }: Message,
  mailbox: { mark?: (refs: readonly Message['ref'][], marks: { answered: true }) => Promise<readonly { error?: EmailError }[]> },
): Promise<string[]> {
  if (!mailbox.mark) return [];
  try {
    const error = (await mailbox.mark([ref], { answered: true }))[0]?.error;
    return error ? [`Not marked as answered: ${error.message}`] : [];
  } catch (error) {
    return [`Not marked as answered: ${EmailError.from(error, 'reply').message}`];
  }
}
