import type { ProblemShown } from '../../api.ts';
import { editor } from '../automation/editor-store.ts';
import { placeOf } from './model/problems.ts';

const FRAMES = 60;
const BOXES = 'input:not([type="hidden"]), textarea';

/** Selects the step of a problem, opens what its field is hidden behind, and puts the focus into it. */
export function goToProblem(problem: ProblemShown): void {
  const { id } = problem;
  if (id === undefined) return;
  editor.select(id);
  let left = FRAMES;
  const look = () => {
    const form = document.querySelector(`.form[data-step="${CSS.escape(id)}"]`);
    const field = form && fieldAt(form, placeOf(problem, true) ?? '');
    if (field) focusIn(field);
    else if (left-- > 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** The field of a pointer, or the nearest one around it. */
function fieldAt(form: Element, pointer: string): HTMLElement | undefined {
  for (let place = pointer; place !== ''; place = place.slice(0, place.lastIndexOf('/'))) {
    const found = form.querySelector<HTMLElement>(`[data-field="${CSS.escape(place)}"]`);
    if (found) return found;
  }
  return undefined;
}

function focusIn(field: HTMLElement): void {
  if (!field.checkVisibility()) field.closest('.more')?.querySelector<HTMLElement>('.more-button')?.click();
  requestAnimationFrame(() => {
    field.scrollIntoView({ block: 'center' });
    // The box to type in comes before the tabs and buttons around it.
    const control = field.querySelector<HTMLElement>(BOXES) ?? field.querySelector<HTMLElement>('button');
    control?.focus({ preventScroll: true });
  });
}
