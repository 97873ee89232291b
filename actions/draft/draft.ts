import { Ref, SelectionOfOne, defineAction, referenceOf, type Draft } from '@mailwright/core';
import { z } from 'zod';
import { answerBody, recipients, replySubject, threadOf } from '../reply/reply.ts';
import { content, draftOf, senderOf } from '../send/send.ts';

const input = z.strictObject({
  ...content,
  answers: SelectionOfOne.optional().meta({
    title: 'Answers',
    description: 'The draft is a reply to this message: recipients, thread, quote',
  }),
  all: z.boolean().default(false).meta({ title: 'Reply to all' }),
  quote: z.boolean().default(true).meta({ title: 'Quote the message' }),
});

export const draft = defineAction({
  id: 'email.draft',
  title: 'Save draft',
  summary: 'Saves a mail in Drafts for a person to look at and send. Nothing leaves the mailbox.',
  line: 'Save draft "{subject}" to {to}',
  effect: 'write',
  needs: ['saveDraft'],
  input,
  output: z.object({ ref: Ref.optional(), messageId: z.string(), warnings: z.array(z.string()) }),
  async run({ answers, all, quote, ...wanted }, ctx) {
    const made = await draftOf(wanted, ctx);
    let mail: Draft = made.draft;
    if (answers) {
      const original = await ctx.mailbox.read(referenceOf(answers));
      const asked = recipients(original, { all, cc: wanted.cc, bcc: wanted.bcc }, senderOf(wanted.from, ctx));
      mail = {
        ...mail,
        ...(mail.to.length === 0 && asked),
        subject: wanted.subject || replySubject(original),
        ...answerBody(original, { text: wanted.text, html: wanted.html, quote }),
        ...threadOf(original),
      };
    }
    const ref = await ctx.mailbox.saveDraft(mail);
    return { ...(ref && { ref: { folder: ref.folder, id: ref.id } }), messageId: mail.messageId, warnings: made.warnings };
  },
});
