import type { Json } from '../../api.ts';
import type { Field } from './model/fields.ts';
import type { Path } from './model/value.ts';

/** What every widget is given. */
export interface WidgetProps {
  readonly field: Field;
  /** From the step on. */
  readonly path: Path;
  readonly value: Json | undefined;
  /** What counts if nothing is typed; shown, never written. */
  readonly proposal?: Json | undefined;
  readonly error?: string;
  readonly hint?: string;
  readonly onChange: (value: Json | undefined) => void;
}
