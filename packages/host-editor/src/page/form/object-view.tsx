import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import type { Json } from '../../api.ts';
import { useText } from '../text/text.ts';
import { Icon } from '../ui/icon.tsx';
import { useForm } from './form-context.ts';
import { fieldsOf, type Field } from './model/fields.ts';
import { isObject, type Schema } from './model/schema.ts';
import { pointerOf, type Path } from './model/value.ts';

/** The fields of an object, those that few need behind "More options". */
export function Fields({
  schema,
  path,
  value,
  leaveOut = [],
}: {
  readonly schema: Schema;
  readonly path: Path;
  readonly value: Json | undefined;
  readonly leaveOut?: readonly string[];
}) {
  const { root, FieldView } = useForm();
  const { main, more } = fieldsOf(schema, root, leaveOut);
  const draw = (field: Field) => (
    <FieldView
      key={field.key}
      field={field}
      path={[...path, field.key]}
      value={isObject(value) ? value[field.key] : undefined}
      beside={value}
      siblings={schema}
    />
  );
  return (
    <>
      {main.filter((field) => isShown(field, value)).map(draw)}
      {more.length > 0 && (
        <More path={path} fields={more} value={value}>
          {more.map(draw)}
        </More>
      )}
    </>
  );
}

/** What stands in place of another field shows only while that one is left out. */
function isShown({ key, schema }: Field, value: Json | undefined): boolean {
  return schema['x-ui']?.insteadOf === undefined || (isObject(value) && value[key] !== undefined);
}

function More({
  path,
  fields,
  value,
  children,
}: {
  readonly path: Path;
  readonly fields: readonly Field[];
  readonly value: Json | undefined;
  readonly children: React.ReactNode;
}) {
  const t = useText();
  const { troubles } = useForm();
  const set = fields.filter(({ key }) => isObject(value) && value[key] !== undefined);
  const wrong = fields.some(({ key }) => troubles.has(pointerOf([...path, key])));
  return (
    <Disclosure className="more" defaultExpanded={set.length > 0 || wrong}>
      <Heading className="more-heading">
        <Button slot="trigger" className="more-button">
          <Icon name="expand" size={14} />
          {t('form.moreOptions')}
          {set.length > 0 && <span className="more-count">{t('form.moreSet', { count: set.length })}</span>}
        </Button>
      </Heading>
      <DisclosurePanel className="more-panel">{children}</DisclosurePanel>
    </Disclosure>
  );
}

/** An object inside a form, as a group with its title. */
export function ObjectView({ field, path, value }: { readonly field: Field; readonly path: Path; readonly value: Json | undefined }) {
  return (
    <fieldset className="form-group" data-field={pointerOf(path)}>
      <legend className="form-group-title">{field.title}</legend>
      {field.schema.description !== undefined && <p className="field-hint">{field.schema.description}</p>}
      <Fields schema={field.schema} path={path} value={value} />
    </fieldset>
  );
}
