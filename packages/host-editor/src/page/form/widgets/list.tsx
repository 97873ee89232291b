import type { Json } from '../../../api.ts';
import { useText } from '../../text/text.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ExpressionInput } from '../expression-input.tsx';
import { useForm, useTrouble } from '../form-context.ts';
import { fresh } from '../model/branches.ts';
import { kindOf, resolved } from '../model/schema.ts';
import { Fields } from '../object-view.tsx';
import type { WidgetProps } from '../widget.ts';
import { JsonWidget } from './json.tsx';
import { shown, WithExpression } from './simple.tsx';

/** A list of texts, numbers or small objects, one below the other. */
export function ListWidget(props: WidgetProps) {
  const { field, value, error, hint, onChange } = props;
  const t = useText();
  const { root } = useForm();
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  const schema = resolved(field.schema.items ?? {}, root);
  const kind = kindOf(schema);
  const isText = kind === 'text' || kind === 'number';
  if (!isText && kind !== 'object') return <JsonWidget {...props} />;
  const put = (next: readonly Json[]) => onChange(next.length === 0 ? undefined : next);
  return (
    <WithExpression {...props}>
      {(toggle) => (
        <div className="field field-with-toggle" role="group" aria-label={field.title}>
          <span className="field-label">{field.title}</span>
          {hint !== undefined && <span className="field-hint">{hint}</span>}
          {items.map((item, index) => (
            <div className="list-item" key={index}>
              {isText ? (
                <Entry {...props} {...{ item, index }} onChange={(next) => put(items.with(index, next))} />
              ) : (
                <div className="form-group">
                  <Fields schema={schema} path={[...props.path, String(index)]} value={item} />
                </div>
              )}
              <IconButton
                icon="close"
                label={t('form.removeEntry', { number: index + 1 })}
                onPress={() => put(items.toSpliced(index, 1))}
              />
            </div>
          ))}
          <div>
            <Button variant="quiet" icon="add" onPress={() => onChange([...items, isText ? '' : fresh(schema, root)])}>
              {t('form.addEntry')}
            </Button>
          </div>
          {error !== undefined && <span className="field-error">{error}</span>}
          {toggle}
        </div>
      )}
    </WithExpression>
  );
}

function Entry({
  field,
  path,
  item,
  index,
  onChange,
}: Pick<WidgetProps, 'field' | 'path'> & { readonly item: Json; readonly index: number; readonly onChange: (value: Json) => void }) {
  const { error } = useTrouble([...path, String(index)], item);
  return (
    <ExpressionInput
      label={`${field.title} ${index + 1}`}
      bare
      value={shown(item)}
      {...(error !== undefined && { error })}
      onChange={(text) => onChange(field.schema.items?.type !== 'string' && /^-?\d+$/.test(text) ? Number(text) : text)}
    />
  );
}
