import { editor, useFromAutomation } from '../automation/editor-store.ts';
import { useText } from '../text/text.ts';
import { Button, Dialog } from '../ui/index.ts';

/** The file was changed elsewhere: both are shown, and nobody's work goes unasked. */
export function ConflictDialog() {
  const t = useText();
  const conflict = useFromAutomation((automation) => automation?.conflict);
  if (!conflict) return null;
  return (
    <Dialog
      title={t('conflict.title')}
      isOpen
      onClose={() => undefined}
      role="alertdialog"
      size="wide"
      actions={
        <>
          <Button onPress={() => void editor.settle('theirs')}>{t('conflict.theirs')}</Button>
          <Button variant="primary" onPress={() => void editor.settle('mine')}>
            {t('conflict.mine')}
          </Button>
        </>
      }
    >
      <p>{t('conflict.text', { file: conflict.file })}</p>
      <h3 className="conflict-title">{t('conflict.theirsLabel')}</h3>
      <pre className="code-view" tabIndex={0}>
        {conflict.text}
      </pre>
    </Dialog>
  );
}
