import { ExpressionInput } from '../expression-input.tsx';
import type { WidgetProps } from '../widget.ts';
import { shown } from './simple.tsx';

/** A path inside the automation's folder. */
export function FileWidget({ field, value, error, hint, proposal, onChange }: WidgetProps) {
  return (
    <ExpressionInput
      label={field.title}
      hint={hint}
      error={error}
      value={shown(value)}
      placeholder={proposal === undefined ? undefined : shown(proposal)}
      isRequired={field.required}
      mono
      onChange={(text) => onChange(text === '' ? undefined : text)}
    />
  );
}
