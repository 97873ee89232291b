import type { Boot, StepContent } from '../../api.ts';
import { branchesOf, findStep, kindOf, stepsIn, withNewIds, type Place, type Steps } from '../automation/content.ts';
import { editor } from '../automation/editor-store.ts';
import { newStep, placeAfter, type Block } from '../palette/blocks.ts';
import { t } from '../text/text.ts';
import { announce, toast } from '../ui/index.ts';
import { focusRow, setCollapsed } from './focus.ts';
import { wordsOf } from './words.ts';

const stepsNow = (): Steps => editor.get()?.history?.now.content.steps ?? [];
const selectedNow = (): string | null => editor.get()?.history?.now.selected ?? null;

function told(key: 'steps.added' | 'steps.moved' | 'steps.pasted', id: string, boot: Boot): void {
  const found = findStep(stepsNow(), id);
  if (!found) return;
  announce(t(key, { title: wordsOf(found.step, boot).title, number: found.number }));
  focusRow(id);
}

/** Adds a block; without a place: below the selected step, or into it where it is an empty block. */
export function addBlock(block: Block, boot: Boot, place: Place = placeAfter(stepsNow(), selectedNow())): void {
  const step = newStep(block, stepsNow(), place);
  if (place.parent !== null) setCollapsed(place.parent, false);
  if (editor.do({ op: 'add', steps: [step], at: place }, step.id)) told('steps.added', step.id, boot);
}
export function moveStep(id: string, place: Place, boot: Boot): void {
  if (place.parent !== null) setCollapsed(place.parent, false);
  if (editor.do({ op: 'move', id, at: place }, id)) told('steps.moved', id, boot);
}

export type Direction = 'up' | 'down' | 'in' | 'out';
/** Where a step goes; undefined: it cannot go there. At the edge of a branch it goes on into the next one, or out. */
export function placeTowards(steps: Steps, id: string, direction: Direction): Place | undefined {
  const found = findStep(steps, id);
  if (!found) return undefined;
  const { place, parents } = found;
  const parent = parents.at(-1);
  const around = parent && findStep(steps, parent.id)?.place;
  const siblings = parent ? stepsIn(parent, place.branch) : steps;
  const branches = parent ? branchesOf(parent) : [];
  const at = branches.indexOf(place.branch);
  switch (direction) {
    case 'up': {
      if (place.index > 0) return { ...place, index: place.index - 1 };
      const before = branches[at - 1];
      if (parent && before) return { parent: parent.id, branch: before, index: stepsIn(parent, before).length };
      return around;
    }
    case 'down': {
      if (place.index < siblings.length - 1) return { ...place, index: place.index + 2 };
      const after = branches[at + 1];
      if (parent && after) return { parent: parent.id, branch: after, index: 0 };
      return around && { ...around, index: around.index + 1 };
    }
    case 'out':
      return around && { ...around, index: around.index + 1 };
    case 'in': {
      const block = siblings[place.index - 1];
      const branch = block && branchesOf(block)[0];
      return block && branch && { parent: block.id, branch, index: stepsIn(block, branch).length };
    }
  }
}
export function moveTowards(id: string, direction: Direction, boot: Boot): void {
  const place = placeTowards(stepsNow(), id, direction);
  if (place) moveStep(id, place, boot);
  else announce(t('steps.cannotMove'));
}

/** Deletes a step; the one after it, before it or around it is selected. */
export function removeStep(id: string, boot: Boot): void {
  const found = findStep(stepsNow(), id);
  if (!found) return;
  const parent = found.parents.at(-1);
  const siblings = parent ? stepsIn(parent, found.place.branch) : stepsNow();
  const next = siblings[found.place.index + 1] ?? siblings[found.place.index - 1] ?? parent;
  editor.do({ op: 'remove', id }, next?.id ?? null);
  announce(t('steps.deleted', { title: wordsOf(found.step, boot).title, number: found.number }));
  if (next) focusRow(next.id);
}
export function toggleOff(id: string): void {
  const step = findStep(stepsNow(), id)?.step;
  if (!step) return;
  const { off, ...rest } = step;
  editor.do({ op: 'change', step: (off === true ? rest : { ...step, off: true }) as StepContent });
  announce(t(off === true ? 'steps.isOn' : 'steps.isOff'));
}

const MARK = 'mailwright/steps';
/** Steps as text for the clipboard; pasted into a text editor they can be read. */
export function copyText(id: string): string | undefined {
  const step = findStep(stepsNow(), id)?.step;
  return step && JSON.stringify({ [MARK]: [step] }, null, 2);
}
export function stepsOfText(text: string): Steps | undefined {
  try {
    const steps = (JSON.parse(text) as Record<string, unknown> | null)?.[MARK];
    const isStep = (one: unknown) => typeof one === 'object' && one !== null && typeof (one as StepContent).id === 'string';
    return Array.isArray(steps) && steps.every(isStep) ? (steps as Steps) : undefined;
  } catch {
    return undefined;
  }
}
/** Pastes below a step, or where the selection is; every step gets a new id. */
export function pasteSteps(steps: Steps, boot: Boot, below: string | null = selectedNow()): void {
  const content = editor.get()?.history?.now.content;
  if (!content) return;
  const fresh = withNewIds(steps, content);
  const first = fresh[0];
  if (!first) return;
  editor.do({ op: 'add', steps: fresh, at: placeAfter(content.steps, below) }, first.id);
  told('steps.pasted', first.id, boot);
}
export function duplicate(id: string, boot: Boot): void {
  const content = editor.get()?.history?.now.content;
  const found = content && findStep(content.steps, id);
  if (!content || !found) return;
  const [fresh] = withNewIds([found.step], content);
  if (!fresh) return;
  editor.do({ op: 'add', steps: [fresh], at: { ...found.place, index: found.place.index + 1 } }, fresh.id);
  told('steps.pasted', fresh.id, boot);
}
export async function copyStep(id: string): Promise<void> {
  const text = copyText(id);
  if (text !== undefined) await navigator.clipboard.writeText(text).then(() => announce(t('steps.copied')), unavailable);
}
export async function pasteFromClipboard(boot: Boot, below: string): Promise<void> {
  const text = await navigator.clipboard.readText().catch(() => unavailable());
  const steps = text === undefined ? undefined : stepsOfText(text);
  if (steps) pasteSteps(steps, boot, below);
  else if (text !== undefined) toast(t('steps.nothingToPaste'), 'bad');
}
function unavailable(): undefined {
  toast(t('steps.noClipboard'), 'bad');
  return undefined;
}
export const isBlock = (step: StepContent): boolean => branchesOf(step).length > 0 && kindOf(step) !== 'action';
