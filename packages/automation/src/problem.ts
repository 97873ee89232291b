import { say, type Phrase } from '@mailwright/core';

/** A mistake in an automation file, or a warning. Line and column count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The step's number, such as `2.1` or `2.1e.1` in an error branch. */
  readonly step?: string;
  readonly id?: string;
  /** The field, from outside in: `server (imap), auth (basic)`. */
  readonly where?: string;
  /** JSON pointer into the step, or into the automation where no step is concerned: `/with/server/port`. */
  readonly pointer?: string;
  readonly message: Phrase;
  readonly fix: Phrase;
  /** What mends it without any thought, where that is known: the text between two offsets of the file becomes another. */
  readonly edit?: Edit;
}
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A text with all edits of some problems made. */
export function edited(text: string, problems: readonly Pick<Problem, 'edit'>[]): string {
  const edits = problems.flatMap(({ edit }) => edit ?? []).toSorted((a, b) => b.from - a.from);
  return edits.reduce((whole, { from, to, text: one }) => whole.slice(0, from) + one + whole.slice(to), text);
}

/** A problem as one line: `file:line:column step N "id", field: what is wrong. How to mend it.` */
export const problemLine = (problem: Problem): string => String(problemPhrase(problem));

/** The same, for any language. */
export function problemPhrase({ file, line, column, step, id, where, message, fix }: Problem): Phrase {
  const at = `${file}:${line}:${column}`;
  const named = step === undefined ? undefined : id === undefined ? say`step ${{ step }}` : say`step ${{ step }} "${{ id }}"`;
  const place = named && where !== undefined ? say`${{ named }}, ${{ where }}` : (named ?? where);
  return place === undefined ? say`${{ at }} ${{ message }} ${{ fix }}` : say`${{ at }} ${{ place }}: ${{ message }} ${{ fix }}`;
}
