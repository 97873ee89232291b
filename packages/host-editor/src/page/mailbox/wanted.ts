import type { Boot } from '../../api.ts';

/** Files whose mailbox was asked for, as long as the page lives. */
const wanted = new Set<string>();

export const wantMailbox = (file: string): void => void wanted.add(file);
/** Whether the mailbox of a file is looked at: it was asked for, or is the demo's, which is there at once. */
export const isMailboxWanted = (file: string, boot: Boot | undefined): boolean => boot?.demo?.file === file || wanted.has(file);
