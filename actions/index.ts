import type { Definition } from '@mailwright/core';
import { copy } from './copy/copy.ts';
import { count } from './count/count.ts';
import { createFolder } from './create-folder/create-folder.ts';
import { disconnect } from './disconnect/disconnect.ts';
import { draft } from './draft/draft.ts';
import { erase } from './erase/erase.ts';
import { folderExists } from './folder-exists/folder-exists.ts';
import { forward } from './forward/forward.ts';
import { get } from './get/get.ts';
import { listFolders } from './list-folders/list-folders.ts';
import { loop } from './loop/loop.ts';
import { mark } from './mark/mark.ts';
import { move } from './move/move.ts';
import { read } from './read/read.ts';
import { reply } from './reply/reply.ts';
import { saveAttachments } from './save-attachments/save-attachments.ts';
import { saveMessage } from './save-message/save-message.ts';
import { send } from './send/send.ts';
import { trash } from './trash/trash.ts';

export { connect, type Parts } from './connect/connect.ts';
export { copy, count, createFolder, disconnect, draft, erase, folderExists, forward, get, listFolders, loop, mark, move, read, reply };
export { saveAttachments, saveMessage, send, trash };

/** The menu, in its order. Connect comes before it, made from the servers and login modes that there are. */
export const palette: readonly Definition[] = [
  disconnect,
  loop,
  get,
  read,
  count,
  saveAttachments,
  saveMessage,
  move,
  copy,
  mark,
  trash,
  erase,
  listFolders,
  folderExists,
  createFolder,
  send,
  reply,
  forward,
  draft,
];
