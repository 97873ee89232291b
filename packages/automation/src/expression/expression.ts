import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import { EmailError } from '@mailwright/core';
import { toData } from './data.ts';
import { plainWords } from './words.ts';

/** Where an expression finds the values of its names. */
export interface Values {
  get(name: string): unknown;
}

/** A compiled `{{ }}`. It may name variables, steps above, loop items; what it gives is data and never evaluated again. */
export class Expression {
  readonly source: string;
  readonly #evaluate: ParseResult;
  readonly #words: readonly string[];

  /** The source must have passed the check. */
  constructor(source: string, environment: Environment) {
    this.source = source.trim();
    this.#evaluate = environment.parse(source);
    this.#words = [...new Set(source.match(/[A-Za-z_]\w*/g))];
  }

  /** The names of `known` that this expression uses. */
  uses(known: (name: string) => boolean): string[] {
    return this.#words.filter(known);
  }

  /** The value as data. Errors: `automation.failed`, naming the step and the expression, never a value. */
  evaluate(values: Values, step: string): unknown {
    const context = new Map<string, unknown>();
    for (const word of this.#words) {
      const value = values.get(word);
      if (value !== undefined) context.set(word, value);
    }
    try {
      return toData(this.#evaluate(context));
    } catch (error) {
      throw new EmailError('automation.failed', { step, problem: `{{ ${this.source} }} ${explain(error)}` }, { cause: error });
    }
  }
}

function explain(error: unknown): string {
  if (EmailError.is(error, 'input.invalid')) return `${String(error.details.problem)}. ${String(error.details.cure)}`;
  const { code, summary, message } = error as { code?: string; summary?: string; message: string };
  const name = /^(?:Unknown variable|No such key): (.*)/s.exec(summary ?? '')?.[1] ?? '';
  if (code === 'unknown_variable') return `has no value: "${name}" is a step that has not run, or a variable that was never set.`;
  if (code === 'no_such_key')
    return `has no value: there is no "${name}". has() tests for a field; .?${name}.orValue(...) gives a value of your own instead.`;
  return `cannot be computed: ${plainWords(summary ?? message)}.`;
}
