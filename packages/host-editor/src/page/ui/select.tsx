import { Button, ListBox, ListBoxItem, Popover, Select as AriaSelect, SelectValue } from 'react-aria-components';
import { FieldLabel, FieldNotes, type FieldProps } from './field.tsx';
import { Icon, type IconName } from './icon.tsx';
import './overlay.css';

export interface Option {
  readonly id: string;
  readonly text: string;
  readonly note?: string;
  readonly icon?: IconName;
}
export interface SelectProps extends FieldProps {
  readonly options: readonly Option[];
  readonly value: string | null;
  readonly onChange: (id: string) => void;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
  readonly isRequired?: boolean;
}
/** One of a few. */
export function Select({
  label,
  hint,
  error,
  bare,
  options,
  value,
  onChange,
  placeholder,
  isDisabled = false,
  isRequired = false,
}: SelectProps) {
  return (
    <AriaSelect
      className="field"
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      isDisabled={isDisabled}
      isInvalid={error !== undefined}
      {...(placeholder !== undefined && { placeholder })}
    >
      <FieldLabel label={label} {...(bare && { bare })} isRequired={isRequired} />
      <Button className="input select-button">
        <SelectValue className="select-value" />
        <Icon name="collapse" size={15} />
      </Button>
      <FieldNotes hint={hint} {...(error !== undefined && { error })} />
      <Popover className="popover">
        <ListBox className="options">
          {options.map((option) => (
            <OptionItem key={option.id} {...option} />
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** `typed`: what stands in a text field once it is chosen. */
export function OptionItem({ id, text, note, icon, typed = text }: Option & { readonly typed?: string }) {
  return (
    <ListBoxItem id={id} textValue={typed} className="menu-item">
      {icon && <Icon name={icon} />}
      <span className="menu-item-text">
        {text}
        {note !== undefined && <span className="menu-item-note">{note}</span>}
      </span>
    </ListBoxItem>
  );
}
