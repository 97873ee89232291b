import { FieldError, Label, Text } from 'react-aria-components';
import type { ReactNode } from 'react';
import './field.css';

export interface FieldProps {
  readonly label: string;
  /** One sentence below the field. */
  readonly hint?: ReactNode;
  /** What is wrong with it and how to mend it. */
  readonly error?: string;
  /** The label is for screen readers only. */
  readonly bare?: boolean;
}

/** The label above, hint and error below: the same for every kind of field. */
export function FieldLabel({ label, bare = false, isRequired = false }: FieldProps & { readonly isRequired?: boolean }) {
  return (
    <Label className={bare ? 'visually-hidden' : 'field-label'}>
      {label}
      {isRequired && (
        <span className="field-required" aria-hidden>
          *
        </span>
      )}
    </Label>
  );
}
export function FieldNotes({ hint, error }: Pick<FieldProps, 'hint' | 'error'>) {
  return (
    <>
      {hint !== undefined && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </>
  );
}
