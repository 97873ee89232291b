import { createContext, useContext, type ComponentType } from 'react';
import type { AutomationContent, ConnectAsked, Json, StepContent } from '../../api.ts';
import { t } from '../text/text.ts';
import type { Memory } from './model/branches.ts';
import type { Field } from './model/fields.ts';
import type { Trouble } from './model/problems.ts';
import type { Schema } from './model/schema.ts';
import type { Name } from './model/scope.ts';
import { pointerOf, type Path } from './model/value.ts';

export interface FieldViewProps {
  readonly field: Field;
  readonly path: Path;
  readonly value: Json | undefined;
  /** The object that the field is in, and its schema: other fields of it may decide what is proposed. */
  readonly beside?: Json | undefined;
  readonly siblings?: Schema;
}

/** What the fields of one step's form share. */
export interface FormTools {
  /** Draws any field: fields hold fields. */
  readonly FieldView: ComponentType<FieldViewProps>;
  /** The schema of the whole form: references are looked up in it. */
  readonly root: Schema;
  readonly file: string;
  readonly step: StepContent;
  readonly content: AutomationContent;
  /** What expressions of this step can name. */
  readonly names: readonly Name[];
  readonly troubles: ReadonlyMap<string, readonly Trouble[]>;
  readonly memory: Memory;
  /** Fields that the author has been in, by pointer: only there is an empty one called a mistake. */
  readonly touched: ReadonlySet<string>;
  /** The input is kept for many automations: no secret stands in it. */
  readonly isShared?: boolean;
  readonly touch: (pointer: string) => void;
  /** Changes the step; the path begins at the step. */
  readonly set: (path: Path, value: Json | undefined) => void;
  /** How the session of this name is opened, as far as steps above tell. */
  readonly connect: (session: string) => ConnectAsked | undefined;
}

export const FormContext = createContext<FormTools | undefined>(undefined);
export function useForm(): FormTools {
  const tools = useContext(FormContext);
  if (!tools) throw new Error('useForm stands outside of a form');
  return tools;
}

/** What is wrong with a field, in one text; an empty field that nobody was in is not yet wrong. */
export function useTrouble(path: Path, value: Json | undefined): { readonly error?: string; readonly warning?: string } {
  const { troubles, touched } = useForm();
  const pointer = pointerOf(path);
  const isEmpty = value === undefined || value === '';
  if (isEmpty && !touched.has(pointer) && !touched.has('*')) return {};
  // What was missing at the last check, and stands there by now, is no mistake until the next one says so.
  const found = (troubles.get(pointer) ?? []).filter(({ missing }) => !missing || value === undefined);
  const said = (warning: boolean) =>
    [
      ...new Set(
        found
          .filter((one) => one.warning === warning)
          .map(({ message, fix, missing }) => (missing ? t('form.fillIn') : `${sentence(message)} ${fix}`)),
      ),
    ].join(' ');
  const [error, warning] = [said(false), said(true)];
  return { ...(error !== '' && { error }), ...(warning !== '' && { warning }) };
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
