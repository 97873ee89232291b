import { useEffect, useRef } from 'react';
import { formatDuration, useText } from '../../text/text.ts';
import { toast } from '../../ui/announce.tsx';
import { Notice } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import type { Stage, TestState } from './test-store.ts';

const ICONS: Readonly<Record<Stage['state'], IconName>> = { ok: 'done', warning: 'warning', failed: 'error', 'not-tried': 'waiting' };

/** The stages as they happen, the two sides apart. */
export function Results({ state }: { readonly state: TestState }) {
  const t = useText();
  const sides = (['reading', 'sending'] as const).filter((side) => state.stages.some((one) => one.side === side));
  const isSaid = state.error !== undefined && state.stages.some(({ code }) => code === state.error?.code);
  return (
    <>
      <SignIn {...state} />
      {sides.map((side) => (
        <div key={side} className="test-side">
          <h4 className="test-side-title">{t(`test.${side}`)}</h4>
          <ol className="stages">
            {state.stages
              .filter((one) => one.side === side)
              .map((one) => (
                <StageLine key={one.stage} {...one} />
              ))}
          </ol>
        </div>
      ))}
      {state.error && !isSaid && (
        <Notice tone="bad" title={state.error.message === '' ? t('test.lost') : state.error.message}>
          {state.error.fix}
        </Notice>
      )}
    </>
  );
}

function StageLine({ stage, state, ms, text, code, fix }: Stage) {
  const t = useText();
  const line = useRef<HTMLLIElement>(null);
  // What failed is what the author has to read; the list may be longer than its place.
  useEffect(() => {
    if (state === 'failed') line.current?.scrollIntoView({ block: 'nearest' });
  }, [state]);
  return (
    <li
      ref={line}
      className={`stage stage-${state}`}
      data-stage={stage}
      data-state={state}
      {...(code !== undefined && { 'data-code': code })}
    >
      <Icon name={ICONS[state]} />
      <span className="stage-name">
        {t(`value.stage.${stage}`)}
        <span className="visually-hidden">{`: ${t(`test.stage.${state}`)}`}</span>
      </span>
      <span className="stage-time">{state === 'not-tried' ? t('test.stage.not-tried') : formatDuration(ms)}</span>
      {text !== '' && <span className="stage-text">{text}</span>}
      {fix !== undefined && fix !== '' && <span className="stage-fix">{fix}</span>}
    </li>
  );
}

function SignIn({ at, browser, code }: TestState) {
  const t = useText();
  if (at !== 'running' || (browser === undefined && !code)) return null;
  const address = code?.url ?? browser ?? '';
  return (
    <Notice tone="neutral" title={t(code ? 'test.enterCode' : 'test.browser')}>
      {code && (
        <p className="test-code">
          <code>{code.code}</code>
          <IconButton
            icon="copy"
            label={t('test.copyCode')}
            onPress={() => void navigator.clipboard.writeText(code.code).then(() => toast(t('test.copied')))}
          />
        </p>
      )}
      {/^https?:\/\//.test(address) && (
        <a href={address} target="_blank" rel="noopener noreferrer" className="test-link">
          {t('test.openPage')} <Icon name="external" size={13} />
        </a>
      )}
    </Notice>
  );
}
