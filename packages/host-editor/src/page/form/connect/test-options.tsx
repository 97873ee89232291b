import type { Fields, Json } from '../../../api.ts';
import { useText } from '../../text/text.ts';
import { Switch } from '../../ui/switch.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useForm } from '../form-context.ts';
import { Submit } from '../submit.tsx';
import { isObject } from '../model/schema.ts';
import { shown } from '../widgets/simple.tsx';

export interface TestOptionsProps {
  /** Variables without a default that the connection uses. */
  readonly missing: readonly string[];
  readonly values: Fields;
  readonly setValues: (values: Fields) => void;
  /** Where a test mail goes; absent: none is sent. */
  readonly sendTo: string | undefined;
  readonly setSendTo: (address: string | undefined) => void;
  readonly sender: string | undefined;
  readonly isRunning: boolean;
}

/** What a test needs besides the form: values of variables, and who gets a test mail. They stay in the page. */
export function TestOptions({ missing, values, setValues, sendTo, setSendTo, sender, isRunning }: TestOptionsProps) {
  const t = useText();
  const { content } = useForm();
  return (
    <Submit>
      <div className="test-options">
        {missing.map((name) => {
          const type = content.variables?.[name]?.['type'];
          return (
            <TextField
              key={name}
              label={t('test.valueOf', { name })}
              hint={t('test.valueHint')}
              type={type === 'secret' ? 'password' : 'text'}
              autoComplete="off"
              value={shown(values[name])}
              isDisabled={isRunning}
              onChange={(text) => setValues({ ...values, [name]: typed(text, type) })}
            />
          );
        })}
        <Switch
          label={t('test.sendMail')}
          isSelected={sendTo !== undefined}
          onChange={(on) => setSendTo(on ? (sender ?? '') : undefined)}
          isDisabled={isRunning}
        />
        {sendTo !== undefined && (
          <>
            <TextField
              label={t('test.sendTo')}
              type="email"
              autoComplete="off"
              value={sendTo}
              onChange={setSendTo}
              isDisabled={isRunning}
            />
            {sender !== undefined && (
              <Switch
                label={t('test.sameAsSender', { address: sender })}
                isSelected={sendTo === sender}
                onChange={(on) => setSendTo(on ? sender : '')}
                isDisabled={isRunning}
              />
            )}
          </>
        )}
      </div>
    </Submit>
  );
}

function typed(text: string, type: Json | undefined): Json {
  if (type === 'number' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return type === 'secret' ? { insecure: text } : text;
}

/** The sender's address, as far as the form says it. */
export function senderIn(input: Fields): string | undefined {
  for (const key of ['outgoing', 'server']) {
    const side = input[key];
    if (!isObject(side)) continue;
    const auth = isObject(side['auth']) ? side['auth'] : {};
    for (const value of [side['from'], auth['mailbox'], auth['username']]) {
      const text = isObject(value) ? value['insecure'] : value;
      const address = typeof text === 'string' ? (/<([^<>]+)>$/.exec(text.trim())?.[1] ?? text.trim()) : '';
      if (/^[^\s@{}]+@[^\s@{}]+$/.test(address)) return address;
    }
  }
  return undefined;
}
