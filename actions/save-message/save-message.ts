import { EmailError, Failed, Partial, Ref, Selection, conclude, defineAction, file, more, select, type Failure } from '@mailwright/core';
import { z } from 'zod';
import { namePattern } from '../save-attachments/name-pattern.ts';

const Saved = z.object({ path: z.string(), size: z.number(), sha256: z.string(), ref: Ref });

export const saveMessage = defineAction({
  id: 'email.save-message',
  title: 'Save message',
  summary: 'Saves messages as .eml files, byte for byte as the server has them. A file appears only when it is whole.',
  line: 'Save {messages} to {to}',
  effect: 'write',
  needs: ['read'],
  input: z.strictObject({
    messages: Selection,
    to: file({ title: 'Folder on disk', description: 'Relative to the folder of this run' }),
    name: z
      .string()
      .default('{date} {subject}')
      .meta(more({ title: 'File name', description: '{subject} {from} {date} {time} {n} {id}; .eml is added' })),
    overwrite: z
      .enum(['number', 'skip', 'replace', 'fail'])
      .default('number')
      .meta(more({ title: 'If the file exists' })),
    partial: Partial,
  }),
  output: z.object({ files: z.array(Saved), skipped: z.array(Saved), count: z.number().int(), failed: z.array(Failed) }),
  async run({ messages, to, name, overwrite, partial }, ctx) {
    const nameFor = namePattern(name, ctx.session.timeZone);
    const files: z.output<typeof Saved>[] = [];
    const skipped: z.output<typeof Saved>[] = [];
    const failures: Failure[] = [];
    let n = 0;
    for await (const refs of select(messages, ctx))
      for (const ref of refs)
        try {
          ctx.signal.throwIfAborted();
          const message = await ctx.mailbox.read(ref);
          const path = `${to}/${emlName(nameFor(message, 'message.eml', ++n))}`;
          const { skipped: kept, ...saved } = await ctx.files.save(path, await message.raw(), { overwrite });
          (kept ? skipped : files).push({ ...saved, ref: { folder: ref.folder, id: ref.id } });
        } catch (error) {
          if (!EmailError.is(error) || error.session === 'lost') throw error;
          failures.push({ ref, error });
        }
    return conclude({ files, skipped, count: files.length }, failures, partial);
  },
});

/** A subject may end like a program's name: the file is a mail all the same. */
function emlName(name: string): string {
  const blank = name.split('/').at(-1)?.trim() === '';
  return /\.eml$/i.test(name) ? name : `${name.trimEnd()}${blank ? 'message' : ''}.eml`;
}
