import { useCallback, useEffect, useRef, useState } from 'react';
import type { ConnectionShown, TestEvent } from '../../api.ts';
import { call, stream, told } from '../client.ts';
import { isObject } from '../form/model/schema.ts';
import { useText } from '../text/text.ts';
import { Badge, Button, Dialog, Icon, IconButton, Notice, toast } from '../ui/index.ts';
import { Sure } from './sure.tsx';
import { UsedIn } from './used-in.tsx';

const TONES = {
  active: 'good',
  'sign-in-needed': 'warn',
  'consent-needed': 'warn',
  blocked: 'bad',
  'never-used': 'neutral',
  'signing-in': 'neutral',
} as const;

/** One to be edited, or a new one, and the names that are taken. */
export interface EditedConnection {
  readonly connection?: ConnectionShown;
  readonly names: readonly string[];
}
/** Logins that nobody has to do in person. */
const UNATTENDED = ['oauth-client-credentials', 'oauth-ropc'];
const modeOf = ({ input }: ConnectionShown): string =>
  isObject(input['auth']) && typeof input['auth']['mode'] === 'string' ? input['auth']['mode'] : '';

/** Managed connections: whose sign-in is good, and signing in where it is not. */
export function ConnectionsCard({
  signInTo,
  onEdit,
}: {
  /** Just saved: a person may sign in at once. */
  readonly signInTo: string | undefined;
  readonly onEdit: (edited: EditedConnection) => void;
}) {
  const t = useText();
  const [all, setAll] = useState<readonly ConnectionShown[]>([]);
  const [signingIn, setSigningIn] = useState<string>();
  const [forgetting, setForgetting] = useState<ConnectionShown>();
  const load = useCallback(
    () => void call<ConnectionShown[]>('GET', 'connections').then(setAll, (thrown: unknown) => toast(told(thrown), 'bad')),
    [],
  );
  useEffect(load, [load]);
  const isNew = all.some((one) => one.name === signInTo && !UNATTENDED.includes(modeOf(one)) && one.owners.some(neverUsed));
  useEffect(() => {
    if (isNew) setSigningIn(signInTo);
  }, [isNew, signInTo]);
  const names = all.map(({ name }) => name);
  const forget = (name: string) =>
    void call('DELETE', `connections/${encodeURIComponent(name)}`).then(load, (thrown: unknown) => toast(told(thrown), 'bad'));
  return (
    <section className="card screen-card" data-connections>
      <div className="screen-card-head">
        <Icon name="sign-in" />
        <h2>{t('screens.connections')}</h2>
        <span className="screen-card-space" />
        <Button icon="add" onPress={() => onEdit({ names })}>
          {t('screens.newConnection')}
        </Button>
      </div>
      <p className="muted screen-none">{t(all.length === 0 ? 'screens.noConnections' : 'screens.connectionsHint')}</p>
      {all.map((connection) => (
        <div key={connection.name} className="screen-line" data-connection={connection.name}>
          <strong>{connection.name}</strong>
          <span className="muted">
            {connection.provider} · {connection.backend}
          </span>
          {connection.owners.map(({ owner, state }) => (
            <Badge key={owner} tone={TONES[state]}>
              {connection.tokenType === 'user' ? `${owner}: ` : ''}
              {t(`screens.state.${state}`)}
            </Badge>
          ))}
          <UsedIn uses={connection.usedIn} />
          <Button icon="sign-in" onPress={() => setSigningIn(connection.name)}>
            {t('screens.signIn')}
          </Button>
          <IconButton icon="edit" label={`${t('screens.edit')}: ${connection.name}`} onPress={() => onEdit({ connection, names })} />
          <IconButton icon="trash" label={`${t('screens.remove')}: ${connection.name}`} onPress={() => setForgetting(connection)} />
        </div>
      ))}
      {signingIn !== undefined && (
        <SignIn
          name={signingIn}
          onClose={() => {
            setSigningIn(undefined);
            load();
          }}
        />
      )}
      {forgetting && (
        <Sure
          title={t('screens.forget', { name: forgetting.name })}
          hint={t('screens.forgetHint')}
          action={t('screens.remove')}
          uses={forgetting.usedIn}
          onClose={() => setForgetting(undefined)}
          onSure={() => forget(forgetting.name)}
        />
      )}
    </section>
  );
}

const neverUsed = ({ state }: ConnectionShown['owners'][number]): boolean => state === 'never-used';

/** A person signs in: with the browser, or with a code on any device. Closing it ends the wait. */
function SignIn({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const t = useText();
  const [event, setEvent] = useState<TestEvent>();
  const closed = useRef(onClose);
  closed.current = onClose;
  useEffect(() => {
    const gone = new AbortController();
    void (async () => {
      for await (const one of stream<TestEvent>('POST', `connections/${encodeURIComponent(name)}/sign-in`, {}, gone.signal)) {
        if (one.event === 'end' && one.ok) {
          toast(t('screens.signedIn', { name }));
          return closed.current();
        }
        setEvent(one);
      }
    })().catch((thrown: unknown) => {
      if (!gone.signal.aborted) setEvent({ event: 'end', ok: false, error: { code: 'connection.lost', message: told(thrown), fix: '' } });
    });
    return () => gone.abort();
  }, [name, t]);
  return (
    <Dialog
      title={`${t('screens.signIn')}: ${name}`}
      isOpen
      onClose={onClose}
      actions={<Button onPress={onClose}>{t('common.cancel')}</Button>}
    >
      {event?.event === 'end' ? (
        <Notice tone="bad" title={event.error?.message}>
          {event.error?.fix}
        </Notice>
      ) : (
        <p role="status">{t('screens.signInWait')}</p>
      )}
      {(event?.event === 'browser' || event?.event === 'code') && (
        <p>
          {t('screens.signInBrowser')}{' '}
          <a href={event.url} target="_blank" rel="noreferrer noopener">
            {t('screens.signInOpen')}
          </a>
        </p>
      )}
      {event?.event === 'code' && <p>{t('screens.signInCode', { code: event.code })}</p>}
    </Dialog>
  );
}
