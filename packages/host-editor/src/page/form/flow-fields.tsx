import { useState } from 'react';
import type { Json, StepContent } from '../../api.ts';
import { useText } from '../text/text.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { ComboBox } from '../ui/combo-box.tsx';
import { ExpressionInput } from './expression-input.tsx';
import { useForm, useTrouble } from './form-context.ts';
import { isObject } from './model/schema.ts';
import { shown } from './widgets/simple.tsx';

/** What the steps of the flow take: a condition, a list, values of variables, another automation. */
export function FlowFields({ step }: { readonly step: StepContent }) {
  const t = useText();
  if ('if' in step) return <Expression name="if" label={t('step.condition')} hint={t('step.conditionHint')} />;
  if ('loop' in step) return <Expression name="loop" label={t('step.list')} hint={t('step.listHint')} />;
  if ('set' in step) return <Assignments name="set" title={t('step.set')} />;
  if (!('call' in step)) return null;
  return (
    <>
      <Expression name="call" label={t('step.call')} hint={t('step.callHint')} isPlain />
      <Assignments name="with" title={t('step.callWith')} />
    </>
  );
}

function Expression({
  name,
  label,
  hint,
  isPlain = false,
}: {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly isPlain?: boolean;
}) {
  const { step, set, touch } = useForm();
  const { error } = useTrouble([name], step[name]);
  const value = shown(step[name]);
  return (
    <div className="form-field" data-field={`/${name}`}>
      <ExpressionInput
        label={label}
        hint={hint}
        error={error}
        value={value}
        placeholder={isPlain ? 'other.steps.yaml' : '{{ }}'}
        mono
        isRequired
        onBlur={() => {
          touch(`/${name}`);
          if (!isPlain && value.trim() !== '' && !value.includes('{{')) set([name], `{{ ${value.trim()} }}`);
        }}
        onChange={(text) => set([name], text)}
      />
    </div>
  );
}

/** Names and the values they get. */
function Assignments({ name, title }: { readonly name: 'set' | 'with'; readonly title: string }) {
  const t = useText();
  const { step, content, set } = useForm();
  const [added, setAdded] = useState('');
  const value = step[name];
  const entries = isObject(value) ? Object.entries(value) : [];
  const free = Object.entries(content.variables ?? {}).filter(
    ([key, { type }]) => type !== 'secret' && !entries.some(([one]) => one === key),
  );
  const add = (key: string) => {
    if (key.trim() === '' || entries.some(([one]) => one === key)) return;
    set([name, key.trim()], '');
    setAdded('');
  };
  return (
    <div className="field" role="group" aria-label={title}>
      <span className="field-label">{title}</span>
      {entries.map(([key, one]) => (
        <Assignment key={key} name={name} variable={key} value={one} />
      ))}
      <div className="list-item">
        <ComboBox
          label={t('step.variable')}
          bare
          value={added}
          placeholder={t('step.chooseVariable')}
          options={free.map(([key, { type }]) => ({
            id: key,
            text: key,
            icon: 'variable' as const,
            ...(typeof type === 'string' && { note: type }),
          }))}
          onChange={(text) => (free.some(([key]) => key === text) ? add(text) : setAdded(text))}
        />
        <Button variant="quiet" icon="add" onPress={() => add(added)} isDisabled={added.trim() === ''}>
          {t('common.add')}
        </Button>
      </div>
    </div>
  );
}

function Assignment({ name, variable, value }: { readonly name: 'set' | 'with'; readonly variable: string; readonly value: Json }) {
  const t = useText();
  const { content, set } = useForm();
  const { error } = useTrouble([name, variable], value);
  const type = name === 'set' ? content.variables?.[variable]?.['type'] : undefined;
  const put = (text: string) =>
    set(
      [name, variable],
      type === 'number' && /^-?\d+(\.\d+)?$/.test(text)
        ? Number(text)
        : type === 'boolean' && /^(true|false)$/.test(text)
          ? text === 'true'
          : text,
    );
  return (
    <div className="list-item" data-field={`/${name}/${variable}`}>
      <ExpressionInput label={variable} value={shown(value)} error={error} onChange={put} />
      <IconButton icon="close" label={t('form.removeNamed', { name: variable })} onPress={() => set([name, variable], undefined)} />
    </div>
  );
}
