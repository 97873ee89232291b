import { lazy, Suspense, type ComponentType } from 'react';
import { useForm, useTrouble, type FieldViewProps } from './form-context.ts';
import { ChoiceView } from './choice-view.tsx';
import { proposalOf } from './model/fields.ts';
import type { FieldKind } from './model/schema.ts';
import { pointerOf } from './model/value.ts';
import { ObjectView } from './object-view.tsx';
import { ConnectionWidget } from './widgets/connection.tsx';
import { FileWidget } from './widgets/file.tsx';
import { FilesWidget } from './widgets/files.tsx';
import { FolderWidget } from './widgets/folder.tsx';
import { JsonWidget } from './widgets/json.tsx';
import { ListWidget } from './widgets/list.tsx';
import { MapWidget } from './widgets/map.tsx';
import { MessagesWidget } from './widgets/messages.tsx';
import { SecretWidget } from './widgets/secret.tsx';
import { SessionWidget } from './widgets/session.tsx';
import { BooleanWidget, EnumWidget, MultilineWidget, NumberWidget, TextWidget } from './widgets/simple.tsx';
import type { WidgetProps } from './widget.ts';

const FilterWidget = lazy(async () => ({ default: (await import('./filter/filter-widget.tsx')).FilterWidget }));

const WIDGETS: Readonly<Record<Exclude<FieldKind, 'fixed' | 'choice' | 'object'>, ComponentType<WidgetProps>>> = {
  text: TextWidget,
  number: NumberWidget,
  boolean: BooleanWidget,
  enum: EnumWidget,
  list: ListWidget,
  map: MapWidget,
  secret: SecretWidget,
  setting: SecretWidget,
  session: SessionWidget,
  connection: ConnectionWidget,
  folder: FolderWidget,
  filter: FilterWidget,
  file: FileWidget,
  files: FilesWidget,
  multiline: MultilineWidget,
  messages: MessagesWidget,
  json: JsonWidget,
};

/** One field with what it needs: label, hint, mistakes at their place. */
export function FieldView({ field, path, value, beside, siblings }: FieldViewProps) {
  const { set, touch } = useForm();
  const { error, warning } = useTrouble(path, value);
  const pointer = pointerOf(path);
  if (field.kind === 'fixed') return null;
  if (field.kind === 'choice') return <ChoiceView {...{ field, path, value, beside, ...(siblings && { siblings }) }} />;
  if (field.kind === 'object') return <ObjectView field={field} path={path} value={value} />;
  const Widget = WIDGETS[field.kind];
  const { description } = field.schema;
  return (
    <div
      className="form-field"
      data-field={pointer}
      data-invalid={error === undefined ? undefined : true}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) touch(pointer);
      }}
    >
      <Suspense fallback={null}>
        <Widget
          field={field}
          path={path}
          value={value}
          proposal={proposalOf(field.schema, beside, siblings)}
          {...(error !== undefined && { error })}
          {...(description !== undefined && { hint: description })}
          onChange={(next) => set(path, next)}
        />
      </Suspense>
      {warning !== undefined && <p className="field-warning">{warning}</p>}
    </div>
  );
}
