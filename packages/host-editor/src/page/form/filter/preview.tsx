import { useEffect, useRef, useState } from 'react';
import type { Json, MessagesShown } from '../../../api.ts';
import { call, told } from '../../client.ts';
import { formatTime, useText } from '../../text/text.ts';
import { Badge, Notice } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Switch } from '../../ui/switch.tsx';
import { useForm } from '../form-context.ts';
import { isIncomplete } from '../model/filter-view.ts';
import { isObject } from '../model/schema.ts';
import { valueAt, type Path } from '../model/value.ts';
import { sessionOf } from '../widgets/folder.tsx';

const AFTER_MS = 700;
const SHOWN = 5;

type State =
  | { readonly at: 'nothing' | 'asking' | 'incomplete' }
  | { readonly at: 'there'; readonly found: MessagesShown }
  | { readonly at: 'failed'; readonly text: string };

/** How many messages match now, the first of them, and who does the work. It connects, so only after a click or once it is switched on. */
export function Preview({ filter, path }: { readonly filter: Json | undefined; readonly path: Path }) {
  const t = useText();
  const [isLive, setLive] = useState(false);
  const { state, ask, cancel } = usePreview(filter, path, isLive);
  return (
    <div className="preview" data-preview={state.at}>
      <div className="preview-head">
        {state.at === 'asking' ? (
          <Button icon="stop" onPress={cancel}>
            {t('common.cancel')}
          </Button>
        ) : (
          <Button icon="search" onPress={ask}>
            {t('filter.preview')}
          </Button>
        )}
        <Switch label={t('filter.live')} isSelected={isLive} onChange={setLive} />
      </div>
      {state.at === 'incomplete' && <p className="field-hint">{t('filter.incomplete')}</p>}
      {state.at === 'asking' && <p className="field-hint">{t('filter.searching')}</p>}
      {state.at === 'failed' && <Notice tone="bad">{state.text}</Notice>}
      {state.at === 'there' && <Found {...state.found} />}
    </div>
  );
}

function Found({ messages, count, more, plan }: MessagesShown) {
  const t = useText();
  return (
    <div className="preview-found">
      <p className="preview-count" role="status">
        <Badge tone={count > 0 ? 'accent' : 'neutral'}>{t(more ? 'filter.matchesMore' : 'filter.matches', { count })}</Badge>
      </p>
      {plan && <Plan {...plan} />}
      <ul className="preview-list">
        {messages.slice(0, SHOWN).map(({ ref, subject, from, receivedAt }) => (
          <li key={`${ref.folder}/${ref.id}`} className="preview-mail">
            <span className="preview-subject">{subject === '' ? t('filter.noSubject') : subject}</span>
            <span className="preview-from">{from.map((one) => one.name ?? one.address).join(', ')}</span>
            {receivedAt !== undefined && <time>{formatTime(receivedAt)}</time>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Plan({ server, here }: NonNullable<MessagesShown['plan']>) {
  const t = useText();
  return (
    <dl className="preview-plan">
      <div>
        <dt>{t('filter.byServer')}</dt>
        <dd>{server === null ? t('filter.nothing') : <code>{server}</code>}</dd>
      </div>
      <div>
        <dt>{t('filter.byUs')}</dt>
        <dd>{here === null ? t('filter.nothing') : <code>{here}</code>}</dd>
      </div>
    </dl>
  );
}

function usePreview(
  filter: Json | undefined,
  path: Path,
  isLive: boolean,
): { readonly state: State; readonly ask: () => void; readonly cancel: () => void } {
  const t = useText();
  const { step, connect } = useForm();
  const [state, setState] = useState<State>({ at: 'nothing' });
  const running = useRef<AbortController>(undefined);
  const beside = valueAt(step, path.slice(0, -1));
  const folder = isObject(beside) && typeof beside['folder'] === 'string' ? beside['folder'] : 'INBOX';
  const subfolders = isObject(beside) && beside['subfolders'] === true;
  const cancel = () => {
    running.current?.abort();
    setState({ at: 'nothing' });
  };
  const ask = () => {
    running.current?.abort();
    if (isIncomplete(filter)) return setState({ at: 'incomplete' });
    const opener = connect(sessionOf(step['with']));
    if (!opener) return setState({ at: 'failed', text: t('form.noSessionAbove') });
    const gone = (running.current = new AbortController());
    setState({ at: 'asking' });
    call<MessagesShown>(
      'POST',
      'messages',
      { ...opener, folder, subfolders, ...(filter !== undefined && { filter }), limit: SHOWN },
      gone.signal,
    ).then(
      (found) => !gone.signal.aborted && setState({ at: 'there', found }),
      (thrown: unknown) => !gone.signal.aborted && setState({ at: 'failed', text: told(thrown) }),
    );
  };
  const asked = JSON.stringify([filter, folder, subfolders]);
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (!isLive) return undefined;
    const timer = setTimeout(() => latest.current(), AFTER_MS);
    return () => clearTimeout(timer);
  }, [isLive, asked]);
  useEffect(() => () => running.current?.abort(), []);
  return { state, ask, cancel };
}
