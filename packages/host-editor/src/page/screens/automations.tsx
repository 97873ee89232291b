import { useText } from '../text/text.ts';
import { Empty } from '../ui/index.ts';

export function AutomationsScreen() {
  const t = useText();
  return <Empty icon="bot" title={t('nav.automations')} />;
}
