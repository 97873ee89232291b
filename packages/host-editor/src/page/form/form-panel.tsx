import { useEffect, useMemo, useState } from 'react';
import type { ConnectAsked, Fields as Input, Json, ProblemShown, StepContent } from '../../api.ts';
import { editor, selectedStep, useAutomation, useFromAutomation } from '../automation/editor-store.ts';
import { useBoot } from '../boot.ts';
import { useText } from '../text/text.ts';
import { Notice } from '../ui/badge.tsx';
import { Discover } from './connect/discover.tsx';
import { TestPanel } from './connect/test-panel.tsx';
import { FieldView } from './field-view.tsx';
import { FlowFields } from './flow-fields.tsx';
import { FormContext, type FormTools } from './form-context.ts';
import './form.css';
import { FormHeader, StepName } from './form-header.tsx';
import { Memory } from './model/branches.ts';
import { shownPointers } from './model/fields.ts';
import { byField } from './model/problems.ts';
import { isObject, type Schema } from './model/schema.ts';
import { connectFor, namesAt, openersAbove } from './model/scope.ts';
import { pointerOf, valueAt, withValue, type Path } from './model/value.ts';
import { defaultsOf } from './model/variables.ts';
import { Fields } from './object-view.tsx';
import { stepSchema } from './step-schema.ts';

/** What was typed in branches that are not chosen: for each step, until the file is saved. */
const memories = new Map<string, Memory>();
function memoryOf(file: string, id: string): Memory {
  const key = `${file}\n${id}`;
  const memory = memories.get(key) ?? new Memory();
  memories.set(key, memory);
  return memory;
}

/** The form of one step. */
export function FormPanel({ step }: { readonly step: StepContent }) {
  const t = useText();
  const { definitions } = useBoot();
  const definition = definitions.find(({ id }) => id === (step['action'] ?? step['loop']));
  const root = useMemo(() => (definition?.input ?? {}) as Schema, [definition]);
  const tools = useTools(step, root);
  if (!tools) return null;
  const input = isObject(step['with']) ? step['with'] : {};
  const own = stepSchema(step);
  const opensSession = definition?.kind === 'session' && root.properties !== undefined && 'server' in root.properties;
  return (
    <FormContext value={tools}>
      <div className="form" data-step={step.id}>
        <FormHeader step={step} definition={definition} />
        <div className="form-body">
          {(tools.troubles.get('') ?? []).map(({ message, fix, warning }) => (
            <Notice key={message} tone={warning ? 'warn' : 'bad'} title={message}>
              {fix}
            </Notice>
          ))}
          {opensSession && valueAt(input, ['server', 'host']) === undefined && (
            <Discover onChoose={(connect) => tools.set(['with'], { ...input, ...connect })} />
          )}
          {definition ? <Fields schema={root} path={['with']} value={input} /> : <FlowFields step={step} />}
          <section className="form-step" aria-label={t('step.title')}>
            <StepName step={step} />
            <Fields schema={own} path={[]} value={step} />
          </section>
        </div>
        {opensSession && <TestPanel input={input} />}
      </div>
    </FormContext>
  );
}

function useTools(step: StepContent, root: Schema): FormTools | undefined {
  const { definitions } = useBoot();
  const automation = useAutomation();
  const revision = useFromAutomation((one) => one?.revision);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const content = automation?.history?.now.content;
  const file = automation?.file ?? '';
  const memory = memoryOf(file, step.id);
  const [opened] = useState(revision);
  useEffect(() => {
    if (revision === opened) return;
    memories.clear();
    setTouched((before) => new Set([...before, '*']));
  }, [revision, opened]);
  const names = useMemo(() => (content ? namesAt(content, step.id, definitions) : []), [content, step.id, definitions]);
  const troubles = useMemo(() => {
    const mine = (list: readonly ProblemShown[] | undefined, warning: boolean) =>
      (list ?? []).filter(({ id }) => id === step.id).map((one) => ({ ...one, warning }));
    const shown = [
      ...shownPointers(root, root, step['with'], ['with']),
      ...shownPointers(stepSchema(step), root, step),
      '/if',
      '/loop',
      '/call',
      '/set',
      '/id',
      ...inside(step, 'set'),
      ...inside(step, 'with'),
    ];
    return byField(
      [...mine(automation?.problems, false), ...mine(automation?.warnings, true)],
      shown,
      'action' in step || typeof step['loop'] === 'string',
    );
  }, [automation?.problems, automation?.warnings, root, step]);
  if (!content) return undefined;
  return {
    FieldView,
    root,
    file,
    step,
    content,
    names,
    troubles,
    memory,
    touched,
    touch: (pointer) => !touched.has(pointer) && setTouched(new Set([...touched, pointer])),
    set,
    connect: (session): ConnectAsked | undefined => {
      const openers = openersAbove(content, step.id, definitions);
      const connect: Input | undefined =
        connectFor(content, step.id, session, definitions) ??
        (openers.length === 1 && session.includes('{{') ? openers[0]?.input : undefined);
      return connect && { connect, variables: defaultsOf(content.variables) };
    },
  };
}

const inside = (step: StepContent, key: string): readonly string[] => {
  const value = step[key];
  return isObject(value) ? Object.keys(value).map((name) => pointerOf([key, name])) : [];
};

/** Changes the selected step as it is now: two changes of one moment both count. */
function set(path: Path, value: Json | undefined): void {
  const step = selectedStep(editor.get());
  if (!step) return;
  const next = withValue(step, path, value) as StepContent;
  const bare = isObject(next['with']) && Object.keys(next['with']).length === 0 && valueAt(step, ['with']) !== undefined;
  editor.do({ op: 'change', step: (bare ? withValue(next, ['with'], undefined) : next) as StepContent, field: pointerOf(path) });
}
