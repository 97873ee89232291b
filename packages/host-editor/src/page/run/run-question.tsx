import { useState } from 'react';
import { useText } from '../text/text.ts';
import { Button, Dialog, Notice, TextField } from '../ui/index.ts';
import { answerQuestion, dropQuestion, useRun, type RunQuestion } from './run-store.ts';

/** Asks what a run needs to know: values of variables, and whether erasing is meant. */
export function RunQuestionDialog() {
  const { question } = useRun();
  return question ? <Question question={question} /> : null;
}

function Question({ question: { variables, destroys } }: { readonly question: RunQuestion }) {
  const t = useText();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const isComplete = variables.every(({ name }) => (values[name] ?? '') !== '');
  return (
    <Dialog
      title={t('run.question')}
      isOpen
      role={destroys ? 'alertdialog' : 'dialog'}
      onClose={dropQuestion}
      actions={
        <>
          <Button onPress={dropQuestion}>{t('common.cancel')}</Button>
          <Button variant={destroys ? 'danger' : 'primary'} isDisabled={!isComplete} onPress={() => void answerQuestion(values)}>
            {t(destroys ? 'run.agree' : 'top.run')}
          </Button>
        </>
      }
    >
      <div className="run-question">
        {destroys && <Notice tone="warn">{t('run.destroys')}</Notice>}
        {variables.length > 0 && <p>{t('run.variablesHint')}</p>}
        {variables.map(({ name, type, description }, index) => (
          <TextField
            key={name}
            label={name}
            hint={description ?? (type === 'secret' ? t('run.secretHint') : undefined)}
            value={values[name] ?? ''}
            isRequired
            autoFocus={index === 0}
            onChange={(text) => setValues({ ...values, [name]: text })}
          />
        ))}
      </div>
    </Dialog>
  );
}
