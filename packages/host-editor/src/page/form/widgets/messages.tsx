import type { Json } from '../../../api.ts';
import { useText } from '../../text/text.ts';
import { Select, type Option } from '../../ui/select.tsx';
import { ExpressionInput } from '../expression-input.tsx';
import { useForm } from '../form-context.ts';
import { alternatives, isExpression, isObject, resolved, type Schema } from '../model/schema.ts';
import type { Name } from '../model/scope.ts';
import { Fields } from '../object-view.tsx';
import type { WidgetProps } from '../widget.ts';
import { JsonWidget } from './json.tsx';
import { shown } from './simple.tsx';

const QUERY = '#query';
const EXPRESSION = '#expression';

/** Which messages: the mail of the loop around the step, what a step above gave, or all that match a filter. */
export function MessagesWidget(props: WidgetProps) {
  const { field, path, value, error, hint, onChange } = props;
  const t = useText();
  const { root, names, memory } = useForm();
  const query = alternatives(field.schema)
    .map((one) => resolved(one, root))
    .find(({ properties }) => properties && 'folder' in properties && 'filter' in properties);
  const known = names.flatMap((name) => sourcesOf(name));
  const chosen = chosenOf(value, known);
  const place = `${field.key}:messages`;
  const choose = (id: string) => {
    if (id === chosen) return;
    if (value !== undefined && chosen !== undefined) memory.keep(place, chosen, value);
    const kept = memory.kept(place, id);
    if (id === QUERY) onChange(kept ?? { folder: 'INBOX' });
    else onChange(kept ?? (id === EXPRESSION ? '{{ }}' : `{{ ${id} }}`));
  };
  if (value !== undefined && chosen === undefined) return <JsonWidget {...props} />;
  const options: readonly Option[] = [
    ...known.map(({ id, kind }): Option => ({
      id,
      text: kind === 'item' ? t('form.mailOfLoop', { name: id }) : t('form.messagesOf', { name: id }),
      icon: kind === 'item' ? 'loop' : 'mail',
    })),
    ...(query ? [{ id: QUERY, text: t('form.allThatMatch'), icon: 'filter' } as const] : []),
    { id: EXPRESSION, text: t('form.expression'), icon: 'code' },
  ];
  return (
    <>
      <Select
        label={field.title}
        {...(hint !== undefined && { hint })}
        {...(error !== undefined && { error })}
        options={options}
        value={chosen ?? null}
        isRequired={field.required}
        onChange={choose}
      />
      {chosen === EXPRESSION && (
        <ExpressionInput
          label={t('form.expression')}
          bare
          mono
          value={shown(value)}
          onChange={(text) => onChange(text === '' ? undefined : text)}
        />
      )}
      {chosen === QUERY && query && (
        <div className="form-branch">
          <Fields schema={query} path={path} value={value} />
        </div>
      )}
    </>
  );
}

interface Source {
  readonly id: string;
  readonly kind: 'item' | 'output';
}
/** Names that hold messages: things with a reference, or lists of them. */
function sourcesOf({ name, kind, schema }: Name): readonly Source[] {
  if (kind === 'variable' || kind === 'error') return [];
  const isUnknown = kind === 'item' && !schema.properties;
  if (isUnknown || isMessage(schema)) return [{ id: name, kind: kind === 'item' ? 'item' : 'output' }];
  return Object.entries(schema.properties ?? {}).flatMap(([key, one]): Source[] =>
    one.type === 'array' && isMessage(resolved(one.items ?? {}, schema)) ? [{ id: `${name}.${key}`, kind: 'output' }] : [],
  );
}
const isMessage = ({ properties }: Schema): boolean => properties !== undefined && 'ref' in properties;

function chosenOf(value: Json | undefined, known: readonly Source[]): string | undefined {
  if (isObject(value)) return 'folder' in value && !('id' in value) ? QUERY : undefined;
  if (!isExpression(value)) return typeof value === 'string' ? EXPRESSION : undefined;
  const inner = value.trim().slice(2, -2).trim();
  return known.some(({ id }) => id === inner) ? inner : EXPRESSION;
}
