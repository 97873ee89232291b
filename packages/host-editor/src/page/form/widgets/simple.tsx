import { useState } from 'react';
import type { Json } from '../../../api.ts';
import { useText } from '../../text/text.ts';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ExpressionInput, FxButton } from '../expression-input.tsx';
import { holdsExpression } from '../model/schema.ts';
import type { WidgetProps } from '../widget.ts';
import { wordFor } from '../words.ts';
import { JsonWidget } from './json.tsx';

export const shown = (value: Json | undefined): string =>
  value === undefined || value === null
    ? ''
    : typeof value === 'string'
      ? value
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
/** An emptied text leaves the file. */
const textOf = (text: string): string | undefined => (text === '' ? undefined : text);
const proposed = (proposal: Json | undefined): string | undefined =>
  proposal === undefined || proposal === '' ? undefined : shown(proposal);

export function TextWidget(props: WidgetProps) {
  const { field, value, proposal, error, hint, onChange } = props;
  if (value !== undefined && typeof value === 'object') return <JsonWidget {...props} />;
  if (isLiteral(props)) return <Plain {...props} text={shown(value)} onText={(text) => onChange(textOf(text))} />;
  return (
    <ExpressionInput
      label={field.title}
      hint={hint}
      error={error}
      value={shown(value)}
      placeholder={proposed(proposal)}
      isRequired={field.required}
      onChange={(text) => onChange(textOf(text))}
    />
  );
}

const isLiteral = ({ field }: Pick<WidgetProps, 'field'>): boolean => field.schema['x-ui']?.literal === true;

/** A text in which no expression can stand. */
function Plain({
  field,
  proposal,
  error,
  hint,
  text,
  onText,
}: WidgetProps & { readonly text: string; readonly onText: (text: string) => void }) {
  const placeholder = proposed(proposal);
  return (
    <TextField
      label={field.title}
      value={text}
      isRequired={field.required}
      onChange={onText}
      {...(placeholder !== undefined && { placeholder })}
      {...(hint !== undefined && { hint })}
      {...(error !== undefined && { error })}
    />
  );
}

export function MultilineWidget({ field, value, error, hint, onChange }: WidgetProps) {
  return (
    <ExpressionInput
      label={field.title}
      hint={hint}
      error={error}
      value={shown(value)}
      isRequired={field.required}
      lines={5}
      onChange={(text) => onChange(textOf(text))}
    />
  );
}

/** What looks like a number is one; anything else stays as typed, and the check says so. */
export function NumberWidget(props: WidgetProps) {
  const { field, value, proposal, error, hint, onChange } = props;
  const [typed, setTyped] = useState<string>();
  const text = typed !== undefined && same(typed, value) ? typed : shown(value);
  const put = (next: string) => {
    setTyped(next);
    onChange(numberIn(next));
  };
  if (isLiteral(props)) return <Plain {...props} text={text} onText={put} />;
  return (
    <ExpressionInput
      label={field.title}
      hint={hint}
      error={error}
      value={text}
      placeholder={proposed(proposal)}
      isRequired={field.required}
      onChange={put}
    />
  );
}
const numberIn = (text: string): Json | undefined => (/^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : textOf(text));
const same = (typed: string, value: Json | undefined) => numberIn(typed) === value;

/** Its own widget, or an expression in its place; what was chosen before comes back. */
export function WithExpression({
  field,
  value,
  error,
  hint,
  onChange,
  children,
}: WidgetProps & { readonly children: (toggle: React.ReactNode) => React.ReactNode }) {
  const t = useText();
  const [asked, setAsked] = useState(false);
  const [before, setBefore] = useState<Json>();
  const isExpression = holdsExpression(value) || asked;
  const flip = () => {
    if (value !== undefined) setBefore(value);
    setAsked(!isExpression);
    onChange(holdsExpression(before) === !isExpression ? before : undefined);
  };
  if (isLiteral({ field })) return children(null);
  const label = t(isExpression ? 'form.useValue' : 'form.useExpression', { field: field.title });
  const toggle = <FxButton isSelected={isExpression} label={label} onPress={flip} />;
  if (!isExpression) return children(toggle);
  return (
    <ExpressionInput
      label={field.title}
      hint={hint}
      error={error}
      value={shown(value)}
      placeholder="{{ }}"
      isRequired={field.required}
      mono
      toggle={toggle}
      onChange={(text) => onChange(textOf(text))}
    />
  );
}

export function BooleanWidget(props: WidgetProps) {
  const { field, value, proposal, hint, error, onChange } = props;
  return (
    <WithExpression {...props}>
      {(toggle) => (
        <div className="field-with-toggle">
          <Switch
            label={field.title}
            {...(hint !== undefined && { hint })}
            isSelected={typeof value === 'boolean' ? value : proposal === true}
            onChange={(on) => onChange(on === (proposal ?? false) ? undefined : on)}
          />
          {error !== undefined && <p className="field-error">{error}</p>}
          {toggle}
        </div>
      )}
    </WithExpression>
  );
}

export function EnumWidget(props: WidgetProps) {
  const { field, value, proposal, hint, error, onChange } = props;
  const options = (field.schema.enum ?? []).map((one) => ({ id: shown(one), text: wordFor('value', shown(one)) }));
  const chosen = value ?? proposal;
  return (
    <WithExpression {...props}>
      {(toggle) => (
        <div className="field-with-toggle">
          <Select
            label={field.title}
            {...(hint !== undefined && { hint })}
            {...(error !== undefined && { error })}
            options={options}
            value={chosen === undefined ? null : shown(chosen)}
            isRequired={field.required}
            onChange={(id) => onChange(id === proposal ? undefined : (field.schema.enum ?? []).find((one) => shown(one) === id))}
          />
          {toggle}
        </div>
      )}
    </WithExpression>
  );
}
