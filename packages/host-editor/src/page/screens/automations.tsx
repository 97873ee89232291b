import { useCallback, useEffect, useRef, useState } from 'react';
import type { AutomationListed, AutomationNew, AutomationOpened, RunListed } from '../../api.ts';
import { editor } from '../automation/editor-store.ts';
import { call, told } from '../client.ts';
import { addressOf, go } from '../navigation.ts';
import { formatTime, useText, type TextKey } from '../text/text.ts';
import { Badge, Button, Dialog, Empty, Icon, IconButton, Menu, TextField, toast } from '../ui/index.ts';
import './automations.css';
import { Sure } from './sure.tsx';

const RAN: Readonly<Record<RunListed['state'], { readonly key: TextKey; readonly tone: 'good' | 'bad' | 'warn' | 'accent' }>> = {
  done: { key: 'automations.ran.done', tone: 'good' },
  failed: { key: 'automations.ran.failed', tone: 'bad' },
  running: { key: 'automations.ran.running', tone: 'accent' },
  paused: { key: 'automations.ran.running', tone: 'accent' },
  stopping: { key: 'automations.ran.running', tone: 'accent' },
  stopped: { key: 'automations.ran.stopped', tone: 'warn' },
  interrupted: { key: 'automations.ran.interrupted', tone: 'warn' },
};
const tell = (error: unknown): void => toast(told(error), 'bad');

/** The files of the folder: what they are called, whether they are ready, how they ran last. */
export function AutomationsScreen() {
  const t = useText();
  const [all, setAll] = useState<readonly AutomationListed[]>();
  const [isNaming, setNaming] = useState(false);
  const [deleting, setDeleting] = useState<AutomationListed>();
  const load = useCallback(() => call<readonly AutomationListed[]>('GET', 'automations').then(setAll, tell), []);
  useEffect(() => void load(), [load]);
  const create = async (wanted: AutomationNew): Promise<void> => {
    try {
      const { file } = await call<AutomationOpened>('POST', 'automations', wanted);
      go('editor', file);
    } catch (error) {
      tell(error);
    }
  };
  const remove = async ({ file }: AutomationListed): Promise<void> => {
    await call('DELETE', `automations/${encodeURIComponent(file)}`).catch(tell);
    editor.forget(file);
    await load();
  };
  return (
    <div className="screen">
      <div className="screen-inner">
        <div className="screen-head">
          <h1>{t('nav.automations')}</h1>
          <Import onImport={create} />
          <Button variant="primary" icon="add" onPress={() => setNaming(true)}>
            {t('automations.new')}
          </Button>
        </div>
        {all?.length === 0 && (
          <div className="card automations-none">
            <Empty icon="bot" title={t('automations.none')}>
              {t('automations.noneHint')}
            </Empty>
          </div>
        )}
        {all && all.length > 0 && (
          <ul className="card automations" aria-label={t('nav.automations')}>
            {all.map((one) => (
              <Row
                key={one.file}
                automation={one}
                onDuplicate={() => void create({ name: t('automations.copyName', { name: one.name }), copyOf: one.file })}
                onDelete={() => setDeleting(one)}
              />
            ))}
          </ul>
        )}
      </div>
      <NewDialog isOpen={isNaming} onClose={() => setNaming(false)} onCreate={(name) => void create({ name })} />
      {deleting && (
        <Sure
          title={t('automations.deleteTitle', { name: deleting.name })}
          hint={t('automations.deleteText', { file: deleting.file })}
          action={t('common.delete')}
          uses={deleting.usedIn}
          onClose={() => setDeleting(undefined)}
          onSure={() => void remove(deleting)}
        />
      )}
    </div>
  );
}

function Row({
  automation,
  onDuplicate,
  onDelete,
}: {
  readonly automation: AutomationListed;
  readonly onDuplicate: () => void;
  readonly onDelete: () => void;
}) {
  const t = useText();
  const { file, name, problems, lastRun } = automation;
  return (
    <li className="automation">
      <span className="automation-icon">
        <Icon name="bot" size={19} />
      </span>
      <a className="automation-name" href={addressOf('editor', file)}>
        <strong>{name}</strong>
        <span>{file}</span>
      </a>
      <span className="automation-run">
        {lastRun ? (
          <>
            <Badge tone={RAN[lastRun.state].tone}>{t(RAN[lastRun.state].key)}</Badge> {formatTime(lastRun.startedAt)}
          </>
        ) : (
          t('automations.never')
        )}
      </span>
      {problems > 0 ? (
        <Badge tone="bad" icon="error">
          {t('top.problems', { count: problems })}
        </Badge>
      ) : (
        <Badge tone="good" icon="check">
          {t('automations.ready')}
        </Badge>
      )}
      <Menu
        label={t('automations.actions', { name })}
        trigger={<IconButton icon="more" label={t('automations.actions', { name })} />}
        groups={[
          { entries: [{ id: 'duplicate', icon: 'duplicate', text: t('automations.duplicate'), onAction: onDuplicate }] },
          { entries: [{ id: 'delete', icon: 'trash', text: t('common.delete'), danger: true, onAction: onDelete }] },
        ]}
      />
    </li>
  );
}

function NewDialog({
  isOpen,
  onClose,
  onCreate,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCreate: (name: string) => void;
}) {
  const t = useText();
  const [name, setName] = useState('');
  const create = (): void => {
    if (name.trim() === '') return;
    onClose();
    setName('');
    onCreate(name.trim());
  };
  return (
    <Dialog
      title={t('automations.new')}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('common.cancel')}</Button>
          <Button variant="primary" isDisabled={name.trim() === ''} onPress={create}>
            {t('automations.create')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('automations.name')}
        value={name}
        onChange={setName}
        maxLength={200}
        autoFocus
        onKeyDown={(event) => {
          if (event.key === 'Enter') create();
        }}
      />
    </Dialog>
  );
}

function Import({ onImport }: { readonly onImport: (wanted: AutomationNew) => Promise<void> }) {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    await onImport({ name: file.name.replace(/(\.steps)?\.ya?ml$/i, ''), text: await file.text() });
    if (input.current) input.current.value = '';
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".yaml,.yml"
        hidden
        aria-hidden
        tabIndex={-1}
        onChange={(event) => void read(event.target.files?.[0])}
      />
      <Button icon="upload" onPress={() => input.current?.click()}>
        {t('automations.import')}
      </Button>
    </>
  );
}
