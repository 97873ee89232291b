import { useState } from 'react';
import type { MessageShown } from '../../api.ts';
import { useFromAutomation } from '../automation/editor-store.ts';
import { useBoot } from '../boot.ts';
import { goToProblem } from '../form/go-to-problem.ts';
import { formatTime, useText } from '../text/text.ts';
import { visible } from '../text/visible.ts';
import { Button, Empty, Icon, IconButton, Notice, Select } from '../ui/index.ts';
import './mailbox.css';
import { MailView } from './mail-view.tsx';
import { useMailbox, useOpeners, type MailboxView, type Opener } from './mailbox-store.ts';
import { isMailboxWanted, wantMailbox } from './wanted.ts';

/** The mailbox of a session of the automation. It connects only when the author wants to see it; the demo's is there at once. */
export function MailboxPanel() {
  const t = useText();
  const boot = useBoot();
  const file = useFromAutomation((automation) => automation?.file) ?? '';
  const openers = useOpeners();
  const [session, setSession] = useState<string>();
  const [isWanted, setWanted] = useState(false);
  const opener = openers.find((one) => one.session === session) ?? openers[0];
  const problem = useFromAutomation((automation) => automation?.problems.find(({ id }) => id === opener?.step));
  if (!opener)
    return (
      <Empty icon="inbox" title={t('mailbox.none')}>
        {t('mailbox.noneHint')}
      </Empty>
    );
  if (problem)
    return (
      <Empty icon="inbox" title={t('mailbox.incomplete', { session: opener.session })}>
        <Button icon="connect" onPress={() => goToProblem(problem)}>
          {t('mailbox.complete')}
        </Button>
      </Empty>
    );
  if (!isWanted && !isMailboxWanted(file, boot))
    return (
      <Empty icon="inbox" title={t('bottom.mailbox')}>
        <p>{t('mailbox.connectHint')}</p>
        <Button
          variant="primary"
          icon="connect"
          onPress={() => {
            wantMailbox(file);
            setWanted(true);
          }}
        >
          {t('mailbox.connect', { session: opener.session })}
        </Button>
      </Empty>
    );
  return <Mailbox key={opener.session} opener={opener} openers={openers} onSession={setSession} />;
}

function Mailbox({
  opener,
  openers,
  onSession,
}: {
  readonly opener: Opener;
  readonly openers: readonly Opener[];
  readonly onSession: (session: string) => void;
}) {
  const t = useText();
  const mailbox = useMailbox(opener.asked);
  const { error, listed, opened } = mailbox;
  return (
    <div className="mailbox" data-mailbox={mailbox.busy ? 'busy' : 'there'}>
      <div className="mailbox-folders">
        <div className="mailbox-head">
          {openers.length > 1 ? (
            <Select
              label={t('mailbox.session')}
              bare
              value={opener.session}
              options={openers.map((one) => ({ id: one.session, text: one.session }))}
              onChange={onSession}
            />
          ) : (
            <strong>{opener.session}</strong>
          )}
          <IconButton icon="refresh" label={t('mailbox.refresh')} onPress={mailbox.refresh} />
        </div>
        <Folders mailbox={mailbox} />
      </div>
      <div className="mailbox-list">
        {error && (
          <Notice tone="bad" title={error.message}>
            {error.fix}
          </Notice>
        )}
        {listed && <Messages mailbox={mailbox} />}
      </div>
      <div className="mailbox-mail">
        {opened ? (
          <MailView key={`${opened.ref.folder} ${opened.ref.id}`} mail={opened} onReopen={() => mailbox.open(opened)} />
        ) : (
          (listed || mailbox.busy) && <Empty icon="mail" title={t(listed ? 'mailbox.choose' : 'app.loading')} />
        )}
      </div>
    </div>
  );
}

function Folders({ mailbox: { folders = [], folder, choose } }: { readonly mailbox: MailboxView }) {
  const t = useText();
  return (
    <ul aria-label={t('mailbox.folders')}>
      {folders.map(({ path, name, role, unread }) => (
        <li key={path}>
          <button type="button" className="mailbox-folder" aria-current={path === folder} onClick={() => choose(path)}>
            <Icon name={role === 'inbox' ? 'inbox' : role === 'trash' ? 'trash' : role === 'sent' ? 'send' : 'folder'} size={15} />
            <span>{visible(name)}</span>
            {unread !== undefined && unread > 0 && <small>{unread}</small>}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Messages({ mailbox: { listed, folder, opened, open } }: { readonly mailbox: MailboxView }) {
  const t = useText();
  const { messages = [], count = 0, more = false } = listed ?? {};
  return (
    <>
      <p className="mailbox-count" data-count={count}>
        {visible(folder)} · {t(more ? 'mailbox.countMore' : 'mailbox.count', { count })}
      </p>
      <ul aria-label={t('mailbox.messages')}>
        {messages.map((message) => (
          <li key={`${message.ref.folder} ${message.ref.id}`}>
            <Line message={message} isOpen={opened?.ref.id === message.ref.id && opened.ref.folder === message.ref.folder} onOpen={open} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Line({
  message,
  isOpen,
  onOpen,
}: {
  readonly message: MessageShown;
  readonly isOpen: boolean;
  readonly onOpen: (message: MessageShown) => void;
}) {
  const t = useText();
  const { subject, from, receivedAt, sentAt, flags, hasAttachments, kind } = message;
  const at = receivedAt ?? sentAt;
  const isUnread = !flags.includes('seen');
  return (
    <button
      type="button"
      className={isUnread ? 'mailbox-line is-unread' : 'mailbox-line'}
      aria-current={isOpen}
      onClick={() => onOpen(message)}
    >
      <span className="mailbox-from">{visible(from.map(({ name, address }) => name ?? address).join(', '))}</span>
      <time>{at === undefined ? '' : formatTime(at)}</time>
      <span className="mailbox-subject">
        {isUnread && <span className="visually-hidden">{t('mailbox.unread')} </span>}
        {subject === '' ? t('mailbox.noSubject') : visible(subject)}
      </span>
      <span>
        {kind === 'invite' && <Icon name="time" size={14} />}
        {hasAttachments && <Icon name="attachment" size={14} />}
      </span>
    </button>
  );
}
