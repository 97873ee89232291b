import type { Fields } from '../../../api.ts';
import { useText } from '../../text/text.ts';
import { IconButton } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { ExpressionInput } from '../expression-input.tsx';
import { changedLeaf, conditionOf, isDate, type Condition } from '../model/filter-view.ts';
import { wordFor } from '../words.ts';
import { shown } from '../widgets/simple.tsx';

const YES = 'true';
const NO = 'false';

/** One condition: what it is about, how it is compared, and with what. */
export function LeafRow({
  leaf,
  conditions,
  onChange,
  onRemove,
}: {
  readonly leaf: Fields;
  readonly conditions: readonly Condition[];
  readonly onChange: (leaf: Fields) => void;
  readonly onRemove: () => void;
}) {
  const t = useText();
  const condition = conditionOf(conditions, leaf);
  const abouts = [...new Set(conditions.map(({ about }) => about))];
  const ways = conditions.filter(({ about }) => about === condition?.about);
  const become = (next: Condition | undefined) => next && onChange(changedLeaf(next, leaf, condition));
  if (!condition) return <code className="filter-other">{JSON.stringify(leaf)}</code>;
  const value = leaf[condition.key];
  const isYesNo = condition.schema.type === 'boolean' && typeof value === 'boolean';
  const set = (next: Fields[string]) => onChange({ ...leaf, [condition.key]: next });
  return (
    <div className="filter-row">
      <Select
        label={t('filter.about')}
        bare
        value={condition.about}
        options={abouts.map((id) => ({ id, text: wordFor('filter', id) }))}
        onChange={(about) =>
          become(conditions.find((one) => one.about === about && one.op === condition.op) ?? conditions.find((one) => one.about === about))
        }
      />
      {isYesNo ? (
        <Select
          label={t('filter.how')}
          bare
          value={value ? YES : NO}
          options={[
            { id: YES, text: t('filter.yes') },
            { id: NO, text: t('filter.no') },
          ]}
          onChange={(id) => set(id === YES)}
        />
      ) : (
        <Select
          label={t('filter.how')}
          bare
          value={condition.op}
          options={ways.map(({ op }) => ({ id: op, text: wordFor('filter', `op.${op}`) }))}
          onChange={(op) => become(ways.find((one) => one.op === op))}
        />
      )}
      <IconButton icon="close" label={t('filter.removeCondition')} onPress={onRemove} />
      {!isYesNo && (
        <div className="filter-value">
          <ExpressionInput
            label={t('filter.value')}
            bare
            mono={condition.key === 'pattern'}
            value={shown(value)}
            placeholder={isDate(condition) ? '2026-01-31' : condition.key === 'pattern' ? '^invoice' : undefined}
            onChange={(text) =>
              set(
                condition.schema.type === 'boolean' && /^(true|false)$/.test(text)
                  ? text === YES
                  : condition.schema.type === 'integer' && /^\d+$/.test(text)
                    ? Number(text)
                    : text,
              )
            }
          />
        </div>
      )}
    </div>
  );
}
