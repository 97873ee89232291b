import { useEffect, useState } from 'react';
import { useText } from '../../text/text.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ComboBox } from '../../ui/combo-box.tsx';
import { Notice } from '../../ui/badge.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ExpressionInput } from '../expression-input.tsx';
import { useForm } from '../form-context.ts';
import { referenceTo, tabOf, textOf, written, type SecretTab } from '../model/credential.ts';
import { pointerOf } from '../model/value.ts';
import { Submit } from '../submit.tsx';
import { loadVaults, useVaults } from '../vaults.ts';
import type { WidgetProps } from '../widget.ts';
import { NewCredential } from './new-credential.tsx';

/** Where a secret or a setting is: a vault's entry, a variable of the automation, or the file itself. */
export function SecretWidget(props: WidgetProps) {
  const { field, path, value, hint, onChange } = props;
  const t = useText();
  const { memory, isShared } = useForm();
  const isSetting = field.kind === 'setting';
  const [chosen, setChosen] = useState<SecretTab>(isSetting ? 'insecure' : 'credential');
  const tab = tabOf(value, chosen);
  const place = `${pointerOf(path)}:tab`;
  const select = (id: string) => {
    const next = id as SecretTab;
    if (next === tab) return;
    if (value !== undefined) memory.keep(place, tab, value);
    setChosen(next);
    onChange(memory.kept(place, next));
  };
  const hasInsecure = isSetting || !isShared || tab === 'insecure';
  const inner = { ...props, text: textOf(value, tab), onText: (text: string) => onChange(written(tab, text, isSetting, value)) };
  return (
    <div className="secret" role="group" aria-label={field.title}>
      <span className="field-label">
        {field.title}
        {field.required && (
          <span className="field-required" aria-hidden>
            *
          </span>
        )}
      </span>
      <Tabs
        label={t('form.whereIs', { field: field.title })}
        size="small"
        selected={tab}
        onSelect={select}
        tabs={[
          { id: 'credential', title: t('form.credential'), content: <Credential {...inner} /> },
          { id: 'variable', title: t('form.variable'), content: <Variable {...inner} /> },
          ...(hasInsecure
            ? [
                {
                  id: 'insecure',
                  title: isSetting ? t('form.plainText') : t('form.insecure'),
                  content: <Insecure {...inner} isSetting={isSetting} />,
                },
              ]
            : []),
        ]}
      />
      {hint !== undefined && <span className="field-hint">{hint}</span>}
    </div>
  );
}

interface TabProps extends WidgetProps {
  readonly text: string;
  readonly onText: (text: string) => void;
}

function Credential({ field, text, error, onText }: TabProps) {
  const t = useText();
  const { vaults, asked, error: failed } = useVaults();
  // A list without entries does not open: they are there before somebody looks.
  useEffect(() => {
    if (!asked) void loadVaults();
  }, [asked]);
  const [isNew, setNew] = useState(false);
  const options = vaults.flatMap((vault) =>
    vault.keys.map(({ key }) => ({ id: referenceTo(vault, key), text: referenceTo(vault, key), note: vault.id, icon: 'key' as const })),
  );
  const away = vaults.filter((vault) => vault.error).map(({ id }) => id);
  const note = failed ? `${failed.message} ${failed.fix}` : away.length > 0 ? t('form.vaultsAway', { vaults: away.join(', ') }) : undefined;
  return (
    <div className="field-with-button">
      <ComboBox
        label={`${field.title}: ${t('form.credential')}`}
        bare
        value={text}
        options={options}
        placeholder={t('form.chooseCredential')}
        onOpen={() => void loadVaults()}
        onChange={onText}
        {...(note !== undefined && { hint: note })}
        {...(error !== undefined && { error })}
      />
      <Button variant="plain" icon="add" onPress={() => setNew(true)}>
        {t('form.newCredential')}
      </Button>
      {isNew && <NewCredential field={field} onClose={() => setNew(false)} onMade={onText} />}
    </div>
  );
}

function Variable({ field, text, error, onText }: TabProps) {
  const t = useText();
  const { content } = useForm();
  const options = Object.entries(content.variables ?? {}).map(([name, { type, description }]) => ({
    id: name,
    text: name,
    icon: 'variable' as const,
    ...(typeof description === 'string' ? { note: description } : typeof type === 'string' && { note: type }),
  }));
  return (
    <ComboBox
      label={`${field.title}: ${t('form.variable')}`}
      bare
      value={text}
      options={options}
      placeholder={t(options.length === 0 ? 'form.noVariables' : 'form.chooseVariable')}
      onChange={onText}
      {...(error !== undefined && { error })}
    />
  );
}

function Insecure({ field, text, error, isSetting, onText }: TabProps & { readonly isSetting: boolean }) {
  const t = useText();
  const [isShown, setShown] = useState(false);
  if (isSetting) return <ExpressionInput label={field.title} bare value={text} error={error} onChange={onText} />;
  return (
    <>
      <div className="field-with-button">
        <Submit>
          {' '}
          <TextField
            label={`${field.title}: ${t('form.insecure')}`}
            bare
            type={isShown ? 'text' : 'password'}
            autoComplete="off"
            value={text}
            onChange={onText}
            {...(error !== undefined && { error })}
          />
        </Submit>
        <IconButton
          icon={isShown ? 'hide' : 'show'}
          label={t(isShown ? 'form.hideValue' : 'form.showValue')}
          onPress={() => setShown(!isShown)}
        />
      </div>
      <Notice tone="warn">{t('form.insecureNote')}</Notice>
    </>
  );
}
