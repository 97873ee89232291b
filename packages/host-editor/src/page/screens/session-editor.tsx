import { useMemo, useState } from 'react';
import type { Fields as Input, SessionShown, StepContent } from '../../api.ts';
import { useBoot } from '../boot.ts';
import { call, CallError } from '../client.ts';
import { TestPanel } from '../form/connect/test-panel.tsx';
import { FieldView } from '../form/field-view.tsx';
import { FormContext, type FormTools } from '../form/form-context.ts';
import '../form/form.css';
import { fresh, Memory } from '../form/model/branches.ts';
import { isObject, type Schema } from '../form/model/schema.ts';
import { withValue } from '../form/model/value.ts';
import { Fields } from '../form/object-view.tsx';
import { useText } from '../text/text.ts';
import { Button, Notice, TextField, toast } from '../ui/index.ts';
import { Sure } from './sure.tsx';

/** What a saved session says itself: neither its own name nor that of another one. */
const OUTSIDE = ['session', 'saved'];

/** The form of Connect for a session that is saved under a name. What was typed is lost only after a question. */
export function SessionEditor({
  session,
  names,
  onClose,
}: {
  readonly session?: SessionShown;
  readonly names: readonly string[];
  readonly onClose: () => void;
}) {
  const t = useText();
  const root = useConnectSchema();
  const [name, setName] = useState(session?.name ?? '');
  const [step, setStep] = useState<StepContent>(() => ({
    id: 'session',
    action: 'email.connect',
    with: session?.connect ?? beginning(root),
  }));
  const [first] = useState(step);
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const tools = useTools(root, step, setStep);
  const isTaken = name.trim() !== (session?.name ?? '') && names.some((one) => one.toLowerCase() === name.trim().toLowerCase());
  const isDirty = step !== first || name !== (session?.name ?? '');
  const input = isObject(step['with']) ? step['with'] : {};
  const save = async () => {
    try {
      const isSame = session?.name === name.trim();
      await call('PUT', `sessions/${encodeURIComponent(name.trim())}`, { connect: input, ...(isSame && { replace: true }) });
      if (session && !isSame) await call('DELETE', `sessions/${encodeURIComponent(session.name)}`);
      toast(t('screens.savedSession', { name: name.trim() }));
      onClose();
    } catch (thrown) {
      setProblem(thrown instanceof CallError ? `${thrown.failure.error.message} ${thrown.failure.error.fix}` : String(thrown));
    }
  };
  return (
    <div className="screen">
      <div className="screen-inner">
        <div className="screen-head">
          <h1>{session?.name ?? t('screens.newSession')}</h1>
          <Button onPress={() => (isDirty ? setAsking(true) : onClose())}>{t('common.cancel')}</Button>
          <Button variant="primary" icon="save" isDisabled={!isDirty || name.trim() === '' || isTaken} onPress={() => void save()}>
            {t('screens.saveSession')}
          </Button>
        </div>
        {problem !== undefined && <Notice tone="bad">{problem}</Notice>}
        <div className="card session-form">
          <FormContext value={tools}>
            <div className="form-body">
              <TextField
                label={t('screens.sessionName')}
                value={name}
                onChange={setName}
                isRequired
                autoFocus={session === undefined}
                {...(isTaken && { error: t('screens.nameTaken') })}
              />
              <Fields schema={root} path={['with']} value={input} leaveOut={OUTSIDE} />
            </div>
            <TestPanel input={{ ...input, session: name.trim() === '' ? 'Default' : name.trim() }} />
          </FormContext>
        </div>
        {isAsking && (
          <Sure
            title={t('screens.discardTitle')}
            hint={t('screens.discardHint', { name: name === '' ? t('screens.newSession') : name })}
            action={t('common.discard')}
            keep={t('screens.keepEditing')}
            onClose={() => setAsking(false)}
            onSure={onClose}
          />
        )}
      </div>
    </div>
  );
}

function useConnectSchema(): Schema {
  const { definitions } = useBoot();
  return useMemo(() => {
    const inputs = definitions.filter(({ kind }) => kind === 'session').map(({ input }) => input as Schema);
    return inputs.find(({ properties }) => properties !== undefined && 'server' in properties) ?? {};
  }, [definitions]);
}

/** A new session begins with a server, at the first kind of it. */
function beginning(root: Schema): Input {
  const server = root.properties?.['server'];
  return server === undefined ? {} : { server: fresh(server, root) };
}

function useTools(root: Schema, step: StepContent, setStep: (change: (before: StepContent) => StepContent) => void): FormTools {
  const [memory] = useState(() => new Memory());
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  return {
    FieldView,
    root,
    file: '',
    step,
    content: { version: 1, id: 'session', name: '', steps: [step] },
    names: [],
    troubles: new Map(),
    memory,
    touched,
    touch: (pointer) => !touched.has(pointer) && setTouched(new Set([...touched, pointer])),
    set: (path, value) => setStep((before) => withValue(before, path, value) as StepContent),
    connect: () => undefined,
  };
}
