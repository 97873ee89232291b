import { useEffect, useState } from 'react';
import type { ConnectionShown } from '../../../api.ts';
import { call } from '../../client.ts';
import { useText } from '../../text/text.ts';
import { ComboBox } from '../../ui/combo-box.tsx';
import type { WidgetProps } from '../widget.ts';
import { shown } from './simple.tsx';

/** The name of a managed connection: those that are set up here, each with its state. */
export function ConnectionWidget({ field, value, error, hint, onChange }: WidgetProps) {
  const t = useText();
  const [known, setKnown] = useState<readonly ConnectionShown[]>([]);
  useEffect(() => void call<readonly ConnectionShown[]>('GET', 'connections').then(setKnown, () => setKnown([])), []);
  const options = known.map(({ name, owners }) => ({
    id: name,
    text: name,
    note: owners.map(({ state }) => t(`screens.state.${state}`)).join(', '),
    icon: 'sign-in' as const,
  }));
  return (
    <ComboBox
      label={field.title}
      isRequired={field.required}
      value={shown(value)}
      options={options}
      {...(hint !== undefined && { hint })}
      {...(error !== undefined && { error })}
      onChange={(text) => onChange(text === '' ? undefined : text)}
    />
  );
}
