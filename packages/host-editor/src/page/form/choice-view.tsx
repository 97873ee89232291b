import type { Json } from '../../api.ts';
import { useText } from '../text/text.ts';
import { Select } from '../ui/select.tsx';
import { useForm, useTrouble, type FieldViewProps } from './form-context.ts';
import { branchOf, branchesOf, fresh, switched } from './model/branches.ts';
import { isObject, type Schema } from './model/schema.ts';
import { pointerOf, type Path } from './model/value.ts';
import { Fields } from './object-view.tsx';

const ABSENT = '';

/** A choice of branches and the fields of the chosen one; choices inside it follow as further drop-downs. */
export function ChoiceView({ field, path, value, beside, siblings }: FieldViewProps) {
  const { set } = useForm();
  const other = Object.keys(siblings?.properties ?? {}).find((key) => siblings?.properties?.[key]?.['x-ui']?.insteadOf === field.key);
  const otherPath = other === undefined ? undefined : [...path.slice(0, -1), other];
  const isOther = other !== undefined && isObject(beside) && beside[other] !== undefined;
  const change = (next: Json | undefined) => {
    set(path, next);
    if (otherPath) set(otherPath, next === undefined ? '' : undefined);
  };
  return (
    <fieldset className="form-choice" data-field={pointerOf(path)} aria-label={field.title}>
      <Choice
        choice={field.schema}
        title={field.title}
        path={path}
        value={value}
        isRequired={field.required}
        fixed={[]}
        isUndecided={other !== undefined && !isOther}
        onChange={change}
      />
    </fieldset>
  );
}

interface ChoiceProps {
  readonly choice: Schema;
  readonly title: string;
  readonly path: Path;
  readonly value: Json | undefined;
  readonly isRequired: boolean;
  /** Neither this nor what may stand in its place is given yet. */
  readonly isUndecided?: boolean;
  /** The keys that outer choices decide. */
  readonly fixed: readonly string[];
  readonly onChange: (value: Json | undefined) => void;
}

function Choice({ choice, title, path, value, isRequired, isUndecided = false, fixed, onChange }: ChoiceProps) {
  const t = useText();
  const { root, memory } = useForm();
  const { error, warning } = useTrouble(path, value);
  const key = choice.discriminator?.propertyName ?? '';
  const place = `${pointerOf(path)}:${key}`;
  const branches = branchesOf(choice, root);
  const chosen = branchOf(choice, root, value);
  const absent = { id: ABSENT, text: choice['x-ui']?.absent ?? t('form.notSet') };
  const choose = (id: string) => {
    if (id === (chosen?.id ?? (isUndecided ? null : ABSENT))) return;
    if (id === ABSENT && chosen && isObject(value)) memory.keep(place, chosen.id, value);
    if (id === ABSENT) onChange(undefined);
    else if (value === undefined) onChange(memory.kept(place, id) ?? fresh(branches.find((one) => one.id === id)?.schema ?? {}, root));
    else onChange(switched(choice, root, value, id, memory, place));
  };
  return (
    <>
      <div className="form-field">
        <Select
          label={title}
          {...(choice.description !== undefined && { hint: choice.description })}
          {...(error !== undefined && { error })}
          options={[...(isRequired ? [] : [absent]), ...branches.map(({ id, title: text }) => ({ id, text }))]}
          value={chosen?.id ?? (isRequired || isUndecided ? null : ABSENT)}
          placeholder={t('form.choose')}
          onChange={choose}
          isRequired={isRequired}
        />
        {warning !== undefined && <p className="field-warning">{warning}</p>}
      </div>
      {chosen && <Chosen {...{ branch: chosen.schema, path, value, fixed: [...fixed, key], onChange }} />}
    </>
  );
}

function Chosen({
  branch,
  path,
  value,
  fixed,
  onChange,
}: {
  readonly branch: Schema;
  readonly path: Path;
  readonly value: Json | undefined;
  readonly fixed: readonly string[];
  readonly onChange: (value: Json | undefined) => void;
}) {
  const { root } = useForm();
  if (!branch.discriminator)
    return (
      <div className="form-branch">
        {branch.description !== undefined && <p className="field-hint">{branch.description}</p>}
        <Fields schema={branch} path={path} value={value} leaveOut={fixed} />
      </div>
    );
  const key = branch.discriminator.propertyName;
  const [first] = branchesOf(branch, root);
  const title = titleIn(first?.schema ?? {}, key, root) ?? key;
  return <Choice choice={{ ...branch, title }} title={title} path={path} value={value} isRequired fixed={fixed} onChange={onChange} />;
}

/** What the key of an inner choice is called: its branches are titled by their own names. */
function titleIn(schema: Schema, key: string, root: Schema): string | undefined {
  const [first] = schema.discriminator ? branchesOf(schema, root) : [];
  return schema.properties?.[key]?.title ?? (first && titleIn(first.schema, key, root));
}
