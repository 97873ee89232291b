import { defineAction, folder, resolveFolder } from '@mailwright/core';
import { z } from 'zod';

export const listFolders = defineAction({
  id: 'email.list-folders',
  title: 'List folders',
  summary: 'Lists the folders of the mailbox, with the role of those that have one.',
  line: 'List folders {under}',
  effect: 'read',
  needs: ['listFolders'],
  input: z.strictObject({
    under: folder({ title: 'Below this folder' }).optional(),
    subfolders: z.boolean().default(true).meta({ title: 'With all levels below' }),
  }),
  output: z.object({
    folders: z.array(z.object({ path: z.string(), name: z.string(), role: z.string().optional() })),
    count: z.number().int(),
  }),
  async run({ under, subfolders }, { mailbox }) {
    const all = await mailbox.listFolders();
    const top = under === undefined ? '' : `${resolveFolder(under, all).path}/`;
    const folders = all
      .filter(({ path }) => path.startsWith(top) && (subfolders || !path.slice(top.length).replace(/\\./g, '').includes('/')))
      .map(({ path, name, role }) => ({ path, name, ...(role && { role }) }));
    return { folders, count: folders.length };
  },
});
