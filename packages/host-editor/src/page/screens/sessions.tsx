import { useText } from '../text/text.ts';
import { Empty } from '../ui/index.ts';

export function SessionsScreen() {
  const t = useText();
  return <Empty icon="server" title={t('nav.sessions')} />;
}
