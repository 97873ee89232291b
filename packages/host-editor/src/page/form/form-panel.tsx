import type { StepContent } from '../../api.ts';

/** The form of one step. */
export function FormPanel({ step }: { readonly step: StepContent }) {
  return <pre className="code-view">{JSON.stringify(step, null, 2)}</pre>;
}
