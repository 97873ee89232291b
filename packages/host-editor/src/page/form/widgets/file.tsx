import { ExpressionInput } from '../expression-input.tsx';
import type { WidgetProps } from '../widget.ts';
import { ChooseFile } from './choose-file.tsx';
import { shown } from './simple.tsx';

/** A path inside the folder of the automation's runs. */
export function FileWidget({ field, value, error, hint, proposal, onChange }: WidgetProps) {
  return (
    <div className="field-with-button">
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
      <ChooseFile label={field.title} onChoose={onChange} />
    </div>
  );
}
