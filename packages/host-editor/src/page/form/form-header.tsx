import { useState } from 'react';
import type { DefinitionShown, StepContent } from '../../api.ts';
import { editor } from '../automation/editor-store.ts';
import { kindOf } from '../automation/content.ts';
import { useText } from '../text/text.ts';
import { Icon, isIcon, type IconName } from '../ui/icon.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Submit } from './submit.tsx';
import { useTrouble } from './form-context.ts';

/** What the step is. */
export function FormHeader({ step, definition }: { readonly step: StepContent; readonly definition: DefinitionShown | undefined }) {
  const t = useText();
  const kind = kindOf(step);
  const title = definition?.title ?? t(`step.kind.${kind}`);
  return (
    <header className="form-header">
      <span className="form-icon">
        <Icon name={iconOf(step, definition)} size={20} />
      </span>
      <div className="form-heading">
        <h2 className="form-title">{title}</h2>
        <p className="form-summary">{definition?.summary ?? t(`step.about.${kind}`)}</p>
      </div>
    </header>
  );
}

function iconOf(step: StepContent, definition: DefinitionShown | undefined): IconName {
  const kind = kindOf(step);
  const name = definition?.id.replace(/^.*\./, '') ?? (kind === 'set' ? 'variable' : kind);
  return isIcon(name) ? name : 'step';
}

/** Renames when the author leaves the field: a half-typed name would break what refers to the step. */
export function StepName({ step }: { readonly step: StepContent }) {
  const t = useText();
  const [typed, setTyped] = useState(step.id);
  const { error } = useTrouble(['id'], step.id);
  const [isTaken, setTaken] = useState(false);
  const shown = isTaken ? t('step.idTaken') : error;
  const commit = () => {
    const id = typed.trim();
    if (id === '' || id === step.id) return setTyped(step.id);
    setTaken(!editor.do({ op: 'rename', id: step.id, to: id }, id));
  };
  return (
    <Submit onSubmit={commit}>
      <TextField
        label={t('step.id')}
        value={typed}
        onChange={(text) => {
          setTyped(text);
          setTaken(false);
        }}
        onBlur={commit}
        mono
        {...(shown !== undefined && { error: shown })}
      />
    </Submit>
  );
}
