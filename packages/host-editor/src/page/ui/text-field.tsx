import {
  Input,
  SearchField as AriaSearch,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components';
import { FieldLabel, FieldNotes, type FieldProps } from './field.tsx';
import { Icon } from './icon.tsx';

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'children' | 'className' | 'style'>, FieldProps {
  readonly placeholder?: string;
  /** More than one: a text area of so many lines. */
  readonly lines?: number;
  /** For code, patterns and expressions. */
  readonly mono?: boolean;
}
export function TextField({ label, hint, error, bare, placeholder, lines = 1, mono = false, ...rest }: TextFieldProps) {
  const look = { className: mono ? 'input mono' : 'input', ...(placeholder !== undefined && { placeholder }) };
  return (
    <AriaTextField {...rest} isInvalid={error !== undefined} className="field">
      <FieldLabel label={label} {...(bare && { bare })} isRequired={rest.isRequired ?? false} />
      {lines > 1 ? <TextArea {...look} rows={lines} /> : <Input {...look} />}
      <FieldNotes hint={hint} {...(error !== undefined && { error })} />
    </AriaTextField>
  );
}

/** A search box; Escape empties it. */
export function SearchField({
  label,
  value,
  onChange,
  onKeyDown,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onKeyDown?: (event: { readonly key: string; preventDefault(): void }) => void;
}) {
  return (
    <AriaSearch aria-label={label} value={value} onChange={onChange} className="search">
      <Icon name="search" size={15} />
      <Input className="input" placeholder={label} {...(onKeyDown && { onKeyDown })} />
    </AriaSearch>
  );
}
