import { defineAction, folder } from '@mailwright/core';
import { z } from 'zod';

export const createFolder = defineAction({
  id: 'email.create-folder',
  title: 'Create folder',
  summary: 'Creates a folder with the folders above it. One that is there already is no error.',
  line: 'Create folder {folder}',
  effect: 'write',
  needs: ['createFolder'],
  input: z.strictObject({ folder: folder({ title: 'Folder', description: 'The whole path, with / between levels' }) }),
  output: z.object({ path: z.string(), created: z.boolean() }),
  async run({ folder: wanted }, { mailbox }) {
    const { path, created } = await mailbox.createFolder(wanted);
    return { path, created };
  },
});
