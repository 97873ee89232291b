import type { Boot } from '../../api.ts';
import { findStep } from '../automation/content.ts';
import { editor } from '../automation/editor-store.ts';
import { wordsOf } from '../steps/words.ts';
import { visible } from '../text/visible.ts';
import type { RunView } from './run-view.ts';

/** A step as people know it, "2.1 Save attachments": by its number in the run, or of one that has not run yet in the list. */
export function stepName({ names, listed }: RunView, id: string, boot: Boot): string {
  const automation = editor.get();
  const steps = automation?.file === listed.file ? automation.history?.now.content.steps : undefined;
  const inList = steps && findStep(steps, id);
  const inRun = names.get(id);
  const title = inList ? wordsOf(inList.step, boot).title : inRun?.title;
  const number = inRun?.number ?? inList?.number;
  return number === undefined || title === undefined ? id : `${number} ${visible(title)}`;
}
