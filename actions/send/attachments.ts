import { EmailError, Ref, file, more, say, type ActionContext, type Attachment, type Draft } from '@mailwright/core';
import { z } from 'zod';

const OfMessage = z
  .strictObject({ ref: Ref, index: z.number().int().min(0).meta({ title: 'Number in the list, from 0' }) })
  .meta({ title: 'Attachment of a message' });
const OnDisk = z.looseObject({ path: z.string().min(1) }).meta({ title: 'A saved file' });

/** What can be attached: a path in the run's folder, a saved file, or an attachment of another message. */
export const Attachments = z
  .array(z.union([z.string().min(1).meta({ title: 'Path' }), OfMessage, OnDisk]))
  .meta({ title: 'Attachments', 'x-ui': { widget: 'file' } });

/** Images that the HTML shows by `cid:` and their id. */
export const InlineImages = z
  .array(
    z.strictObject({
      file: file({ title: 'File' }),
      contentId: z
        .string()
        .regex(/^[\w.+@-]+$/, String(say`letters, digits and . _ - + @`))
        .meta({ title: 'Content id', description: 'The HTML shows it as cid:ID' }),
    }),
  )
  .meta(more({ title: 'Images in the HTML' }));

const TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  xml: 'application/xml',
  json: 'application/json',
  zip: 'application/zip',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  eml: 'message/rfc822',
  ics: 'text/calendar',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Finds what is to be attached before anything is sent. Errors: `attachment.not_found`, `message.not_found`. */
export async function openAttachments(
  wanted: z.output<typeof Attachments>,
  ctx: ActionContext,
): Promise<NonNullable<Draft['attachments']>> {
  return Promise.all(
    wanted.map((one) =>
      typeof one === 'object' && 'index' in one && 'ref' in one
        ? ofMessage(one as z.output<typeof OfMessage>, ctx)
        : onDisk(typeof one === 'string' ? one : (one as { path: string }).path, ctx),
    ),
  );
}

export async function openInlineImages(
  wanted: z.output<typeof InlineImages>,
  ctx: ActionContext,
): Promise<NonNullable<Draft['attachments']>> {
  return Promise.all(wanted.map(async ({ file: path, contentId }) => ({ ...(await onDisk(path, ctx)), contentId })));
}

async function ofMessage({ ref, index }: z.output<typeof OfMessage>, { mailbox }: ActionContext): Promise<Attachment> {
  const found = (await mailbox.read(ref)).attachments[index];
  if (!found) throw new EmailError('attachment.not_found', { path: `number ${index} of a message in ${ref.folder}` });
  return found;
}

async function onDisk(path: string, { files }: ActionContext): Promise<NonNullable<Draft['attachments']>[number]> {
  // Opened once here, so that a missing file is told before anything is sent.
  (await files.open(path)).content.destroy();
  const filename = path.split('/').at(-1) ?? path;
  const type = TYPES[/\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
  return { filename, contentType: type, open: async () => (await files.open(path)).content };
}
