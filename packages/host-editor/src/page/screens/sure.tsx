import type { Use } from '../../api.ts';
import { useText } from '../text/text.ts';
import { Button, Dialog, Notice } from '../ui/index.ts';
import { UseList } from './used-in.tsx';

/** Asks before something is removed, and says what uses it. */
export function Sure({
  title,
  hint,
  action,
  keep,
  uses = [],
  onClose,
  onSure,
}: {
  readonly title: string;
  readonly hint: string;
  readonly action: string;
  readonly keep?: string;
  readonly uses?: readonly Use[];
  readonly onClose: () => void;
  readonly onSure: () => void;
}) {
  const t = useText();
  return (
    <Dialog
      title={title}
      isOpen
      role="alertdialog"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{keep ?? t('common.cancel')}</Button>
          <Button
            variant="danger"
            onPress={() => {
              onClose();
              onSure();
            }}
          >
            {action}
          </Button>
        </>
      }
    >
      <p>{hint}</p>
      {uses.length > 0 && (
        <Notice tone="warn" title={t('screens.usedIn', { count: uses.length })}>
          <UseList uses={uses} />
        </Notice>
      )}
    </Dialog>
  );
}
