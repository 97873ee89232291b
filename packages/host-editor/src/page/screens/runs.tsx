import { useText } from '../text/text.ts';
import { Empty } from '../ui/index.ts';

export function RunsScreen() {
  const t = useText();
  return <Empty icon="history" title={t('nav.runs')} />;
}
