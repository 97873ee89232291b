import {
  EmailError,
  Failed,
  Partial,
  Selection,
  compilePattern,
  conclude,
  defineAction,
  file,
  more,
  select,
  type Attachment,
  type Failure,
  type Message,
  type RunContext,
} from '@mailwright/core';
import { z } from 'zod';
import { namePattern, type NamePattern } from './name-pattern.ts';

const Saved = z.object({
  path: z.string(),
  size: z.number(),
  sha256: z.string(),
  filename: z.string(),
  contentType: z.string(),
  ref: z.object({ folder: z.string(), id: z.string() }),
});
const Skipped = z.object({ filename: z.string(), reason: z.string(), ref: z.object({ folder: z.string(), id: z.string() }) });

const input = z.strictObject({
  messages: Selection,
  to: file({ title: 'Folder on disk', description: 'Relative to the folder of this run' }),
  names: z.string().optional().meta({ title: 'Names', description: 'Patterns such as *.pdf; several with ; between' }),
  types: z
    .array(z.string())
    .optional()
    .meta(more({ title: 'Content types', description: 'Such as application/pdf or image/*' })),
  minSize: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta(more({ title: 'At least this many bytes' })),
  maxSize: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta(more({ title: 'At most this many bytes' })),
  inline: z
    .boolean()
    .default(false)
    .meta(more({ title: 'Inline images too', description: 'Pictures that the text shows, such as logos' })),
  name: z
    .string()
    .default('{name}')
    .meta(more({ title: 'File name', description: '{name} {ext} {subject} {from} {date} {time} {n} {id}' })),
  overwrite: z
    .enum(['number', 'skip', 'replace', 'fail'])
    .default('number')
    .meta(more({ title: 'If the file exists' })),
  partial: Partial,
});
type Wanted = z.output<typeof input>;

export const saveAttachments = defineAction({
  id: 'email.save-attachments',
  title: 'Save attachments',
  summary: 'Saves attachments to disk, streamed, under safe names. A file appears only when it is whole.',
  line: 'Save {names} attachments of {messages} to {to}',
  effect: 'write',
  needs: ['read'],
  input,
  output: z.object({ files: z.array(Saved), skipped: z.array(Skipped), count: z.number().int(), failed: z.array(Failed) }),
  async run(wanted, ctx) {
    const nameFor = namePattern(wanted.name, ctx.session.timeZone);
    const done: Done = { files: [], skipped: [] };
    const failures: Failure[] = [];
    for await (const refs of select(wanted.messages, ctx)) {
      for (const ref of refs) {
        try {
          await saveOf(await ctx.mailbox.read(ref), wanted, nameFor, ctx, done);
        } catch (error) {
          if (!EmailError.is(error) || error.session === 'lost') throw error;
          failures.push({ ref, error });
        }
      }
    }
    return conclude({ ...done, count: done.files.length }, failures, wanted.partial);
  },
});

interface Done {
  readonly files: z.output<typeof Saved>[];
  readonly skipped: z.output<typeof Skipped>[];
}

/** The attachments of one message, one after the other. */
async function saveOf(message: Message, wanted: Wanted, nameFor: NamePattern, { files, signal }: RunContext, done: Done): Promise<void> {
  let number = 0;
  for (const attachment of message.attachments) {
    signal.throwIfAborted();
    const { filename, contentType } = attachment;
    const about = { filename, ref: { folder: message.ref.folder, id: message.ref.id } };
    const reason = unwanted(attachment, wanted);
    if (reason !== undefined) {
      done.skipped.push({ ...about, reason });
      continue;
    }
    const name = `${wanted.to}/${nameFor(message, nameOf(attachment), ++number)}`;
    const { path, size, sha256, skipped } = await files.save(name, await attachment.open(), { overwrite: wanted.overwrite });
    if (skipped) done.skipped.push({ ...about, reason: 'the file exists already' });
    else done.files.push({ path, size, sha256, contentType, ...about });
  }
}

/** An attached message is a file of its own kind; what has no name gets one from its type. */
function nameOf({ filename, contentType }: Attachment): string {
  if (contentType === 'message/rfc822') return /\.eml$/i.test(filename) ? filename : `${filename || 'message'}.eml`;
  if (filename !== '') return filename;
  return contentType === 'text/calendar' ? 'invite.ics' : 'attachment';
}

function unwanted(attachment: Attachment, { names, types, minSize, maxSize, inline }: Wanted): string | undefined {
  const { contentType, size } = attachment;
  // Some programs mark every attachment as inline: only images are part of the text.
  if (attachment.inline && contentType.startsWith('image/') && !inline) return 'inline image';
  if (!fits(nameOf(attachment), names?.split(';') ?? [])) return 'the name does not fit';
  if (!fits(contentType, types ?? [])) return 'the type does not fit';
  if (size !== undefined && minSize !== undefined && size < minSize) return 'too small';
  return size !== undefined && maxSize !== undefined && size > maxSize ? 'too large' : undefined;
}

/** `*` is any text, `?` one character; case does not matter. Without a pattern everything fits. */
function fits(text: string, patterns: readonly string[]): boolean {
  const filled = patterns.map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
  return filled.length === 0 || filled.some((pattern) => compilePattern(`(?is)^${asRegex(pattern)}$`)(text));
}

const asRegex = (pattern: string) =>
  pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
