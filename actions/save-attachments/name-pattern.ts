import { createHash } from 'node:crypto';
import { EmailError, type Message } from '@mailwright/core';

const TOKENS = ['name', 'ext', 'subject', 'from', 'date', 'time', 'n', 'id'];

/** The file name of a message's attachment; `n` is its number among those that are saved. */
export type NamePattern = (message: Message, name: string, n: number) => string;

/**
 * A file name made from a pattern: `/` in the pattern makes folders, in a value never. Errors: `input.invalid` for an unknown token.
 */
export function namePattern(pattern: string, timeZone: string): NamePattern {
  const unknown = [...pattern.matchAll(/\{([^{}]*)\}/g)].find(([, token]) => !TOKENS.includes(token ?? ''));
  if (unknown)
    throw new EmailError('input.invalid', {
      path: 'name',
      problem: `${unknown[0]} is no part of a file name`,
      cure: `Known: ${TOKENS.map((token) => `{${token}}`).join(' ')}.`,
    });
  return (message, name, n) => {
    const values = valuesOf(message, name, n, timeZone);
    const fill = (level: string) => level.replace(/\{(\w+)\}/g, (_, token: string) => (values[token] ?? '').replace(/[/\\]/g, '_'));
    const levels = pattern.split('/');
    // A mail whose subject is `..` or nothing chooses no other folder: such a level is `_`, and such a name none.
    return levels
      .map((level, index) => {
        const filled = fill(level);
        if (filled === level || /[^.\s]/.test(filled)) return filled;
        return index < levels.length - 1 ? '_' : '';
      })
      .join('/');
  };
}

function valuesOf({ ref, subject, from, receivedAt, sentAt }: Message, name: string, n: number, timeZone: string): Record<string, string> {
  const at = new Date(receivedAt ?? sentAt ?? 0);
  const [date = '', time = ''] = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
    .format(at)
    .split(' ');
  return {
    name,
    ext: /\.([^.]+)$/.exec(name)?.[1] ?? '',
    subject,
    from: from[0]?.address ?? '',
    date,
    time: time.replace(/:/g, ''),
    n: String(n),
    id: createHash('sha256').update(`${ref.folder}\u0000${ref.id}`).digest('hex').slice(0, 8),
  };
}
