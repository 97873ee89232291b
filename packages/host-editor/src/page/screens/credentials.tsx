import { useEffect, useState } from 'react';
import type { VaultShown } from '../../api.ts';
import { call, told } from '../client.ts';
import { loadVaults, useVaults } from '../form/vaults.ts';
import { useText } from '../text/text.ts';
import { Badge, Button, Icon, IconButton, Notice, toast } from '../ui/index.ts';
import { ConnectionEditor } from './connection-editor.tsx';
import { ConnectionsCard, type EditedConnection } from './connections.tsx';
import './screens.css';
import { SetCredential } from './set-credential.tsx';
import { Sure } from './sure.tsx';
import { UsedIn } from './used-in.tsx';

/** Vaults with their keys, and managed connections. Values are write-only. */
export function CredentialsScreen() {
  const t = useText();
  const { vaults, error } = useVaults();
  const [editing, setEditing] = useState<EditedConnection>();
  const [saved, setSaved] = useState<string>();
  useEffect(() => void loadVaults(), []);
  if (editing)
    return (
      <ConnectionEditor
        {...editing}
        onClose={(name) => {
          setSaved(name);
          setEditing(undefined);
        }}
      />
    );
  return (
    <div className="screen">
      <div className="screen-inner">
        <div className="screen-head">
          <h1>{t('nav.credentials')}</h1>
        </div>
        <p className="screen-lead">{t('screens.vaultsHint')}</p>
        {error && (
          <Notice tone="bad" title={error.message}>
            {error.fix}
          </Notice>
        )}
        {vaults.map((vault) => (
          <Vault key={vault.id} vault={vault} />
        ))}
        <ConnectionsCard signInTo={saved} onEdit={setEditing} />
      </div>
    </div>
  );
}

type Doing = { readonly what: 'add' } | { readonly what: 'set' | 'remove'; readonly key: string };

function Vault({ vault }: { readonly vault: VaultShown }) {
  const t = useText();
  const [doing, setDoing] = useState<Doing>();
  const { id, isDefault, writable, keys, error } = vault;
  const close = () => setDoing(undefined);
  const remove = async (key: string) => {
    await call('DELETE', `vaults/${encodeURIComponent(id)}/${encodeURIComponent(key)}`).catch((thrown: unknown) =>
      toast(told(thrown), 'bad'),
    );
    await loadVaults();
  };
  return (
    <section className="card screen-card" data-vault={id}>
      <div className="screen-card-head">
        <Icon name="key" />
        <h2>{id}</h2>
        {isDefault && <Badge tone="accent">{t('screens.default')}</Badge>}
        {!writable && <Badge>{t('screens.readOnly')}</Badge>}
        <span className="screen-card-space" />
        {writable && (
          <Button icon="add" onPress={() => setDoing({ what: 'add' })}>
            {t('screens.addKey')}
          </Button>
        )}
      </div>
      {error && (
        <details className="screen-away">
          <summary>{t('screens.vaultAway')}</summary>
          {`${error.message} ${error.fix}`}
        </details>
      )}
      {keys.length === 0 && !error && <p className="muted screen-none">{t('screens.noKeys')}</p>}
      {keys.map(({ key, usedIn }) => (
        <div key={key} className="screen-line" data-key={key}>
          <code>{key}</code>
          <UsedIn uses={usedIn} />
          {writable && (
            <>
              <IconButton icon="edit" label={`${t('screens.setKey')}: ${key}`} onPress={() => setDoing({ what: 'set', key })} />
              <IconButton icon="trash" label={`${t('screens.remove')}: ${key}`} onPress={() => setDoing({ what: 'remove', key })} />
            </>
          )}
        </div>
      ))}
      {doing?.what === 'add' && <SetCredential vault={vault} onClose={close} />}
      {doing?.what === 'set' && <SetCredential vault={vault} given={doing.key} onClose={close} />}
      {doing?.what === 'remove' && (
        <Sure
          title={t('screens.removeKey', { key: doing.key })}
          hint={t('screens.removeKeyHint')}
          action={t('screens.remove')}
          uses={keys.find((one) => one.key === doing.key)?.usedIn ?? []}
          onClose={close}
          onSure={() => void remove(doing.key)}
        />
      )}
    </section>
  );
}
