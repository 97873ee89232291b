import type { z } from 'zod';
import { Phrase, joined, say } from './phrase.ts';

type Issue = z.core.$ZodIssue;
/** What is wrong, without a full stop, and how to mend it; a rule of a definition may say no more than what is wrong. */
export interface Mistake {
  readonly problem: Phrase;
  readonly cure?: Phrase;
}

const KINDS: Readonly<Record<string, Phrase>> = {
  string: say`a text`,
  number: say`a number`,
  int: say`a whole number`,
  boolean: say`true or false`,
  array: say`a list`,
  object: say`a set of fields`,
  record: say`a set of fields`,
};

/**
 * The issues of zod with one value, in our words: its own are English, and speak of types. `given`: the value in words, where it may be
 * repeated. Of issues with several forms all forms are told, else the first issue alone.
 */
export function explainIssue(issues: readonly Issue[], given?: Phrase): Mistake {
  const [issue] = issues;
  switch (issue?.code) {
    case 'custom':
      return custom(issue);
    case 'too_small':
      return tooSmall(issue, given ?? say`this`);
    case 'too_big':
      return tooBig(issue, given ?? say`this`);
    case 'invalid_format':
      return wrongForm(issues, given ?? say`this`);
    case 'invalid_type':
      if (issue.expected === 'int' && given)
        return { problem: say`a whole number is expected, not ${{ given }}`, cure: say`Leave the fraction out.` };
      return { problem: say`${{ expected: KINDS[issue.expected] ?? issue.expected }} is expected` };
    default:
      return { problem: issue && isOwn(issue) ? new Phrase(issue.message) : say`this does not fit` };
  }
}

/** Whether a message is one of ours: those of zod begin alike. */
const isOwn = ({ message }: Issue) => !/^(?:Invalid|Too|Unrecognized) /.test(message);

function custom(issue: z.core.$ZodIssueCustom): Mistake {
  const phrase = (text: unknown) => (text instanceof Phrase ? text : typeof text === 'string' ? new Phrase(text) : undefined);
  const cure = phrase(issue.params?.['cure']);
  return { problem: phrase(issue.params?.['problem']) ?? new Phrase(issue.message), ...(cure && { cure }) };
}

const isList = (origin: string) => origin === 'array' || origin === 'set';

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall, given: Phrase): Mistake {
  const least = Number(minimum);
  if (isList(origin)) return { problem: say`this list is too short`, cure: say`It needs at least ${{ minimum: least }}.` };
  if (origin === 'string' && least === 1) return { problem: say`this may not be empty`, cure: say`Fill it in.` };
  if (origin === 'string') return { problem: say`${{ given }} is too short`, cure: say`Use at least ${{ least }} characters.` };
  return {
    problem: say`${{ given }} is too small`,
    cure: inclusive === false ? say`Use more than ${{ least }}.` : say`Use at least ${{ least }}.`,
  };
}

function tooBig({ origin, maximum }: z.core.$ZodIssueTooBig, given: Phrase): Mistake {
  const most = Number(maximum);
  if (isList(origin)) return { problem: say`this list is too long`, cure: say`It takes at most ${{ maximum: most }}.` };
  return origin === 'string'
    ? { problem: say`${{ given }} is too long`, cure: say`Use at most ${{ most }} characters.` }
    : { problem: say`${{ given }} is too large`, cure: say`Use at most ${{ most }}.` };
}

const FORMS: Readonly<Record<string, Phrase>> = {
  date: say`a day as 2026-01-31`,
  datetime: say`an instant as 2026-01-31T12:00:00Z, with Z or an offset`,
  email: say`an address as name@example.com`,
  url: say`a whole URL as https://example.com/`,
};

function wrongForm(issues: readonly Issue[], given: Phrase): Mistake {
  const [issue] = issues;
  if (issue?.code === 'invalid_format' && issue.format === 'url' && issue.pattern !== undefined)
    return { problem: say`an address is expected that begins with ${{ scheme: issue.pattern.replace(/[^a-z]/g, '') }}://` };
  const known = issues.flatMap((one) => (one.code === 'invalid_format' ? (FORMS[one.format] ?? []) : []));
  const problem = say`${{ given }} does not have the right form`;
  if (known.length > 0) {
    const forms = joined(known.toSorted(byText), (one, other) => say`${{ one }}, or ${{ other }}`);
    return { problem, cure: say`Write ${{ forms }}.` };
  }
  return issue && isOwn(issue) ? { problem, cure: say`It must be: ${{ rule: new Phrase(issue.message) }}.` } : { problem };
}

const byText = (one: Phrase, other: Phrase): number => (one.text < other.text ? -1 : 1);
