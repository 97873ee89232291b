import { RE2JS } from 're2js';
import { z } from 'zod';
import { EmailError } from './errors.ts';
import { say } from './phrase.ts';

/** Texts are searched up to this many characters; what lies beyond is a stranger's way to keep us busy. */
const LONGEST_TEXT = 1_000_000;

/** Compiled patterns that are kept: a filter asks for the same few with each message. */
const KEPT = 50;
const compiled = new Map<string, RE2JS>();

/**
 * A pattern of the bot's author, run in linear time (RE2 syntax: no look-around, no back-references; `(?i)` for any case).
 * Errors: `input.invalid` with the place of the mistake.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  const regex = compiled.get(pattern) ?? compile(pattern);
  compiled.delete(pattern);
  compiled.set(pattern, regex);
  if (compiled.size > KEPT) compiled.delete(compiled.keys().next().value ?? '');
  return (text) => regex.matcher(text.slice(0, LONGEST_TEXT)).find();
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new EmailError('input.invalid', {
      path: 'pattern',
      problem: say`"${{ pattern }}" is no pattern that can be used: ${{ reason: error instanceof Error ? error.message : String(error) }}`,
      cure: say`Patterns run in linear time, so look-around ((?=, (?!, (?<) and back-references (\\1) are not available. Plain words are better searched with contains.`,
    });
  }
}

/** A pattern that can be used, in an input: what is wrong with it is known before anything runs. */
export const Pattern = z
  .string()
  .min(1)
  .max(1000)
  .superRefine((pattern, form) => {
    try {
      compilePattern(pattern);
    } catch (error) {
      if (!EmailError.is(error, 'input.invalid')) throw error;
      const { problem, cure } = error.details;
      form.addIssue({ code: 'custom', message: String(problem), params: { problem, cure } });
    }
  });
