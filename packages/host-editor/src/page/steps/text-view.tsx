import { useState } from 'react';
import { editor, isDirty, useAutomation } from '../automation/editor-store.ts';
import { useText } from '../text/text.ts';
import { Button, Notice } from '../ui/index.ts';

/** The file as text, as a save would write it; it can be changed by hand. */
export function TextView() {
  const t = useText();
  const automation = useAutomation();
  const [draft, setDraft] = useState<string>();
  if (!automation) return null;
  const { text, history, saving } = automation;
  const dirty = isDirty(automation);
  const save = async (): Promise<void> => {
    if (draft !== undefined && (await editor.saveText(draft))) setDraft(undefined);
  };
  return (
    <div className="text-view">
      {!history && <Notice tone="warn" title={t('steps.unreadable')} />}
      <div className="text-view-head">
        <span className="muted small">{t(dirty ? 'steps.textDirty' : 'steps.textHint')}</span>
        {draft !== undefined && (
          <>
            <Button variant="quiet" onPress={() => setDraft(undefined)}>
              {t('common.cancel')}
            </Button>
            <Button variant="primary" icon="save" isDisabled={saving} onPress={() => void save()}>
              {t('steps.saveText')}
            </Button>
          </>
        )}
      </div>
      <textarea
        className="input mono text-view-area"
        aria-label={t('steps.text')}
        spellCheck={false}
        value={draft ?? text}
        readOnly={dirty}
        onChange={(event) => setDraft(event.target.value)}
      />
    </div>
  );
}
