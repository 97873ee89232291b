import { useText } from '../text/text.ts';
import { Empty } from '../ui/index.ts';

export function RunPanel() {
  const t = useText();
  return <Empty icon="play" title={t('bottom.run')} />;
}
