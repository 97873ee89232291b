import { useText } from '../text/text.ts';
import { Empty } from '../ui/index.ts';

export function MailboxPanel() {
  const t = useText();
  return <Empty icon="inbox" title={t('bottom.mailbox')} />;
}
