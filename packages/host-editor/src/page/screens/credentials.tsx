import { useText } from '../text/text.ts';
import { Empty } from '../ui/index.ts';

export function CredentialsScreen() {
  const t = useText();
  return <Empty icon="key" title={t('nav.credentials')} />;
}
