import { allSteps } from '../automation/content.ts';
import { editor, useAutomation } from '../automation/editor-store.ts';

export function StepList() {
  const steps = useAutomation()?.history?.now.content.steps ?? [];
  return (
    <div>
      {[...allSteps(steps)].map(({ step, number }) => (
        <button key={step.id} type="button" onClick={() => editor.select(step.id)}>
          {number} {step.id}
        </button>
      ))}
    </div>
  );
}
