const WORDS: readonly (readonly [RegExp, string])[] = [
  [/dyn<([^<>]*)>/g, '$1'],
  [/google\.protobuf\.Timestamp/g, 'date'],
  [/google\.protobuf\.Duration/g, 'duration'],
  [/\b(double|int|uint)\b/g, 'number'],
  [/\bbool\b/g, 'boolean'],
  [/\bmap(<[^<>]*>)?/g, 'object'],
  [/\bdyn\b/g, 'anything'],
];

/** CEL's names of types as the words that stand in automation files. */
export function plainWords(text: string): string {
  return WORDS.reduce((words, [pattern, word]) => words.replace(pattern, word), text);
}
