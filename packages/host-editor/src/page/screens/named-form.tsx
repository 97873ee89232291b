import { useEffect, useState, type ReactNode } from 'react';
import type { Fields as Input, StepContent } from '../../api.ts';
import { told } from '../client.ts';
import { FieldView } from '../form/field-view.tsx';
import { FormContext, type FormTools } from '../form/form-context.ts';
import '../form/form.css';
import { Memory } from '../form/model/branches.ts';
import { isObject, type Schema } from '../form/model/schema.ts';
import { withValue } from '../form/model/value.ts';
import { Fields } from '../form/object-view.tsx';
import { guardRoute } from '../navigation.ts';
import { useText } from '../text/text.ts';
import { Button, Notice, TextField } from '../ui/index.ts';
import { Sure } from './sure.tsx';

export interface NamedFormProps {
  /** What is edited; absent: a new one. */
  readonly name?: string;
  /** Names that are taken, whatever their case. */
  readonly names: readonly string[];
  /** A name that can be kept only. */
  readonly isNameFixed?: boolean;
  readonly newTitle: string;
  readonly takenText: string;
  readonly root: Schema;
  readonly leaveOut?: readonly string[];
  readonly input: Input;
  /** Rejects with what the page shows. */
  readonly onSave: (name: string, input: Input) => Promise<void>;
  readonly onClose: () => void;
  /** Below the form. */
  readonly children?: (name: string, input: Input) => ReactNode;
}

/** A form whose input is kept under a name, outside of any automation. What was typed is lost only after a question. */
export function NamedForm(props: NamedFormProps) {
  const { name: given = '', names, isNameFixed = false, newTitle, takenText, root, leaveOut = [], onSave, onClose, children } = props;
  const t = useText();
  const [name, setName] = useState(given);
  const [step, setStep] = useState<StepContent>(() => ({ id: 'named', with: props.input }));
  const [first] = useState(step);
  const [leaving, setLeaving] = useState<() => void>();
  const [problem, setProblem] = useState<string>();
  const tools = useTools(root, step, setStep);
  const isTaken = name.trim() !== given && names.some((one) => one.toLowerCase() === name.trim().toLowerCase());
  const isDirty = step !== first || name !== given;
  const input = isObject(step['with']) ? step['with'] : {};
  useEffect(() => (isDirty ? guardRoute((leave) => setLeaving(() => leave)) : undefined), [isDirty]);
  const save = () => onSave(name.trim(), input).catch((thrown: unknown) => setProblem(told(thrown)));
  return (
    <div className="screen">
      <div className="screen-inner">
        <div className="screen-head">
          <h1>{given === '' ? newTitle : given}</h1>
          <Button onPress={() => (isDirty ? setLeaving(() => onClose) : onClose())}>{t('common.cancel')}</Button>
          <Button variant="primary" icon="save" isDisabled={!isDirty || name.trim() === '' || isTaken} onPress={() => void save()}>
            {t('screens.save')}
          </Button>
        </div>
        {problem !== undefined && <Notice tone="bad">{problem}</Notice>}
        <div className="card session-form">
          <FormContext value={tools}>
            <div className="form-body">
              <TextField
                label={t('screens.name')}
                value={name}
                onChange={setName}
                isRequired
                isDisabled={isNameFixed}
                autoFocus={given === ''}
                {...(isTaken && { error: takenText })}
              />
              <Fields schema={root} path={['with']} value={input} leaveOut={leaveOut} />
            </div>
            {children?.(name.trim(), input)}
          </FormContext>
        </div>
        {leaving && (
          <Sure
            title={t('screens.discardTitle')}
            hint={t('screens.discardHint', { name: name === '' ? newTitle : name })}
            action={t('common.discard')}
            keep={t('screens.keepEditing')}
            onClose={() => setLeaving(undefined)}
            onSure={leaving}
          />
        )}
      </div>
    </div>
  );
}

function useTools(root: Schema, step: StepContent, setStep: (change: (before: StepContent) => StepContent) => void): FormTools {
  const [memory] = useState(() => new Memory());
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  return {
    FieldView,
    root,
    file: '',
    step,
    content: { version: 1, id: 'named', name: '', steps: [step] },
    names: [],
    troubles: new Map(),
    memory,
    touched,
    isShared: true,
    touch: (pointer) => !touched.has(pointer) && setTouched(new Set([...touched, pointer])),
    set: (path, value) => setStep((before) => withValue(before, path, value) as StepContent),
    connect: () => undefined,
  };
}
