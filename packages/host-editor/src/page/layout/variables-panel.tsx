import { useState } from 'react';
import type { Fields, Json } from '../../api.ts';
import { editor, useFromAutomation } from '../automation/editor-store.ts';
import { useText, type TextKey } from '../text/text.ts';
import { Button, Empty, IconButton, Select, Switch, TextField } from '../ui/index.ts';
import './variables.css';

type Variables = Readonly<Record<string, Fields>>;
const TYPES = ['string', 'number', 'boolean', 'date', 'list', 'object', 'secret'] as const;
type Type = (typeof TYPES)[number];
const NONE: Variables = {};
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,99}$/;

function set(variables: Variables, field?: string): void {
  editor.do({ op: 'variables', variables, ...(field !== undefined && { field }) });
}
/** The same order, one of them replaced or renamed. */
const replaced = (variables: Variables, name: string, next: Fields, to = name): Variables =>
  Object.fromEntries(Object.entries(variables).map(([one, value]) => (one === name ? [to, next] : [one, value])));

/** Name, type and default of each variable; what a calling automation gives and gets. */
export function VariablesPanel() {
  const t = useText();
  const variables = useFromAutomation((automation) => automation?.history?.now.content.variables) ?? NONE;
  const names = Object.keys(variables);
  const add = (): void => {
    let at = 1;
    while (variables[`variable${at}`]) at++;
    set({ ...variables, [`variable${at}`]: { type: 'string', default: '' } });
  };
  const button = (
    <Button icon="add" onPress={add}>
      {t('variables.add')}
    </Button>
  );
  if (names.length === 0)
    return (
      <Empty icon="variable" title={t('variables.none')}>
        <p>{t('variables.noneHint', { example: '{{ name }}' })}</p>
        {button}
      </Empty>
    );
  return (
    <div className="variables">
      <table>
        <thead>
          <tr>
            <th>{t('variables.name')}</th>
            <th>{t('variables.type')}</th>
            <th>{t('variables.default')}</th>
            <th>{t('variables.input')}</th>
            <th>{t('variables.output')}</th>
            <th>
              <span className="visually-hidden">{t('common.delete')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {names.map((name, at) => (
            <Row key={at} name={name} variables={variables} />
          ))}
        </tbody>
      </table>
      {button}
    </div>
  );
}

function Row({ name, variables }: { readonly name: string; readonly variables: Variables }) {
  const t = useText();
  const variable = variables[name] ?? {};
  const type = TYPES.find((one) => one === variable['type']) ?? 'string';
  const flag = (key: 'input' | 'output', on: boolean): void => {
    const { [key]: _former, ...rest } = variable;
    set(replaced(variables, name, on ? { ...rest, [key]: true } : rest));
  };
  const setType = (next: string): void => {
    const { default: _former, ...rest } = variable;
    set(replaced(variables, name, { ...rest, type: next }));
  };
  const setDefault = (value: Json | undefined): void => {
    const { default: _former, ...rest } = variable;
    set(replaced(variables, name, value === undefined ? rest : { ...rest, default: value }), `/${name}/default`);
  };
  const remove = (): void => {
    const { [name]: _removed, ...rest } = variables;
    set(rest);
  };
  return (
    <tr>
      <td>
        <NameField name={name} variables={variables} />
      </td>
      <td>
        <Select
          label={t('variables.type')}
          bare
          value={type}
          options={TYPES.map((id) => ({ id, text: t(`variables.${id}`) }))}
          onChange={setType}
        />
      </td>
      <td>
        <DefaultField key={type} type={type} value={variable['default']} onChange={setDefault} />
      </td>
      <td>
        <Switch
          label={<Hidden text={`${t('variables.input')} ${name}`} />}
          isSelected={variable['input'] === true}
          onChange={(on) => flag('input', on)}
        />
      </td>
      <td>
        <Switch
          label={<Hidden text={`${t('variables.output')} ${name}`} />}
          isSelected={variable['output'] === true}
          onChange={(on) => flag('output', on)}
        />
      </td>
      <td>
        <IconButton icon="trash" label={t('variables.delete', { name })} onPress={remove} />
      </td>
    </tr>
  );
}
const Hidden = ({ text }: { readonly text: string }) => <span className="visually-hidden">{text}</span>;

/** The name changes when the field is left: half a name would be used nowhere. */
function NameField({ name, variables }: { readonly name: string; readonly variables: Variables }) {
  const t = useText();
  const [draft, setDraft] = useState<string>();
  const shown = draft ?? name;
  const taken = shown !== name && variables[shown] !== undefined;
  const error = !NAME.test(shown) ? t('variables.badName') : taken ? t('variables.taken') : undefined;
  const keep = (): void => {
    if (draft !== undefined && draft !== name && error === undefined)
      editor.do({
        op: 'variables',
        variables: replaced(variables, name, variables[name] ?? {}, draft),
        renamed: { from: name, to: draft },
      });
    setDraft(undefined);
  };
  return (
    <TextField
      label={t('variables.name')}
      bare
      mono
      value={shown}
      onChange={setDraft}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') keep();
      }}
      {...(error !== undefined && { error })}
    />
  );
}

function DefaultField({
  type,
  value,
  onChange,
}: {
  readonly type: Type;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
}) {
  const t = useText();
  const [draft, setDraft] = useState(() => textOf(type, value));
  if (type === 'boolean')
    return (
      <Select
        label={t('variables.default')}
        bare
        value={value === true ? 'yes' : value === false ? 'no' : null}
        options={[
          { id: 'yes', text: t('variables.yes') },
          { id: 'no', text: t('variables.no') },
        ]}
        onChange={(id) => onChange(id === 'yes')}
      />
    );
  const shown = type === 'string' && value === draft ? String(value) : draft;
  return (
    <TextField
      label={t('variables.default')}
      bare
      value={shown}
      {...(type === 'secret' && { placeholder: t('variables.credential' as TextKey) })}
      {...(type === 'date' && { placeholder: '2026-12-31' })}
      {...(type === 'list' && { placeholder: '["a", "b"]' })}
      {...(type === 'object' && { placeholder: '{ "key": 1 }' })}
      onChange={(text) => {
        setDraft(text);
        onChange(valueOf(type, text));
      }}
    />
  );
}

function textOf(type: Type, value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (type === 'secret' && typeof value === 'object' && 'credential' in value) return String(value['credential'] as string);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
/** What cannot be read as its type stays as it was typed: the check says what is wrong with it. */
function valueOf(type: Type, text: string): Json | undefined {
  if (type === 'string') return text;
  if (text.trim() === '') return undefined;
  if (type === 'secret') return { credential: text };
  if (type === 'date' || text.includes('{{')) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
