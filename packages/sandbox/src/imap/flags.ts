import { Malformed, listOf, textOf, type Word } from './words.ts';

const SYSTEM = /^\\(answered|flagged|deleted|seen|draft)$/i;

/** Flags as a client wrote them, in a list or one after the other. */
export function parseFlags(words: readonly Word[]): string[] {
  const flags = (listOf(words[0]) ?? words).map((word) => textOf(word, 'flag'));
  for (const flag of flags)
    if (flag.startsWith('\\') ? !SYSTEM.test(flag) : /[()\\{"\]*% ]/.test(flag)) throw new Malformed(`${flag} is no flag that can be set`);
  return flags;
}
