/** Stands for itself and for what XML may not hold, while the parser reads: `E` hex `;` is that code point, `EE` is the sign itself. */
const SIGN = '\uf8ff';
/** Characters of a tag or reference that are waited for; what is longer goes on as it is. */
const LONGEST_TAG = 64 * 1024;

/** Control characters, the two code units that are none, our own sign; references and lone ampersands. */
// oxlint-disable-next-line no-control-regex -- these are the characters that may not be there
const RISKY = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\uf8ff]|&(?:#(x?)([0-9a-fA-F]{1,12});|([A-Za-z][\w.-]{0,30});)?/g;
// oxlint-disable-next-line no-control-regex -- as above
const BAD = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\uf8ff]/g;
const NAMED = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);

const hidden = (code: number) => `${SIGN}${code.toString(16)};`;
const signed = (character: string) => (character === SIGN ? SIGN + SIGN : hidden(character.charCodeAt(0)));

/** XML 1.0 section 2.2. */
const isCharacter = (code: number) =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);

/**
 * A piece of XML in which the parser finds nothing that it would refuse in a text: what XML may not hold, raw or as a reference, is
 * hidden behind a sign; an ampersand that begins no reference is one. `inCdata`: the piece begins (and ends) within a CDATA section.
 */
export function guard(piece: string, inCdata: boolean): { readonly text: string; readonly inCdata: boolean } {
  let [text, inside] = ['', inCdata];
  for (let at = 0; at < piece.length;) {
    const mark = piece.indexOf(inside ? ']]>' : '<![CDATA[', at);
    const end = mark === -1 ? piece.length : mark + (inside ? 3 : 9);
    const part = piece.slice(at, end);
    text += inside ? part.replace(BAD, signed) : part.replace(RISKY, guarded);
    if (mark !== -1) inside = !inside;
    at = end;
  }
  return { text, inCdata: inside };
}

function guarded(found: string, hex: string | undefined, digits: string | undefined, name: string | undefined): string {
  if (name !== undefined) return NAMED.has(name) ? found : `&amp;${found.slice(1)}`;
  if (digits === undefined) return found === '&' ? '&amp;' : signed(found);
  if (hex === '' && !/^\d+$/.test(digits)) return `&amp;${found.slice(1)}`;
  const code = Number.parseInt(digits, hex === '' ? 10 : 16);
  if (code === SIGN.charCodeAt(0)) return SIGN + SIGN;
  return isCharacter(code) ? found : hidden(Math.min(code, 0x110000));
}

/** The text that was meant. Halves of a pair that came as two references are one character again; what is no code point is U+FFFF. */
export function decodeReferences(text: string): string {
  if (!text.includes(SIGN)) return text;
  return text.replace(/\uf8ff(?:\uf8ff|([0-9a-f]{1,6});)/g, (_, digits: string | undefined) => {
    if (digits === undefined) return SIGN;
    const code = Number.parseInt(digits, 16);
    return code > 0x10ffff ? '\uffff' : String.fromCodePoint(code);
  });
}

/** Where a piece may end so that no tag, reference or end of a CDATA section is cut in two; 0 where nothing may go yet. */
export function safeEnd(piece: string): number {
  const tag = piece.lastIndexOf('<');
  if (tag !== -1 && !piece.includes('>', tag)) return piece.length - tag > LONGEST_TAG ? piece.length : tag;
  const tail = /(?:&[#\w.-]{0,34}|\]{1,2})$/.exec(piece);
  return tail ? tail.index : piece.length;
}
