import { EmailError, type MessageRef } from '@mailwright/core';
import type { Folders, Located } from './folders.ts';

/** A folder and the numbering (UIDVALIDITY) under which its UIDs hold. */
export interface Place {
  readonly located: Located;
  readonly uidValidity: string;
}

/** The opaque id of a reference: `uidvalidity.uid`. */
export const refOf = ({ located, uidValidity }: Place, uid: number): MessageRef => ({
  folder: located.folder.path,
  id: `${uidValidity}.${uid}`,
});

/** The two numbers of a reference. Errors: `message.not_found` for one that is none of ours. */
export function numbersOf({ folder, id }: MessageRef): { readonly uidValidity: string; readonly uid: number } {
  const [, uidValidity, uid] = /^(\d{1,20})\.(\d{1,10})$/.exec(id) ?? [];
  if (uidValidity === undefined) throw new EmailError('message.not_found', { folder, id });
  return { uidValidity, uid: Number(uid) };
}

/** A message asked for, and where it stood in the request. */
export interface Asked {
  readonly ref: MessageRef;
  readonly index: number;
  readonly uid: number;
}
export interface Group {
  readonly place: Place;
  readonly asked: readonly Asked[];
}

/** References by folder and numbering, in the order of their first message. `refuse` hears of those that cannot be found. */
export async function groupByPlace(
  refs: readonly MessageRef[],
  folders: Folders,
  refuse: (index: number, error: EmailError) => void,
): Promise<readonly Group[]> {
  const groups = new Map<string, { place: Place; asked: Asked[] }>();
  for (const [index, ref] of refs.entries())
    try {
      const { uidValidity, uid } = numbersOf(ref);
      const key = `${uidValidity} ${ref.folder}`;
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { place: { located: await folders.locate(ref.folder), uidValidity }, asked: [] }));
      group.asked.push({ ref, index, uid });
    } catch (error) {
      if (!EmailError.is(error, 'folder') && !EmailError.is(error, 'message')) throw error;
      refuse(index, error as EmailError);
    }
  return [...groups.values()];
}
