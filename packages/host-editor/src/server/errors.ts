import { EmailError, type Phrase } from '@mailwright/sdk';
import type { ErrorShown, Fields } from '../api.ts';

/** An error for the page in its language, without any known secret. */
export function shownError(thrown: unknown, language: string): ErrorShown {
  const error = EmailError.from(thrown, 'editor');
  const { code, retry, details } = error.toJSON();
  return { code, ...error.in(language), retry, details: JSON.parse(JSON.stringify(details)) as Fields };
}

/** What the page asked that cannot be. */
export const refusal = (path: string, problem: string | Phrase, cure: string | Phrase): EmailError =>
  new EmailError('input.invalid', { path, problem, cure });
