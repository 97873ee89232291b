import { useRef } from 'react';
import { useText } from '../../text/text.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { changedLeaf, isGroup, type Condition, type Group, type Row } from '../model/filter-view.ts';
import { LeafRow } from './leaf-row.tsx';

export interface GroupProps {
  readonly view: Group;
  readonly conditions: readonly Condition[];
  readonly depth: number;
  readonly onChange: (view: Group) => void;
  readonly onRemove?: () => void;
}

/** The boxes for values of a group's own rows. */
const NEWEST = ':scope > .filter-row .filter-value input';

/** All, any or none of the rows in it. */
export function GroupView({ view, conditions, depth, onChange, onRemove }: GroupProps) {
  const t = useText();
  const { rows } = view;
  const put = (next: readonly Row[]) => onChange({ ...view, rows: next });
  const first = conditions.find(({ about, op }) => about === 'subject' && op === 'contains') ?? conditions[0];
  const fresh = (): Row => ({ leaf: first ? changedLeaf(first, {}, undefined) : {} });
  const box = useRef<HTMLDivElement>(null);
  const add = () => {
    put([...rows, fresh()]);
    // What is typed next is the value of the new row.
    requestAnimationFrame(() => [...(box.current?.querySelectorAll<HTMLElement>(NEWEST) ?? [])].at(-1)?.focus());
  };
  return (
    <div
      ref={box}
      className={depth === 0 ? 'filter-group' : 'filter-group filter-group-inner'}
      role="group"
      aria-label={t(`filter.${view.kind}`)}
    >
      {(rows.length > 0 || depth > 0) && (
        <div className="filter-group-head">
          <Select
            label={t('filter.kind')}
            bare
            value={view.kind}
            options={(['all', 'any', 'none'] as const).map((id) => ({ id, text: t(`filter.${id}`) }))}
            onChange={(kind) => onChange({ ...view, kind: kind as Group['kind'] })}
          />
          {onRemove && <IconButton icon="close" label={t('filter.removeGroup')} onPress={onRemove} />}
        </div>
      )}
      {rows.length === 0 && depth === 0 && <p className="field-hint">{t('filter.everything')}</p>}
      {rows.map((row, index) => (
        <RowView
          key={index}
          row={row}
          conditions={conditions}
          depth={depth}
          onChange={(next) => put(rows.with(index, next))}
          onRemove={() => put(rows.toSpliced(index, 1))}
        />
      ))}
      <div className="filter-add">
        <Button variant="quiet" icon="add" onPress={add}>
          {t('filter.addCondition')}
        </Button>
        {depth < 4 && rows.length > 0 && (
          <Button variant="quiet" icon="add" onPress={() => put([...rows, { kind: view.kind === 'any' ? 'all' : 'any', rows: [fresh()] }])}>
            {t('filter.addGroup')}
          </Button>
        )}
      </div>
    </div>
  );
}

function RowView({
  row,
  conditions,
  depth,
  onChange,
  onRemove,
}: {
  readonly row: Row;
  readonly conditions: readonly Condition[];
  readonly depth: number;
  readonly onChange: (row: Row) => void;
  readonly onRemove: () => void;
}) {
  const t = useText();
  if (isGroup(row)) return <GroupView view={row} conditions={conditions} depth={depth + 1} onChange={onChange} onRemove={onRemove} />;
  if ('leaf' in row) return <LeafRow leaf={row.leaf} conditions={conditions} onChange={(leaf) => onChange({ leaf })} onRemove={onRemove} />;
  return (
    <div className="filter-row">
      <code className="filter-other">{JSON.stringify(row.other)}</code>
      <IconButton icon="close" label={t('filter.removeCondition')} onPress={onRemove} />
    </div>
  );
}
