import type { Use } from '../../api.ts';
import { addressOf } from '../navigation.ts';
import { useText } from '../text/text.ts';

/** Where something is used: each automation a link. */
export function UsedIn({ uses }: { readonly uses: readonly Use[] }) {
  const t = useText();
  if (uses.length === 0) return <span className="muted">{t('screens.unused')}</span>;
  return (
    <details className="used-in">
      <summary>{t('screens.usedIn', { count: uses.length })}</summary>
      <UseList uses={uses} />
    </details>
  );
}

export function UseList({ uses }: { readonly uses: readonly Use[] }) {
  const t = useText();
  return (
    <ul className="use-list">
      {uses.map(({ file, step }) => (
        <li key={`${file} ${step}`}>
          {file === '' ? (
            t('screens.usedInSession', { step })
          ) : (
            <a href={addressOf('editor', file)}>{t('screens.usedInStep', { file, step })}</a>
          )}
        </li>
      ))}
    </ul>
  );
}
