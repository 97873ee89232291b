import { useState } from 'react';
import type { VaultShown } from '../../api.ts';
import { told } from '../client.ts';
import { Submit } from '../form/submit.tsx';
import { setCredential } from '../form/vaults.ts';
import { useText } from '../text/text.ts';
import { Button, Dialog, Notice, TextField } from '../ui/index.ts';

/** A value for a key of a vault, new or in place of the old one. It leaves the page with the dialog. */
export function SetCredential({
  vault,
  given,
  onClose,
}: {
  readonly vault: VaultShown;
  readonly given?: string;
  readonly onClose: () => void;
}) {
  const t = useText();
  const [key, setKey] = useState(given ?? '');
  const [value, setValue] = useState('');
  const [problem, setProblem] = useState<string>();
  const replaces = given === undefined && vault.keys.some((one) => one.key === key);
  const isComplete = key.trim() !== '' && value !== '';
  const save = async () => {
    if (!isComplete) return;
    try {
      await setCredential(vault.id, key.trim(), value);
      onClose();
    } catch (thrown) {
      setProblem(told(thrown));
    }
  };
  return (
    <Dialog
      title={given === undefined ? `${t('screens.addKey')} (${vault.id})` : `${t('screens.setKey')}: ${given}`}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('common.cancel')}</Button>
          <Button variant="primary" isDisabled={!isComplete} onPress={() => void save()}>
            {t('form.saveCredential')}
          </Button>
        </>
      }
    >
      <Submit onSubmit={() => void save()}>
        {given === undefined && (
          <TextField
            label={t('form.key')}
            hint={t('form.keyHint')}
            value={key}
            onChange={setKey}
            autoComplete="off"
            mono
            isRequired
            autoFocus
          />
        )}
        <TextField
          label={t('form.value')}
          hint={t('form.valueHint')}
          type="password"
          autoComplete="new-password"
          value={value}
          onChange={setValue}
          isRequired
          autoFocus={given !== undefined}
        />
        {replaces && <Notice tone="warn">{t('form.replacesCredential')}</Notice>}
        {problem !== undefined && <Notice tone="bad">{problem}</Notice>}
      </Submit>
    </Dialog>
  );
}
