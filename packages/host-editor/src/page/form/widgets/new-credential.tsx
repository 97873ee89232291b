import { told } from '../../client.ts';
import { useEffect, useState } from 'react';
import { useText } from '../../text/text.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/badge.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useForm } from '../form-context.ts';
import { Submit } from '../submit.tsx';
import type { Field } from '../model/fields.ts';
import { proposedKey, referenceTo } from '../model/credential.ts';
import { loadVaults, setCredential, useVaults } from '../vaults.ts';
import { sessionOf } from './folder.tsx';

/** Puts a value into a vault and its reference into the field. The value leaves the page with the dialog and never comes back. */
export function NewCredential({
  field,
  onClose,
  onMade,
}: {
  readonly field: Field;
  readonly onClose: () => void;
  readonly onMade: (reference: string) => void;
}) {
  const t = useText();
  const { step } = useForm();
  const { vaults, asked } = useVaults();
  const writable = vaults.filter((vault) => vault.writable);
  const [id, setId] = useState<string>();
  const vault = writable.find((one) => one.id === id) ?? writable.find((one) => one.isDefault) ?? writable[0];
  const [typedKey, setKey] = useState<string>();
  const [value, setValue] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const key = typedKey ?? proposedKey(sessionOf(step['with']), field.key, new Set(vault?.keys.map((one) => one.key)));
  const replaces = vault?.keys.some((one) => one.key === key) ?? false;
  useEffect(() => void loadVaults(), []);
  const save = async () => {
    if (!vault || value === '' || isSaving) return;
    setSaving(true);
    try {
      await setCredential(vault.id, key, value);
      onMade(referenceTo(vault, key));
      onClose();
    } catch (thrown) {
      setProblem(told(thrown));
      setSaving(false);
    }
  };
  return (
    <Dialog
      title={t('form.newCredentialTitle', { field: field.title })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('common.cancel')}</Button>
          <Button variant="primary" onPress={() => void save()} isDisabled={!vault || value === '' || key === '' || isSaving}>
            {t(replaces ? 'form.replaceCredential' : 'form.saveCredential')}
          </Button>
        </>
      }
    >
      <Submit onSubmit={() => void save()}>
        {asked && writable.length === 0 && <Notice tone="warn">{t('form.noWritableVault')}</Notice>}
        {writable.length > 1 && (
          <Select
            label={t('form.vault')}
            value={vault?.id ?? null}
            options={writable.map((one) => ({ id: one.id, text: one.id }))}
            onChange={setId}
          />
        )}
        <TextField label={t('form.key')} hint={t('form.keyHint')} value={key} onChange={setKey} autoComplete="off" mono isRequired />
        <TextField
          label={t('form.value')}
          hint={t('form.valueHint')}
          type="password"
          autoComplete="new-password"
          value={value}
          onChange={setValue}
          isRequired
          autoFocus
        />
        {replaces && <Notice tone="warn">{t('form.replacesCredential')}</Notice>}
        {problem !== undefined && <Notice tone="bad">{problem}</Notice>}
      </Submit>
    </Dialog>
  );
}
