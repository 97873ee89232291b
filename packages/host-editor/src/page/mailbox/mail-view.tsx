import { useState } from 'react';
import type { AddressShown, Fields, MessageOpened } from '../../api.ts';
import { download, told } from '../client.ts';
import { formatBytes, formatTime, useText } from '../text/text.ts';
import { visible } from '../text/visible.ts';
import { Badge, Button, IconButton, Menu, Notice, Tabs, toast, type TabShown } from '../ui/index.ts';
import { addToLoop } from './add-to-loop.ts';
import type { FilterBy } from './condition.ts';

/** One mail. Its HTML is a page of its own in a frame without rights; everything else is text. */
export function MailView({ mail, onReopen }: { readonly mail: MessageOpened; readonly onReopen: () => void }) {
  const t = useText();
  const [tab, setTab] = useState('text');
  const tabs: TabShown[] = [
    { id: 'text', title: t('mailbox.text'), content: <pre className="mail-text">{mail.text}</pre> },
    ...(mail.html === undefined ? [] : [{ id: 'html', title: t('mailbox.html'), content: <Html url={mail.html} onReopen={onReopen} /> }]),
    { id: 'headers', title: t('mailbox.headers'), content: <Headers mail={mail} /> },
  ];
  return (
    <article className="mail" data-mail={mail.ref.id}>
      <Top mail={mail} />
      {mail.defects.length > 0 && <Notice tone="warn">{t('mailbox.defects', { list: mail.defects.join(', ') })}</Notice>}
      {mail.invite && <Invite invite={mail.invite} />}
      {mail.attachments.length > 0 && (
        <div className="mail-attachments">
          {mail.attachments.map(({ index, filename, size, url }) => (
            <Button
              key={index}
              icon="attachment"
              onPress={() => void download(url, filename).catch((thrown: unknown) => toast(told(thrown), 'bad'))}
            >
              {visible(filename)}
              {size !== undefined && ` · ${formatBytes(size)}`}
            </Button>
          ))}
        </div>
      )}
      <Tabs label={t('mailbox.parts')} size="small" selected={tab} onSelect={setTab} tabs={tabs} />
    </article>
  );
}

function Top({ mail }: { readonly mail: MessageOpened }) {
  const t = useText();
  const at = mail.receivedAt ?? mail.sentAt;
  const add = (by: FilterBy) => {
    const loop = addToLoop(mail, by);
    toast(loop === undefined ? t('mailbox.noLoop') : t('mailbox.filterAdded', { step: loop }), loop === undefined ? 'bad' : 'good');
  };
  return (
    <header className="mail-top">
      <div>
        <h3>{mail.subject === '' ? t('mailbox.noSubject') : visible(mail.subject)}</h3>
        <Addresses label={t('mailbox.from')} list={mail.from} />
        <Addresses label={t('mailbox.to')} list={mail.to} />
        <Addresses label={t('mailbox.cc')} list={mail.cc} />
        {at !== undefined && <p>{formatTime(at)}</p>}
      </div>
      <Menu
        label={t('mailbox.useAsFilter')}
        trigger={<IconButton icon="filter" label={t('mailbox.useAsFilter')} />}
        groups={[
          {
            title: t('mailbox.useAsFilter'),
            entries: [
              {
                id: 'from',
                text: t('mailbox.filterFrom'),
                note: visible(mail.from[0]?.address ?? ''),
                disabled: !mail.from[0],
                onAction: () => add('from'),
              },
              {
                id: 'subject',
                text: t('mailbox.filterSubject'),
                note: visible(mail.subject),
                disabled: mail.subject === '',
                onAction: () => add('subject'),
              },
            ],
          },
        ]}
      />
    </header>
  );
}

function Addresses({ label, list }: { readonly label: string; readonly list: readonly AddressShown[] }) {
  if (list.length === 0) return null;
  const shown = list.map(({ name, address }) => (name === undefined ? address : `${name} <${address}>`)).join(', ');
  return (
    <p>
      <span className="mail-label">{label}</span> {visible(shown)}
    </p>
  );
}

/** The address is good for one look: it stays in its frame until the mail is opened again. */
function Html({ url, onReopen }: { readonly url: string; readonly onReopen: () => void }) {
  const t = useText();
  const [withImages, setWithImages] = useState(false);
  const [shown] = useState(url);
  if (shown !== url) return null;
  return (
    <div className="mail-html">
      <div className="mail-html-head">
        <span>{t(withImages ? 'mailbox.imagesShown' : 'mailbox.imagesHidden')}</span>
        {!withImages && (
          <Button variant="quiet" icon="image" onPress={() => setWithImages(true)}>
            {t('mailbox.showImages')}
          </Button>
        )}
        <IconButton icon="refresh" label={t('mailbox.again')} onPress={onReopen} />
      </div>
      <iframe
        key={String(withImages)}
        title={t('mailbox.html')}
        sandbox=""
        referrerPolicy="no-referrer"
        src={withImages ? `${url}?images=1` : url}
      />
    </div>
  );
}

function Headers({ mail }: { readonly mail: MessageOpened }) {
  return (
    <table className="mail-headers">
      <tbody>
        {mail.headers.map(([name, value], index) => (
          <tr key={`${index} ${name}`}>
            <th scope="row">{visible(name)}</th>
            <td>{visible(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Invite({ invite }: { readonly invite: Fields }) {
  const t = useText();
  const { method, start, end, place, recurring } = invite;
  const time = (value: unknown) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? formatTime(value) : '');
  return (
    <Notice tone="neutral" title={t(method === 'CANCEL' ? 'mailbox.cancellation' : 'mailbox.invite')}>
      <p>
        {time(start)}
        {typeof end === 'string' && ` – ${time(end)}`} {recurring === true && <Badge>{t('mailbox.recurring')}</Badge>}
      </p>
      {typeof place === 'string' && <p>{visible(place)}</p>}
    </Notice>
  );
}
