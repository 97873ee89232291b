import { useEffect, useState } from 'react';
import type { Fields } from '../../api.ts';
import { call } from '../client.ts';
import { useText } from '../text/text.ts';
import { JsonTree } from './json-tree.tsx';

/** Where a run is held: what expressions can name there, with its value of now. */
export function NamesPanel({ run, step }: { readonly run: string; readonly step: string }) {
  const t = useText();
  const [names, setNames] = useState<Fields>();
  useEffect(() => {
    const gone = new AbortController();
    call<Fields>('GET', `runs/${run}/names`, undefined, gone.signal)
      .then(setNames)
      // It went on, or the page did.
      .catch(() => undefined);
    return () => gone.abort();
  }, [run, step]);
  if (!names) return null;
  const entries = Object.entries(names);
  return (
    <section className="run-values" data-names={step} aria-label={t('run.names')}>
      <div className="run-values-head">
        <strong>{t('run.names')}</strong>
      </div>
      {entries.length === 0 ? <p className="run-values-when">{t('run.namesNone')}</p> : null}
      {entries.map(([key, value]) => (
        <JsonTree key={key} name={key} value={value} depth={2} />
      ))}
    </section>
  );
}
