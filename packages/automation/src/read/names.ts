import { say, type Phrase } from '@mailwright/core';
/** Words that CEL keeps for itself: a step or variable of that name could not be used in an expression. */
const RESERVED = new Set(
  `as break const continue else for function if import let loop package namespace return var void while in true false null
   string bool int uint double map list bytes null_type type dyn google cel optional error`.split(/\s+/),
);

type Said = readonly [message: Phrase, fix: Phrase];

/** What is wrong with the name of a step, a variable or an item, if anything. */
export function nameProblem(name: string): Said | undefined {
  if (RESERVED.has(name))
    return [say`"${{ name }}" is a word of the expression language.`, say`Choose another name, such as "${{ name }}1".`];
  if (/^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(name)) return undefined;
  const mended = name
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, 100);
  return [
    say`"${{ name }}" is not a usable name.`,
    mended === ''
      ? say`Use letters, digits and _, beginning with a letter.`
      : say`Use letters, digits and _, beginning with a letter: "${{ mended }}".`,
  ];
}
