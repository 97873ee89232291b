import type { Definition } from '@mailwright/core';
import { createFolder } from './create-folder/create-folder.ts';
import { disconnect } from './disconnect/disconnect.ts';
import { listFolders } from './list-folders/list-folders.ts';
import { loop } from './loop/loop.ts';
import { move } from './move/move.ts';
import { read } from './read/read.ts';
import { reply } from './reply/reply.ts';
import { saveAttachments } from './save-attachments/save-attachments.ts';
import { send } from './send/send.ts';

export { connect, type Parts } from './connect/connect.ts';
export { createFolder, disconnect, listFolders, loop, move, read, reply, saveAttachments, send };

/** The menu, in its order. Connect comes before it, made from the servers and login modes that there are. */
export const palette: readonly Definition[] = [disconnect, loop, read, saveAttachments, move, listFolders, createFolder, send, reply];
