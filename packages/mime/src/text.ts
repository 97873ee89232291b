/** A text made clean, and what had to be done for it. */
export interface CleanText {
  readonly text: string;
  readonly defects: readonly string[];
}

// Tab, line feed and carriage return are the only controls that text may hold (XML 1.0 section 2.2 draws the same line).
// oxlint-disable-next-line no-control-regex -- these are the characters that must go
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
/** U+FDD0-U+FDEF and the last two code points of every plane (Unicode 16, section 23.7). */
const NONCHARACTER = /\p{Noncharacter_Code_Point}/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;

const REPAIRS: readonly (readonly [RegExp, string])[] = [
  [LONE_SURROGATE, 'half a surrogate pair was replaced'],
  [CONTROL, 'control characters were replaced'],
  [NONCHARACTER, 'characters that are none were replaced'],
];

/** One U+FFFD for each code point that no text may hold; pairs and emoji stay. */
export function cleanText(raw: string): CleanText {
  let text = raw;
  const defects: string[] = [];
  for (const [pattern, defect] of REPAIRS) {
    const repaired = text.replace(pattern, '\ufffd');
    if (repaired !== text) defects.push(defect);
    text = repaired;
  }
  return { text, defects };
}

const latin = new TextDecoder('windows-1252');

/** Bytes that may be any 8-bit text: UTF-8 if they are that (`cut`: but for a last character that was cut off), else Windows-1252. */
export function decodeBytes(bytes: Uint8Array, cut = false): CleanText {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut }), defects: [] };
  } catch {
    return { text: latin.decode(bytes), defects: ['8-bit text without a character set was read as Windows-1252'] };
  }
}

/** Collects defects of one message, each once. */
export class Defects {
  readonly #found = new Set<string>();
  add(defects: readonly string[], where: string): void {
    for (const defect of defects) this.#found.add(`${where}: ${defect}`);
  }
  /** The text of a cleaned value, its defects noted. */
  take({ text, defects }: CleanText, where: string): string {
    this.add(defects, where);
    return text;
  }
  list(): string[] {
    return [...this.#found];
  }
}
