import { say, type Definition } from '@mailwright/core';
import { isAlias, isScalar, type Node } from 'yaml';
import type { z } from 'zod';
import type { Variable } from '../automation.ts';
import type { Checker } from '../expression/checker.ts';
import type { Names } from '../expression/names.ts';
import { inside, startOf, type Field, type Place, type Report } from '../file/report.ts';
import { InputReader } from '../input/input.ts';
import { checkScalar } from '../input/scalar.ts';
import { Texts } from '../input/text.ts';
import { suggestion } from '../near.ts';
import type { ConnectedSessions } from './sessions.ts';

/** What the parts of one file's reading share. */
export class FileReader {
  readonly report: Report;
  readonly checker: Checker;
  readonly definitions: readonly Definition[];
  /** Names that `{ variable }` may refer to besides the file's own. */
  readonly secretNames: readonly string[];
  readonly ids = new Set<string>();
  variables: readonly Variable[] = [];
  sessions: ConnectedSessions | undefined;

  constructor(report: Report, checker: Checker, definitions: readonly Definition[], secretNames: readonly string[]) {
    this.report = report;
    this.checker = checker;
    this.definitions = definitions;
    this.secretNames = secretNames;
  }

  texts(names: Names): Texts {
    return new Texts(this.report, this.checker, names);
  }

  input(names: Names): InputReader {
    return new InputReader(this.report, this.texts(names), (name, at, place) => this.#variableReference(name, at, place));
  }

  /** The plain value of an own key of a step or variable; undefined if it is absent or wrong. */
  scalar<T>(fields: readonly Field[], key: string, schema: z.ZodType<T>, place: Place): T | undefined {
    const field = fields.find((one) => one.key === key);
    if (!field || isAlias(field.value)) return undefined;
    const value = plain(field.value);
    const wrong =
      value === NO_SCALAR
        ? ([say`a plain value is expected.`, say`Write a text, a number, true or false.`] as const)
        : checkScalar(value, schema);
    if (!wrong) return value as T;
    this.report.problem(field.value ? startOf(field.value) : field.at, inside(place, key), ...wrong);
    return undefined;
  }

  #variableReference(name: string, at: number, place: Place): void {
    const variable = this.variables.find((one) => one.name === name);
    if (this.secretNames.includes(name) || variable?.type === 'secret' || variable?.type === 'string') return;
    const known = [...this.variables.filter(({ type }) => type === 'secret').map((one) => one.name), ...this.secretNames];
    const message = variable
      ? say`the variable "${{ name }}" is of type ${{ type: variable.type }}.`
      : say`there is no variable "${{ name }}".`;
    const declare = known.length === 0 || variable ? say`Declare it with type: secret.` : suggestion(name, known, say`Secret variables`);
    this.report.problem(at, place, message, declare);
  }
}

const NO_SCALAR = Symbol('no scalar');
const plain = (node: Node | null): unknown => (node === null ? null : isScalar(node) ? node.value : NO_SCALAR);
