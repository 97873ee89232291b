import { useRef, useState } from 'react';
import type { Discovered, Fields } from '../../../api.ts';
import { call, CallError, told } from '../../client.ts';
import { useText } from '../../text/text.ts';
import { Notice } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Submit } from '../submit.tsx';

type State =
  | { readonly at: 'idle' | 'asking' | 'absent' }
  | { readonly at: 'there'; readonly found: Discovered }
  | { readonly at: 'failed'; readonly text: string };

/** Settings found from an address: what is chosen fills the form. */
export function Discover({ onChoose }: { readonly onChoose: (connect: Fields) => void }) {
  const t = useText();
  const [address, setAddress] = useState('');
  const [state, setState] = useState<State>({ at: 'idle' });
  const running = useRef<AbortController>(undefined);
  const ask = () => {
    if (!/^[^\s@]+@[^\s@]+$/.test(address.trim())) return;
    running.current?.abort();
    const gone = (running.current = new AbortController());
    setState({ at: 'asking' });
    call<Discovered>('POST', 'discover', { address: address.trim() }, gone.signal).then(
      (found) => setState({ at: 'there', found }),
      (thrown: unknown) => {
        if (gone.signal.aborted) return;
        setState(thrown instanceof CallError && thrown.status === 404 ? { at: 'absent' } : { at: 'failed', text: told(thrown) });
      },
    );
  };
  if (state.at === 'absent') return null;
  return (
    <div className="discover">
      <Submit onSubmit={ask}>
        <div className="field-with-button">
          <TextField
            label={t('discover.address')}
            hint={t('discover.hint')}
            type="email"
            placeholder="me@example.com"
            value={address}
            onChange={setAddress}
          />
          <Button
            icon={state.at === 'asking' ? 'spinner' : 'search'}
            onPress={ask}
            isDisabled={state.at === 'asking' || !address.includes('@')}
          >
            {t('discover.find')}
          </Button>
        </div>
      </Submit>
      {state.at === 'failed' && <Notice tone="warn">{state.text}</Notice>}
      {state.at === 'there' && state.found.candidates.length === 0 && <Notice tone="neutral">{t('discover.nothing')}</Notice>}
      {state.at === 'there' && (
        <ul className="candidates">
          {state.found.candidates.map(({ title, reason, notes, connect }) => (
            <li key={title}>
              <Button
                variant="quiet"
                icon="server"
                onPress={() => {
                  onChoose(connect);
                  setState({ at: 'idle' });
                }}
              >
                {title}
              </Button>
              {[reason, ...notes].map((text) => (
                <p key={text} className="field-hint">
                  {text}
                </p>
              ))}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
