import { EmailError } from '@mailwright/sdk';
import type { ErrorShown, Fields } from '../api.ts';

/** An error for the page, without any known secret. */
export function shownError(thrown: unknown, _language: string): ErrorShown {
  const { code, message, fix, retry, details } = EmailError.from(thrown, 'editor').toJSON();
  return { code, message, fix, retry, details: JSON.parse(JSON.stringify(details)) as Fields };
}

/** What the page asked that cannot be. */
export const refusal = (path: string, problem: string, cure: string): EmailError =>
  new EmailError('input.invalid', { path, problem, cure });
