import { EmailError, Phrase, editDistance, explainIssue, say } from '@mailwright/core';
import { z } from 'zod';

/** Input as a schema wants it. Errors: `input.invalid` at the first mistake, with its path and how to mend it. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, path = ''): z.output<S> {
  const result = parsed(schema, input, path);
  if (result.success) return result.data;
  const issue = deepest(firstOf(result.error.issues));
  const at = issue?.path.map(String) ?? [];
  const { problem, cure } = explain(issue, valueAt(input, at), () => known(schema, at, input));
  throw new EmailError('input.invalid', { path: [path, ...at].filter((part) => part !== '').join('.') || 'input', problem, cure });
}

/** A filter in a filter, thousands deep, is more than the stack holds. */
function parsed<S extends z.ZodType>(schema: S, input: unknown, path: string): z.ZodSafeParseResult<z.output<S>> {
  try {
    return schema.safeParse(input);
  } catch (error) {
    if ((error as Error).name !== 'RangeError') throw error;
    throw new EmailError(
      'input.invalid',
      { path: path || 'input', problem: say`it is nested too deep`, cure: say`Put less into each other.` },
      { cause: error },
    );
  }
}

type Issue = z.core.$ZodIssue;
interface Said {
  readonly problem: Phrase;
  readonly cure: Phrase;
}

/** A field that is missing may be one that is misspelled: that is told, since it is what was written. */
const firstOf = (issues: readonly Issue[]) => issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];

/** In a union the branch that got furthest is the one that was meant; unless the union itself says what it wants. */
function deepest(issue: Issue | undefined, above: readonly PropertyKey[] = []): Issue | undefined {
  if (!issue) return issue;
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0 || isOwn(issue)) return { ...issue, path } as Issue;
  const branches = issue.errors.map((errors) => deepest(firstOf(errors), path)).filter((one) => one !== undefined);
  return branches.sort((a, b) => depth(b) - depth(a))[0] ?? ({ ...issue, path } as Issue);
}

const depth = ({ code, path }: Issue) => path.length + (code === 'unrecognized_keys' ? 1 : 0);
/** A union with words of its own for what does not fit. */
const isOwn = ({ code, message }: Issue) => code === 'invalid_union' && !message.startsWith('Invalid ');

const CORRECT = say`Correct this field; docs/reference has its meaning.`;
const phrase = (text: unknown): Phrase | undefined =>
  text instanceof Phrase ? text : typeof text === 'string' ? new Phrase(text) : undefined;

/** In words. What was written is repeated only where it chooses among names: elsewhere it may be a secret. */
function explain(issue: Issue | undefined, value: unknown, keys: () => readonly string[]): Said {
  switch (issue?.code) {
    case 'unrecognized_keys':
      return unknownKey(issue.keys[0] ?? '', keys());
    case 'invalid_union': {
      const { options } = issue as { readonly options?: readonly unknown[] };
      if (options) return oneOf(value, options.map(String), isOwn(issue) ? issue.message : undefined);
      return {
        problem: value === undefined ? say`this field is missing` : say`this does not fit`,
        cure: isOwn(issue) ? new Phrase(issue.message) : CORRECT,
      };
    }
    case 'invalid_value':
      return oneOf(value, issue.values.map(String));
    case 'invalid_type':
      if (value === undefined)
        return {
          problem: say`this field is missing`,
          cure: say`Add it: ${{ kind: told(issue).problem.parts['expected'] ?? issue.expected }}.`,
        };
      return told(issue);
    default:
      return issue ? told(issue) : { problem: say`this does not fit`, cure: CORRECT };
  }
}

const told = (issue: Issue): Said => {
  const { problem, cure = CORRECT } = explainIssue([issue]);
  return { problem, cure };
};

function oneOf(value: unknown, options: readonly string[], reason?: string): Said {
  const all = options.join(', ');
  if (typeof value !== 'string' || value.length > 40)
    return {
      problem: value === undefined ? say`this field is missing` : say`this is none of its choices`,
      cure: say`Choose one of: ${{ known: all }}.`,
    };
  const near = options.find((one) => editDistance(one, value) <= 2);
  const cure = near === undefined ? say`Choose one of: ${{ known: all }}.` : say`Did you mean "${{ found: near }}"?`;
  return { problem: say`"${{ value }}" is none of ${{ all }}`, cure: phrase(reason) ?? cure };
}

function unknownKey(key: string, keys: readonly string[]): Said {
  const near = keys.find((name) => editDistance(name, key) <= 2);
  const rest = keys.length > 0 ? say`Known keys: ${{ known: keys.join(', ') }}.` : say`Leave it out.`;
  return { problem: say`unknown key "${{ key }}"`, cure: near === undefined ? rest : say`Did you mean "${{ found: near }}"?` };
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), input);
}

/** The fields of the object at a path; none where it cannot be told which of several is meant. */
function known(schema: z.ZodType, [key, ...rest]: readonly string[], input: unknown): readonly string[] {
  const { innerType, in: before, out } = schema.def as { readonly [one in 'innerType' | 'in' | 'out']?: z.ZodType };
  const path = key === undefined ? [] : [key, ...rest];
  const inner = innerType ?? (before instanceof z.ZodTransform ? out : before);
  if (inner) return known(inner, path, input);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const chosen = valueAt(input, [schema.def.discriminator]) as z.core.util.Primitive;
    const options = schema.options as readonly z.ZodType[];
    const option = options.find((one) => (one as unknown as z.core.$ZodType)._zod.propValues?.[schema.def.discriminator]?.has(chosen));
    return option ? known(option, path, input) : [];
  }
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  if (key === undefined) return Object.keys(shape);
  const field = Object.hasOwn(shape, key) ? shape[key] : undefined;
  return field ? known(field, rest, valueAt(input, [key])) : [];
}
