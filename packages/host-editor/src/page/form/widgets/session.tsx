import { useEffect, useState } from 'react';
import type { SessionShown } from '../../../api.ts';
import { useBoot } from '../../boot.ts';
import { call } from '../../client.ts';
import { useText } from '../../text/text.ts';
import { ComboBox } from '../../ui/combo-box.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useForm } from '../form-context.ts';
import { openersAbove } from '../model/scope.ts';
import type { WidgetProps } from '../widget.ts';
import { shown } from './simple.tsx';

/** A new name where the step opens the session; else the names that steps above opened. */
export function SessionWidget({ field, value, proposal, error, hint, onChange }: WidgetProps) {
  const t = useText();
  const { definitions } = useBoot();
  const { content, step } = useForm();
  const opens = definitions.some(
    ({ id, kind }) => id === step['action'] && kind === 'session' && 'server' in propertiesOf(id, definitions),
  );
  const names = [...new Set(openersAbove(content, step.id, definitions).map(({ session }) => session))];
  const common = {
    label: field.title,
    value: shown(value),
    ...(proposal !== undefined && { placeholder: shown(proposal) }),
    ...(hint !== undefined && { hint }),
    ...(error !== undefined && { error }),
    onChange: (text: string) => onChange(text === '' ? undefined : text),
  };
  const isSaved = field.schema['x-ui']?.insteadOf !== undefined;
  const saved = useSavedSessions(isSaved);
  if (isSaved)
    return (
      <ComboBox {...common} options={saved.map(({ name, server }) => ({ id: name, text: name, note: server, icon: 'server' as const }))} />
    );
  if (opens) return <TextField {...common} hint={t('form.sessionHint')} />;
  return <ComboBox {...common} options={names.map((name) => ({ id: name, text: name, icon: 'connect' as const }))} />;
}

const propertiesOf = (id: string, definitions: ReturnType<typeof useBoot>['definitions']): object =>
  (definitions.find((one) => one.id === id)?.input['properties'] as object | undefined) ?? {};

/** The sessions that are saved, once they are asked for. */
function useSavedSessions(wanted: boolean): readonly SessionShown[] {
  const [saved, setSaved] = useState<readonly SessionShown[]>([]);
  useEffect(() => {
    if (!wanted) return undefined;
    const gone = new AbortController();
    call<readonly SessionShown[]>('GET', 'sessions', undefined, gone.signal).then(setSaved, () => setSaved([]));
    return () => gone.abort();
  }, [wanted]);
  return saved;
}
