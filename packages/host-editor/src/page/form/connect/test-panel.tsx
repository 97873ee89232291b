import { useState } from 'react';
import type { ConnectAsked, Fields } from '../../../api.ts';
import { useText } from '../../text/text.ts';
import { toast } from '../../ui/announce.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { useForm } from '../form-context.ts';
import { isObject } from '../model/schema.ts';
import { defaultsOf, variablesIn } from '../model/variables.ts';
import { Results } from './results.tsx';
import { TestOptions, senderIn } from './test-options.tsx';
import { details, useTest, type TestState } from './test-store.ts';
import './test.css';

/** Logins that a person does. */
const BY_PERSON = ['oauth-pkce', 'oauth-device-code'];

/** Opens the session as a run would and tells each stage; it stays at the bottom of the form. */
export function TestPanel({ input, onEnd }: { readonly input: Fields; readonly onEnd?: (isOk: boolean) => void }) {
  const t = useText();
  const { file, content, touch } = useForm();
  const { state, start, cancel } = useTest();
  const [isOpen, setOpen] = useState(false);
  const [values, setValues] = useState<Fields>({});
  const [sendTo, setSendTo] = useState<string>();
  const defaults = defaultsOf(content.variables);
  const used = [...variablesIn(input, Object.keys(content.variables ?? {}))];
  const missing = used.filter((name) => defaults[name] === undefined);
  const test = (person: boolean) => {
    touch('*');
    setOpen(true);
    const asked: ConnectAsked = { connect: input, variables: { ...defaults, ...values } };
    start({ ...asked, file, person, ...(sendTo !== undefined && sendTo.trim() !== '' && { sendTo: sendTo.trim() }) }, onEnd);
  };
  const isRunning = state.at === 'running';
  const needsPerson = isByPerson(input) || codesOf(state).includes('auth.sign_in_needed');
  return (
    <section className="test" aria-label={t('test.title')} data-test={state.at}>
      {isOpen && (
        <div className="test-body">
          <TestOptions {...{ missing, values, setValues, sendTo, setSendTo, sender: senderIn(input) }} isRunning={isRunning} />
          <Results state={state} />
        </div>
      )}
      <div className="test-bar">
        {isRunning ? (
          <Button icon="stop" onPress={cancel}>
            {t('common.cancel')}
          </Button>
        ) : (
          <Button variant="primary" icon="connect" onPress={() => test(false)}>
            {t('test.start')}
          </Button>
        )}
        {needsPerson && !isRunning && (
          <Button icon="sign-in" onPress={() => test(true)}>
            {t('test.signIn')}
          </Button>
        )}
        <div className="test-tools">
          <span className="test-state" role="status">
            {state.at !== 'idle' && <StateBadge at={state.at} />}
          </span>
          {state.stages.length > 0 && !isRunning && (
            <IconButton
              icon="copy"
              label={t('test.copy')}
              onPress={() => void navigator.clipboard.writeText(details(state)).then(() => toast(t('test.copied')))}
            />
          )}
          <IconButton icon={isOpen ? 'collapse' : 'up'} label={t(isOpen ? 'test.hide' : 'test.options')} onPress={() => setOpen(!isOpen)} />
        </div>
      </div>
    </section>
  );
}

function StateBadge({ at }: { readonly at: Exclude<TestState['at'], 'idle'> }) {
  const t = useText();
  const tone = ({ running: 'accent', ok: 'good', failed: 'bad', canceled: 'neutral' } as const)[at];
  const icon = ({ running: 'spinner', ok: 'done', failed: 'error', canceled: 'off' } as const)[at];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`test.${at}`)}
    </Badge>
  );
}

const codesOf = ({ stages, error }: TestState): readonly (string | undefined)[] => [error?.code, ...stages.map(({ code }) => code)];
const isByPerson = (input: Fields): boolean =>
  ['server', 'outgoing'].some((key) => {
    const side = input[key];
    const auth = isObject(side) ? side['auth'] : undefined;
    return isObject(auth) && typeof auth['mode'] === 'string' && BY_PERSON.includes(auth['mode']);
  });
