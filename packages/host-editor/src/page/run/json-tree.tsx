import { useState } from 'react';
import type { Json } from '../../api.ts';
import { useText } from '../text/text.ts';

const LONGEST = 400;
const MOST = 50;

/** A value as a tree: parts fold, long texts and lists are cut until somebody asks for them. */
export function JsonTree({ name, value, depth = 0 }: { readonly name?: string; readonly value: Json; readonly depth?: number }) {
  const label = name === undefined ? null : <span className="json-key">{name}</span>;
  if (value === null || typeof value !== 'object')
    return (
      <div className="json-leaf">
        {label}
        <Scalar value={value} />
      </div>
    );
  const entries = Array.isArray(value) ? value.map((one: Json, index) => [String(index), one] as const) : Object.entries(value);
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  if (entries.length === 0)
    return (
      <div className="json-leaf">
        {label}
        <span className="json-size">{size}</span>
      </div>
    );
  return (
    <details className="json-branch" open={depth < 1 || (depth < 3 && entries.length <= 6)}>
      <summary>
        {label}
        <span className="json-size">{size}</span>
      </summary>
      <Entries entries={entries} depth={depth + 1} />
    </details>
  );
}

function Entries({ entries, depth }: { readonly entries: readonly (readonly [string, Json])[]; readonly depth: number }) {
  const t = useText();
  const [most, setMost] = useState(MOST);
  return (
    <div className="json-inside">
      {entries.slice(0, most).map(([key, one]) => (
        <JsonTree key={key} name={key} value={one} depth={depth} />
      ))}
      {entries.length > most && (
        <button type="button" className="json-more" onClick={() => setMost(entries.length)}>
          {t('run.cut', { count: entries.length - most })}
        </button>
      )}
    </div>
  );
}

function Scalar({ value }: { readonly value: null | boolean | number | string }) {
  const t = useText();
  const [isWhole, setWhole] = useState(false);
  if (typeof value !== 'string') return <span className="json-other">{String(value)}</span>;
  const isCut = value.length > LONGEST && !isWhole;
  return (
    <span className="json-text">
      {isCut ? `${value.slice(0, LONGEST)}…` : value}
      {isCut && (
        <button type="button" className="json-more" onClick={() => setWhole(true)}>
          {t('run.showAll')}
        </button>
      )}
    </span>
  );
}
