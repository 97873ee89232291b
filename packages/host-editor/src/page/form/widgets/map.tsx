import { useState } from 'react';
import type { Json } from '../../../api.ts';
import { useText } from '../../text/text.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ExpressionInput } from '../expression-input.tsx';
import { Submit } from '../submit.tsx';
import { isObject } from '../model/schema.ts';
import type { WidgetProps } from '../widget.ts';
import { shown } from './simple.tsx';

/** Names and their values, such as further headers. */
export function MapWidget({ field, value, error, hint, onChange }: WidgetProps) {
  const t = useText();
  const [name, setName] = useState('');
  const entries = isObject(value) ? Object.entries(value) : [];
  const put = (next: readonly (readonly [string, Json])[]) => onChange(next.length === 0 ? undefined : Object.fromEntries(next));
  const add = () => {
    if (name.trim() === '') return;
    put([...entries, [name.trim(), '']]);
    setName('');
  };
  return (
    <div className="field" role="group" aria-label={field.title}>
      <span className="field-label">{field.title}</span>
      {hint !== undefined && <span className="field-hint">{hint}</span>}
      {entries.map(([key, one], index) => (
        <div className="list-item" key={key}>
          <ExpressionInput label={key} value={shown(one)} onChange={(text) => put(entries.with(index, [key, text]))} />
          <IconButton icon="close" label={t('form.removeNamed', { name: key })} onPress={() => put(entries.toSpliced(index, 1))} />
        </div>
      ))}
      <Submit onSubmit={add}>
        <div className="list-item">
          <TextField label={t('common.name')} bare placeholder={t('common.name')} value={name} onChange={setName} />
          <Button variant="quiet" icon="add" onPress={add} isDisabled={name.trim() === ''}>
            {t('common.add')}
          </Button>
        </div>
      </Submit>
      {error !== undefined && <span className="field-error">{error}</span>}
    </div>
  );
}
