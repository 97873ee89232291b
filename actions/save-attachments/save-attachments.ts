import {
  Failed,
  Partial,
  Selection,
  conclude,
  defineAction,
  file,
  select,
  EmailError,
  type Attachment,
  type Failure,
  type Message,
  type SavedFile,
} from '@mailwright/core';
import { z } from 'zod';
import { namePattern } from './name-pattern.ts';

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
  types: z.array(z.string()).optional().meta({ title: 'Content types', description: 'Such as application/pdf or image/*' }),
  minSize: z.number().int().min(0).optional().meta({ title: 'At least this many bytes' }),
  maxSize: z.number().int().min(0).optional().meta({ title: 'At most this many bytes' }),
  inline: z.boolean().default(false).meta({ title: 'Inline images too' }),
  name: z.string().default('{name}').meta({ title: 'File name', description: '{name} {ext} {subject} {from} {date} {time} {n} {id}' }),
  overwrite: z.enum(['number', 'skip', 'replace', 'fail']).default('number').meta({ title: 'If the file exists' }),
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
    const files: z.output<typeof Saved>[] = [];
    const skipped: z.output<typeof Skipped>[] = [];
    const failures: Failure[] = [];
    const nameFor = namePattern(wanted.name, ctx.session.timeZone);
    for await (const refs of select(wanted.messages, ctx)) {
      for (const ref of refs) {
        try {
          const message = await ctx.mailbox.read(ref);
          for (const [index, attachment] of message.attachments.entries()) {
            ctx.signal.throwIfAborted();
            const about = { filename: attachment.filename, ref: { folder: ref.folder, id: ref.id } };
            const reason = unwanted(attachment, wanted);
            const saved =
              reason === undefined ? await save(attachment, `${wanted.to}/${nameFor(message, nameOf(attachment), index + 1)}`) : undefined;
            if (!saved || saved.skipped) skipped.push({ ...about, reason: reason ?? 'the file exists already' });
            else files.push({ path: saved.path, size: saved.size, sha256: saved.sha256, contentType: attachment.contentType, ...about });
          }
        } catch (error) {
          if (!EmailError.is(error) || error.session === 'lost') throw error;
          failures.push({ ref, error });
        }
      }
    }
    return conclude({ files, skipped, count: files.length }, failures, wanted.partial);

    async function save(attachment: Attachment, name: string): Promise<SavedFile> {
      return ctx.files.save(name, await attachment.open(), { overwrite: wanted.overwrite });
    }
  },
});

/** An attached message is a file of its own kind; what has no name gets one from its type. */
function nameOf({ filename, contentType }: Message['attachments'][number]): string {
  if (contentType === 'message/rfc822') return /\.eml$/i.test(filename) ? filename : `${filename || 'message'}.eml`;
  if (filename !== '') return filename;
  return contentType === 'text/calendar' ? 'invite.ics' : 'attachment';
}

function unwanted(attachment: Attachment, { names, types, minSize, maxSize, inline }: Wanted): string | undefined {
  const { contentType, size } = attachment;
  if (attachment.inline && !inline) return 'inline';
  if (names !== undefined && !fits(nameOf(attachment), names.split(';'))) return 'the name does not fit';
  if (types && !fits(contentType, types)) return 'the type does not fit';
  if (size !== undefined && minSize !== undefined && size < minSize) return 'too small';
  return size !== undefined && maxSize !== undefined && size > maxSize ? 'too large' : undefined;
}

/** `*` is any text, `?` one character; case does not matter. */
function fits(text: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const source = pattern
      .trim()
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replace(/\*+/g, '[^]*')
      .replace(/\?/g, '[^]');
    return source !== '' && new RegExp(`^${source}$`, 'iu').test(text);
  });
}
