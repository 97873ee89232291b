import { useText } from '../text/text.ts';
import { Button } from '../ui/index.ts';
import { startRun } from './run-store.ts';

/** In the top bar: Run, and what else can be done with a run. */
export function RunControls() {
  const t = useText();
  return (
    <Button variant="primary" icon="play" onPress={() => void startRun()}>
      {t('top.run')}
    </Button>
  );
}
