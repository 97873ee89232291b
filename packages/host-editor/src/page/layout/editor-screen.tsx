import { useEffect, useState } from 'react';
import { editor, selectedStep, useAutomation, useFromAutomation } from '../automation/editor-store.ts';
import { CallError } from '../client.ts';
import type { ErrorShown } from '../../api.ts';
import { FormPanel } from '../form/form-panel.tsx';
import { useRoute } from '../navigation.ts';
import { Palette } from '../palette/palette.tsx';
import { StepList } from '../steps/step-list.tsx';
import { useText } from '../text/text.ts';
import { Empty, Notice, Splitter } from '../ui/index.ts';
import { BottomPanel } from './bottom-panel.tsx';
import { ConflictDialog } from './conflict.tsx';
import { useSize } from './sizes.ts';

export function EditorScreen() {
  const t = useText();
  const { detail } = useRoute();
  const isOpen = useFromAutomation((automation) => automation !== undefined && automation.file === detail);
  const [error, setError] = useState<ErrorShown>();
  useEffect(() => {
    if (detail === undefined) return;
    setError(undefined);
    editor.open(detail).catch((thrown: unknown) => setError(thrown instanceof CallError ? thrown.failure.error : undefined));
  }, [detail]);
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
  const [palette, setPalette] = useSize('palette', 232);
  const [form, setForm] = useSize('form', 392);
  return (
    <div className="editor">
      <div className="editor-columns">
        <aside className="editor-side" style={{ width: palette }} aria-label={t('palette.title')}>
          <Palette />
        </aside>
        <Splitter label={t('panel.palette')} direction="right" size={palette} min={180} max={360} onResize={setPalette} />
        <section className="editor-middle" aria-label={t('steps.title')}>
          <Failed />
          <StepList />
        </section>
        <Splitter label={t('panel.form')} direction="left" size={form} min={300} max={640} onResize={setForm} />
        <aside className="editor-side" style={{ width: form }} aria-label={t('form.title')}>
          <Form />
        </aside>
      </div>
      <BottomPanel />
      <ConflictDialog />
    </div>
  );
}

function Form() {
  const t = useText();
  const step = useFromAutomation(selectedStep);
  if (step) return <FormPanel key={step.id} step={step} />;
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
