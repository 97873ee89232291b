import { EmailError, editDistance } from '@mailwright/core';
import { z } from 'zod';

/** Input as a schema wants it. Errors: `input.invalid` at the first mistake, with its path and how to mend it. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, path = ''): z.output<S> {
  const result = parsed(schema, input, path);
  if (result.success) return result.data;
  const { at, problem, cure } = explain(deepest(result.error.issues[0]), schema);
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
      { path: path || 'input', problem: 'it is nested too deep', cure: 'Put less into each other.' },
      { cause: error },
    );
  }
}

type Issue = z.core.$ZodIssue;

/** In a union the branch that got furthest is the one that was meant. */
function deepest(issue: Issue | undefined, above: readonly PropertyKey[] = []): Issue | undefined {
  if (!issue) return issue;
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return { ...issue, path } as Issue;
  const branches = issue.errors.map((errors) => deepest(errors[0], path)).filter((one) => one !== undefined);
  return branches.sort((a, b) => b.path.length - a.path.length)[0] ?? ({ ...issue, path } as Issue);
}

function explain(issue: Issue | undefined, schema: z.ZodType): { at: string[]; problem: string; cure: string } {
  const at = issue?.path.map(String) ?? [];
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const known = schema instanceof z.ZodObject && at.length === 0 ? Object.keys(schema.shape) : [];
    const near = known.find((name) => editDistance(name, key) <= 2);
    return {
      at,
      problem: `unknown key "${key}"`,
      cure: near ? `Did you mean "${near}"?` : known.length > 0 ? `Known keys: ${known.join(', ')}.` : 'Leave it out.',
    };
  }
  const cure = issue?.code === 'custom' ? (issue.params?.['cure'] as string | undefined) : undefined;
  return { at, problem: issue?.message ?? 'does not fit', cure: cure ?? 'Correct this field; docs/reference has its meaning.' };
}
