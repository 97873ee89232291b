import { useCallback, useEffect, useState } from 'react';
import type { SessionShown } from '../../api.ts';
import { call, told } from '../client.ts';
import { useText } from '../text/text.ts';
import { Badge, Button, Empty, Icon, IconButton, toast } from '../ui/index.ts';
import './screens.css';
import { SessionEditor } from './session-editor.tsx';
import { Sure } from './sure.tsx';
import { UsedIn } from './used-in.tsx';

/** Saved sessions: made once, used by their name in any automation. */
export function SessionsScreen() {
  const t = useText();
  const [all, setAll] = useState<readonly SessionShown[]>();
  const [editing, setEditing] = useState<SessionShown | 'new'>();
  const [deleting, setDeleting] = useState<SessionShown>();
  const tell = (thrown: unknown) => toast(told(thrown), 'bad');
  const load = useCallback(() => void call<SessionShown[]>('GET', 'sessions').then(setAll, tell), []);
  useEffect(load, [load]);
  const remove = (name: string) => void call('DELETE', `sessions/${encodeURIComponent(name)}`).then(load, tell);
  if (editing !== undefined)
    return (
      <SessionEditor
        {...(editing !== 'new' && { session: editing })}
        names={(all ?? []).map(({ name }) => name)}
        onClose={() => {
          setEditing(undefined);
          load();
        }}
      />
    );
  return (
    <div className="screen">
      <div className="screen-inner">
        <div className="screen-head">
          <h1>{t('nav.sessions')}</h1>
          <Button variant="primary" icon="add" onPress={() => setEditing('new')}>
            {t('screens.newSession')}
          </Button>
        </div>
        <p className="screen-lead">{t('screens.sessionsHint')}</p>
        {all?.length === 0 && <Empty icon="server" title={t('screens.noSessions')} />}
        {all !== undefined && all.length > 0 && (
          <div className="card">
            {all.map((session) => (
              <div key={session.name} className="screen-line" data-session={session.name}>
                <Icon name="server" />
                <strong>{session.name}</strong>
                <span className="muted">{session.server}</span>
                {session.untested && <Badge tone="warn">{t('screens.untested')}</Badge>}
                <UsedIn uses={session.usedIn} />
                <IconButton icon="edit" label={`${t('screens.edit')}: ${session.name}`} onPress={() => setEditing(session)} />
                <IconButton icon="trash" label={`${t('common.delete')}: ${session.name}`} onPress={() => setDeleting(session)} />
              </div>
            ))}
          </div>
        )}
        {deleting && (
          <Sure
            title={t('screens.deleteSession', { name: deleting.name })}
            hint={t('screens.deleteHint')}
            action={t('common.delete')}
            uses={deleting.usedIn}
            onClose={() => setDeleting(undefined)}
            onSure={() => remove(deleting.name)}
          />
        )}
      </div>
    </div>
  );
}
