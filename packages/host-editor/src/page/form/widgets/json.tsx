import { useState } from 'react';
import type { Json } from '../../../api.ts';
import { useText } from '../../text/text.ts';
import { TextField } from '../../ui/text-field.tsx';
import { same } from '../model/value.ts';
import type { WidgetProps } from '../widget.ts';

/** What has no form of its own, as JSON; text that is none stays in the page until it is. */
export function JsonWidget({ field, value, error, hint, onChange }: WidgetProps) {
  const t = useText();
  const [typed, setTyped] = useState<string>();
  const read = typed === undefined ? undefined : readJson(typed);
  const isCurrent = typed !== undefined && (read === undefined || same(read.value, value));
  const broken = typed !== undefined && read === undefined;
  return (
    <TextField
      label={field.title}
      {...(hint !== undefined && { hint })}
      {...(broken ? { error: t('form.noJson') } : error !== undefined && { error })}
      value={isCurrent ? typed : value === undefined ? '' : JSON.stringify(value, null, 2)}
      lines={6}
      mono
      onChange={(text) => {
        setTyped(text);
        const next = readJson(text);
        if (next) onChange(next.value);
      }}
    />
  );
}

/** A text that is one expression counts as it stands. */
export function readJson(text: string): { readonly value: Json | undefined } | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return { value: undefined };
  if (trimmed.startsWith('{{') && trimmed.endsWith('}}')) return { value: trimmed };
  try {
    return { value: JSON.parse(trimmed) as Json };
  } catch {
    return undefined;
  }
}
