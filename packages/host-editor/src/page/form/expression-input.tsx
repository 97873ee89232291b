import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { Input, TextArea, TextField, ToggleButton } from 'react-aria-components';
import { useBoot } from '../boot.ts';
import { useText } from '../text/text.ts';
import { FieldLabel, FieldNotes } from '../ui/field.tsx';
import { useForm } from './form-context.ts';
import { complete, completed, type Completions } from './model/complete.ts';
import './expression.css';

export interface ExpressionInputProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly bare?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  readonly placeholder?: string | undefined;
  readonly isRequired?: boolean;
  readonly lines?: number;
  readonly mono?: boolean;
  /** Beside the label, in place of the button that begins an expression. */
  readonly toggle?: React.ReactNode;
}

type Box = HTMLInputElement & HTMLTextAreaElement;

/** A text that may hold `{{ }}`; after the braces the names and functions that are known here are offered. */
export function ExpressionInput(props: ExpressionInputProps) {
  const {
    label,
    hint,
    error,
    bare = false,
    value,
    onChange,
    onBlur,
    placeholder,
    isRequired = false,
    lines = 1,
    mono = false,
    toggle,
  } = props;
  const t = useText();
  const list = useId();
  const box = useRef<Box>(null);
  const offers = useOffers(box, value, onChange);
  const look = {
    className: mono ? 'input mono' : 'input',
    ref: box,
    autoComplete: 'off',
    spellCheck: lines > 1,
    'aria-autocomplete': 'list',
    ...(placeholder !== undefined && { placeholder }),
    ...(offers.open && { 'aria-expanded': true, 'aria-controls': list, 'aria-activedescendant': `${list}-${offers.at}` }),
    ...(lines === 1 && { role: 'combobox', 'aria-expanded': offers.open }),
    onKeyDown: offers.onKeyDown,
    onSelect: offers.look,
    onBlur: offers.close,
  } as const;
  return (
    <div className="field-with-toggle">
      <TextField className="field" value={value} onChange={onChange} isInvalid={error !== undefined} {...(onBlur && { onBlur })}>
        <FieldLabel label={label} bare={bare} isRequired={isRequired} />
        {lines > 1 ? <TextArea {...look} rows={lines} /> : <Input {...look} />}
        <FieldNotes hint={hint} {...(error !== undefined && { error })} />
      </TextField>
      {toggle ?? <FxButton isSelected={false} label={t('form.insertExpression', { field: label })} onPress={offers.begin} bare={bare} />}
      {offers.open && <Offers id={list} {...offers} />}
    </div>
  );
}

/** The mark of expressions, at the end of the label's line. */
export function FxButton({
  isSelected,
  label,
  onPress,
  bare = false,
}: {
  readonly isSelected: boolean;
  readonly label: string;
  readonly onPress: () => void;
  readonly bare?: boolean;
}) {
  return (
    <ToggleButton
      className={bare ? 'fx fx-inside' : 'fx'}
      isSelected={isSelected}
      onPress={onPress}
      aria-label={label}
      excludeFromTabOrder={false}
    >
      fx
    </ToggleButton>
  );
}

interface OffersState {
  readonly open: boolean;
  readonly at: number;
  readonly found: Completions | undefined;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly look: () => void;
  readonly close: () => void;
  readonly begin: () => void;
  readonly take: (at: number) => void;
}

function useOffers(box: React.RefObject<Box | null>, value: string, onChange: (value: string) => void): OffersState {
  const { functions } = useBoot();
  const { names } = useForm();
  const [caret, setCaret] = useState<number>();
  const [at, setAt] = useState(0);
  const found = caret === undefined ? undefined : complete(value, caret, names, functions);
  const open = found !== undefined;
  const look = () => {
    const next = box.current?.selectionStart ?? undefined;
    if (next === caret) return;
    setCaret(next);
    setAt(0);
  };
  const put = (text: string, place: number) => {
    onChange(text);
    setCaret(place);
    setAt(0);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(place, place);
    });
  };
  const take = (index: number) => {
    const option = found?.options[index];
    if (!found || !option || caret === undefined) return;
    const next = completed(value, caret, found.from, option.insert);
    put(next.text, next.caret);
  };
  const begin = () => {
    const place = box.current?.selectionStart ?? value.length;
    put(`${value.slice(0, place)}{{ ${value.slice(place)}`, place + 3);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = found?.options.length ?? 0;
    if (!open || count === 0) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) setAt((at + move + count) % count);
    else if (event.key === 'Enter' || event.key === 'Tab') take(at);
    else if (event.key === 'Escape') setCaret(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { open, at, found, onKeyDown, look, close: () => setCaret(undefined), begin, take };
}

function Offers({ id, found, at, take }: OffersState & { readonly id: string }) {
  const t = useText();
  return (
    <ul className="offers popover" role="listbox" id={id} aria-label={t('form.offers')}>
      {found?.options.map((option, index) => (
        <li
          key={option.label}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          className="offer"
          ref={(item) => {
            if (index === at) item?.scrollIntoView({ block: 'nearest' });
          }}
          onPointerDown={(event) => {
            event.preventDefault();
            take(index);
          }}
        >
          <span className={`offer-kind offer-${option.kind}`} aria-hidden>
            {option.kind === 'function' ? 'ƒ' : option.kind === 'variable' ? 'x' : option.kind === 'field' ? '.' : '◆'}
          </span>
          <span className="offer-label">{option.label}</span>
          <span className="offer-detail">{option.detail}</span>
        </li>
      ))}
    </ul>
  );
}
