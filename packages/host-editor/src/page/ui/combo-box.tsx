import { Button, ComboBox as AriaComboBox, Input, ListBox, Popover } from 'react-aria-components';
import { FieldLabel, FieldNotes, type FieldProps } from './field.tsx';
import { Icon } from './icon.tsx';
import { OptionItem, type Option } from './select.tsx';

export interface ComboBoxProps extends FieldProps {
  readonly options: readonly Option[];
  /** Any text; a chosen option puts its id here. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly isDisabled?: boolean;
  readonly isRequired?: boolean;
  readonly onOpen?: () => void;
}
/** A text with proposals; what is typed counts as it stands. */
export function ComboBox({
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
  onOpen,
}: ComboBoxProps) {
  return (
    <AriaComboBox
      className="field"
      inputValue={value}
      onInputChange={onChange}
      onOpenChange={(open) => open && onOpen?.()}
      isDisabled={isDisabled}
      isInvalid={error !== undefined}
      allowsCustomValue
      menuTrigger="focus"
    >
      <FieldLabel label={label} {...(bare && { bare })} isRequired={isRequired} />
      <div className="combo">
        <Input className="input" {...(placeholder !== undefined && { placeholder })} />
        <Button className="combo-open">
          <Icon name="collapse" size={15} />
        </Button>
      </div>
      <FieldNotes hint={hint} {...(error !== undefined && { error })} />
      <Popover className="popover">
        <ListBox className="options">
          {options.map((option) => (
            <OptionItem key={option.id} {...option} typed={option.id} />
          ))}
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}
