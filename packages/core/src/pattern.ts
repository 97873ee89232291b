import { RE2JS } from 're2js';
import { EmailError } from './errors.ts';

/** Texts are searched up to this many characters; what lies beyond is a stranger's way to keep us busy. */
const LONGEST_TEXT = 1_000_000;

/**
 * A pattern of the bot's author, run in linear time (RE2 syntax: no look-around, no back-references; `(?i)` for any case).
 * Errors: `input.invalid` with the place of the mistake.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  try {
    const compiled = RE2JS.compile(pattern);
    return (text) => compiled.matcher(text.slice(0, LONGEST_TEXT)).find();
  } catch (error) {
    throw new EmailError('input.invalid', {
      path: 'pattern',
      problem: `"${pattern}" is no pattern that can be used: ${error instanceof Error ? error.message : String(error)}.`,
      cure: 'Patterns run in linear time, so look-around ((?=, (?!, (?<) and back-references (\\1) are not available. Plain words are better searched with contains.',
    });
  }
}
