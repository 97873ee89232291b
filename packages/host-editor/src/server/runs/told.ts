import { EmailError, Phrase, type PhraseData } from '@mailwright/sdk';
import type { ErrorShown, RunLine, RunListed } from '../../api.ts';

/** What a run tells, as it is kept: each phrase as data, so that it can be told in whatever language is asked for later. */
export function kept(value: unknown): unknown {
  if (value instanceof Phrase) return value.data;
  if (Array.isArray(value)) return value.map(kept);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, kept(inner)]));
}

/** A line that was kept, in a language. `numbers` of steps by their ids: what the list of steps shows, an error names too. */
export function lineIn(line: RunLine, language: string, numbers: ReadonlyMap<string, string> = new Map()): RunLine {
  if (line.event === 'warning') return { ...line, text: textIn(line.text, language) };
  if (line.event === 'paused') return line.title === undefined ? line : { ...line, title: textIn(line.title, language) };
  if (line.event === 'step') {
    const { title, output, error } = line;
    return {
      ...line,
      title: textIn(title, language),
      ...(output && {
        output: Object.fromEntries(Object.entries(output).map(([key, one]) => [key, isPhrase(one) ? textIn(one, language) : one])),
      }),
      ...(error && { error: errorIn(error, language, numbers) }),
    };
  }
  return 'error' in line && line.error ? { ...line, error: errorIn(line.error, language, numbers) } : line;
}

export const listedIn = (listed: RunListed, language: string): RunListed =>
  listed.error ? { ...listed, error: errorIn(listed.error, language) } : listed;

/** An error is told anew from its code and details; one of another version that is not known here stays as it was told. */
function errorIn(error: ErrorShown, language: string, numbers: ReadonlyMap<string, string> = new Map()): ErrorShown {
  const { code, details = {} } = error;
  const step = details['step'];
  const number = typeof step === 'string' ? numbers.get(step) : undefined;
  try {
    const made = new EmailError(code as 'internal.bug', revived({ ...details, ...(number !== undefined && { step: number }) }) as never);
    return { ...error, ...made.in(language), details: JSON.parse(JSON.stringify(made.details)) as NonNullable<ErrorShown['details']> };
  } catch {
    return error;
  }
}

const isPhrase = (value: unknown): value is PhraseData => typeof value === 'object' && value !== null && 'phrase' in value;
const textIn = (text: string | PhraseData, language: string): string => (isPhrase(text) ? Phrase.of(text).in(language) : text);

function revived(value: unknown): unknown {
  if (isPhrase(value)) return Phrase.of(value);
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revived(inner)]));
}
