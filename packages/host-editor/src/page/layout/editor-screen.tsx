import { useEffect, useState } from 'react';
import type { Boot, ErrorShown } from '../../api.ts';
import { refresh } from '../automation/commands.ts';
import { findStep, type Place } from '../automation/content.ts';
import { editor, isDirty, selectedStep, useAutomation, useFromAutomation } from '../automation/editor-store.ts';
import { useBoot } from '../boot.ts';
import { CallError } from '../client.ts';
import { FormPanel } from '../form/form-panel.tsx';
import { useRoute } from '../navigation.ts';
import { blocksOf } from '../palette/blocks.ts';
import { Palette } from '../palette/palette.tsx';
import { addBlock, moveStep } from '../steps/actions.ts';
import { DragArea, type Carried } from '../steps/drag.tsx';
import { focusSelected, useEditorKeys } from '../steps/keys.ts';
import { StepList } from '../steps/step-list.tsx';
import { wordsOf } from '../steps/words.ts';
import { useText } from '../text/text.ts';
import { Empty, Icon, Notice, Splitter, toast } from '../ui/index.ts';
import { BottomPanel } from './bottom-panel.tsx';
import { ConflictDialog } from './conflict.tsx';
import { useSize } from './sizes.ts';

export function EditorScreen() {
  const t = useText();
  const { detail } = useRoute();
  const isOpen = useFromAutomation((automation) => automation !== undefined && automation.file === detail);
  const [error, setError] = useState<ErrorShown>();
  useEffect(() => {
    if (detail === undefined) return undefined;
    setError(undefined);
    if (editor.get()?.file === detail) return void refresh();
    const left = editor.get();
    if (left && isDirty(left)) toast(t('top.kept', { file: left.file }));
    editor.open(detail).catch((thrown: unknown) => setError(thrown instanceof CallError ? thrown.failure.error : undefined));
    return undefined;
  }, [detail]);
  useEffect(() => {
    // A person who comes back from a text editor sees what was written there.
    const look = () => void refresh();
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, []);
  if (error)
    return (
      <Empty icon="error" title={error.message}>
        {error.fix}
      </Empty>
    );
  return isOpen ? <Editor /> : <Empty icon="steps" title={t('app.loading')} />;
}

function Editor() {
  const t = useText();
  const [palette, setPalette] = useSize('palette', 216);
  const [form, setForm] = useSize('form', 376);
  const boot = useBoot();
  useEditorKeys();
  return (
    <DragArea overlay={(carried) => <CarriedLook carried={carried} />} onDrop={(carried, place) => drop(carried, place, boot)}>
      <div className="editor">
        <aside className="editor-side" style={{ width: palette }} aria-label={t('palette.title')}>
          <Palette />
        </aside>
        <Splitter label={t('panel.palette')} direction="right" size={palette} min={180} max={360} onResize={setPalette} />
        <section className="editor-middle" aria-label={t('steps.title')}>
          <Failed />
          <StepList />
        </section>
        <div className="editor-form-edge">
          <Splitter label={t('panel.form')} direction="left" size={form} min={300} max={640} onResize={setForm} />
        </div>
        <aside className="editor-side editor-form" style={{ width: form }} aria-label={t('form.title')}>
          <Form />
        </aside>
        <div className="editor-bottom">
          <BottomPanel />
        </div>
        <ConflictDialog />
      </div>
    </DragArea>
  );
}

function drop({ kind, id }: Carried, place: Place, boot: Boot): void {
  if (kind === 'step') return moveStep(id, place, boot);
  const block = blocksOf(boot).find((one) => one.id === id);
  if (block) addBlock(block, boot, place);
}

/** What hangs on the pointer while something is dragged. */
function CarriedLook({ carried: { kind, id } }: { readonly carried: Carried }) {
  const boot = useBoot();
  const step = kind === 'step' ? findStep(editor.get()?.history?.now.content.steps ?? [], id)?.step : undefined;
  const shown = step ? wordsOf(step, boot) : blocksOf(boot).find((block) => block.id === id);
  if (!shown) return null;
  return (
    <div className="carried">
      <span className="step-icon">
        <Icon name={shown.icon} />
      </span>
      {shown.title}
    </div>
  );
}

function Form() {
  const t = useText();
  const step = useFromAutomation(selectedStep);
  if (step)
    return (
      <div
        className="form-area"
        onKeyDown={(event) => {
          // Back to the step; a list or dialog that is open takes the key for itself.
          if (event.key === 'Escape' && !event.defaultPrevented) focusSelected();
        }}
      >
        <FormPanel key={step.id} step={step} />
      </div>
    );
  return (
    <Empty icon="edit" title={t('form.empty')}>
      {t('form.emptyHint')}
    </Empty>
  );
}

function Failed() {
  const error = useAutomation()?.error;
  if (!error) return null;
  return (
    <Notice tone="bad" title={error.message}>
      {error.fix}
    </Notice>
  );
}
