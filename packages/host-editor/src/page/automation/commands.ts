import { focusRow } from '../steps/focus.ts';
import { t } from '../text/text.ts';
import { announce, toast } from '../ui/index.ts';
import { editor } from './editor-store.ts';

export function undo(): void {
  if (editor.undo()) back('top.undo');
}
export function redo(): void {
  if (editor.redo()) back('top.redo');
}
/** The focus returns to the step that was changed: what had it may be gone. */
function back(key: 'top.undo' | 'top.redo'): void {
  announce(t(key));
  const selected = editor.get()?.history?.now.selected ?? null;
  if (selected !== null) focusRow(selected);
}
/** Shows what is in the file now, and says so where that is something else. True: it was. */
export async function refresh(): Promise<boolean> {
  const isOther = await editor.refresh();
  if (isOther) toast(t('conflict.refreshed', { file: editor.get()?.file ?? '' }));
  return isOther;
}
/** Saves and says so. A run asks for it first: what runs is what is in the file. */
export async function save(): Promise<boolean> {
  const ok = await editor.save();
  const error = editor.get()?.error;
  if (ok) announce(t('top.saved'));
  else if (error) toast(`${error.message} ${error.fix}`, 'bad');
  return ok;
}
