import type { ASTNode, Environment, TypeCheckResult } from '@marcbachmann/cel-js';
import { say, type Definition, type Phrase } from '@mailwright/core';
import type { z } from 'zod';
import { near, suggestion } from '../near.ts';
import type { Clock } from './dates.ts';
import { createEnvironment } from './environment.ts';
import { Expression } from './expression.ts';
import { FUNCTIONS } from './functions.ts';
import type { Names } from './names.ts';
import { Types } from './types.ts';
import { plainWords } from './words.ts';

const LONGEST = 2000;
const WORD = /[A-Za-z_]\w*/g;
/** The type of a name that expressions may not use. */
export const SECRET = 'secret';
/** What `error` is in a catch. */
export const ERROR_TYPE = 'error';
/** What a loop leaves under its id. */
export const LOOP_TYPE = 'loop result';

/** What is wrong with an expression; `at` is the offset in its source. */
export interface Mistake {
  readonly message: Phrase;
  readonly fix: Phrase;
  readonly at: number;
}
export type Checked = { readonly expression: Expression; readonly type: string } | { readonly mistake: Mistake };

/** Checks and compiles expressions against the names of their place. */
export class Checker {
  readonly #typed: Environment;
  readonly #dynamic: Environment;
  readonly #types: Types;
  readonly #outputs: ReadonlyMap<string, string>;

  constructor(definitions: readonly Definition[], clock: Clock) {
    this.#typed = createEnvironment(clock, false);
    this.#dynamic = createEnvironment(clock, true);
    this.#types = new Types(this.#typed);
    this.#types.declare(ERROR_TYPE, { code: 'string', message: 'string', fix: 'string' });
    this.#types.declare(LOOP_TYPE, { count: 'double', failed: 'double' });
    this.#outputs = new Map(definitions.map((definition) => [definition.id, this.#types.typeOf(given(definition), definition.id)]));
  }

  /** The type of what a step gives, or of a loop's item. */
  outputOf(definition: Definition): string {
    return this.#outputs.get(definition.id) ?? 'dyn';
  }

  check(source: string, names: Names): Checked {
    const wrong = (message: Phrase, fix: Phrase, at = 0): Checked => ({ mistake: { message, fix, at } });
    if (source.trim() === '') return wrong(say`{{ }} is empty.`, say`Write an expression between the braces, or leave them out.`);
    if (source.length > LONGEST)
      return wrong(say`this expression has more than ${{ LONGEST }} characters.`, say`Set a variable to a part of it first.`);
    const environment = this.#typed.clone();
    // Only those that can be meant: a file of hundreds of steps has as many names, and each of its expressions is checked.
    for (const name of new Set(source.match(WORD))) {
      const type = names.typeOf(name);
      if (type !== undefined && type !== SECRET) environment.registerVariable(name, type);
    }
    const result = environment.check(source);
    if (!result.valid) return { mistake: this.#explain(result, source, names) };
    const old = /\.matches\s*\(/.exec(source);
    if (old) return wrong(say`text.matches(...) is not available.`, say`Write matches(text, pattern): it runs in linear time.`, old.index);
    return { expression: new Expression(source, this.#dynamic), type: result.type ?? 'dyn' };
  }

  #explain({ error }: TypeCheckResult, source: string, names: Names): Mistake {
    const { code = '', summary = '', range, node } = error ?? {};
    const at = range?.start ?? 0;
    const shown = `{{ ${source.trim()} }}`;
    const subject = /: (.*)$/s.exec(summary)?.[1] ?? '';
    if (code === 'unknown_variable') return { ...unknownName(subject, names), at };
    if (code === 'no_such_key') return { ...this.#missingField(subject, node as ASTNode), at };
    if (code === 'cannot_index_type') return { ...noFields(shown, summary), at };
    if (code === 'no_matching_overload') return { ...noFunction(summary), at };
    if (code === 'no_such_overload')
      return {
        message: say`${{ shown }} is not possible: ${{ reason: plainWords(subject) }}.`,
        fix: say`Convert one side with string(...), number(...) or date(...).`,
        at,
      };
    if (error?.name === 'ParseError') return { ...unreadable(shown, code, summary), at };
    return { message: say`${{ shown }} is not possible: ${{ reason: plainWords(summary) }}.`, fix: say`Correct the expression.`, at };
  }

  #missingField(field: string, node: ASTNode): Omit<Mistake, 'at'> {
    const left = (node.args as [ASTNode & { checkedType?: { name: string } }])[0];
    const owner = node.input.slice(left.start, left.end);
    return {
      message: say`"${{ owner }}" has no field "${{ field }}".`,
      fix: suggestion(field, this.#types.fieldsOf(left.checkedType?.name ?? ''), say`Fields`),
    };
  }
}

const given = (definition: Definition): z.ZodType => (definition.kind === 'loop' ? definition.item : definition.output);

function unknownName(name: string, names: Names): Omit<Mistake, 'at'> {
  const known = [...names.all()].filter(([, type]) => type !== SECRET).map(([one]) => one);
  if (names.all().has(name))
    return {
      message: say`"${{ name }}" is a secret, which no expression can use.`,
      fix: say`Write { variable: ${{ name }} } where a secret is expected.`,
    };
  if (names.steps.has(name) && near(name, known) === undefined)
    return {
      message: say`the step "${{ name }}" has no result here.`,
      fix: say`Its result can be used in steps below it, inside the same loop or catch.`,
    };
  return {
    message: say`there is no "${{ name }}" here.`,
    fix: known.length === 0 ? say`Only functions can be used here.` : suggestion(name, known, say`Known here`),
  };
}

/** CEL says "Cannot index type 'string'". */
function noFields(shown: string, summary: string): Omit<Mistake, 'at'> {
  const type = plainWords(/'(.*)'/.exec(summary)?.[1] ?? 'value');
  return {
    message: say`${{ shown }} is not possible: a ${{ type }} has no fields.`,
    fix: say`Functions are called with parentheses: size(...), lower(...).`,
  };
}

/** CEL says "found no matching overload for 'lower(int)'". */
function noFunction(summary: string): Omit<Mistake, 'at'> {
  const [, call = '', name = ''] = /'((?:.*\.)?(\w+)\(.*\))'$/s.exec(summary) ?? [];
  const ways = FUNCTIONS.filter((fn) => fn.name === name).flatMap((fn) => fn.signatures.map((one) => one.replace(/: \S+$/, '')));
  if (ways.length > 0)
    return { message: say`${{ call: plainWords(call) }} is not possible.`, fix: say`Write it as ${{ ways: ways.join(' or ') }}.` };
  const names = [...new Set([...FUNCTIONS.map((fn) => fn.name), 'has', 'int', 'string', 'map', 'filter', 'exists', 'all'])];
  return { message: say`there is no function "${{ name }}".`, fix: suggestion(name, names, say`Functions`) };
}

function unreadable(shown: string, code: string, summary: string): Omit<Mistake, 'at'> {
  const what = summary.replace(/^Unexpected token: EOF$|^Expected (\w+), got EOF$/, 'it ends too early');
  const single = code === 'unexpected_character' && summary.endsWith('=');
  return {
    message: say`${{ shown }} cannot be read: ${{ reason: `${what.charAt(0).toLowerCase()}${what.slice(1)}` }}.`,
    fix: single ? say`Compare with ==.` : say`Use names, fields, functions, texts in quotes and + - * / == != < > && || !.`,
  };
}
