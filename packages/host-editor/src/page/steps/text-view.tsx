import { save } from '../automation/commands.ts';
import { areStepsDirty, editor, useAutomation } from '../automation/editor-store.ts';
import { useText } from '../text/text.ts';
import { Button, Notice } from '../ui/index.ts';

/** The file as text, as a save would write it; it can be changed by hand. */
export function TextView() {
  const t = useText();
  const automation = useAutomation();
  if (!automation) return null;
  const { text, draft, history, saving } = automation;
  const dirty = areStepsDirty(automation);
  return (
    <div className="text-view">
      {!history && <Notice tone="warn" title={t('steps.unreadable')} />}
      <div className="text-view-head">
        <span className="muted small">{t(dirty ? 'steps.textDirty' : 'steps.textHint')}</span>
        {draft !== undefined && (
          <>
            <Button variant="quiet" onPress={() => editor.type(undefined)}>
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
        onChange={(event) => editor.type(event.target.value === text ? undefined : event.target.value)}
      />
    </div>
  );
}
