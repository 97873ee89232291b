const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
// oxlint-disable-next-line no-control-regex -- these are the characters that must go
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff0-\uffff<>:"/\\|?*]/g;
const LONGEST = 200;

/**
 * A stranger's file name made fit for every system: base name only, no control, bidi or reserved characters, no device names, no
 * trailing dots or blanks, at most 200 bytes of UTF-8 with its extension kept; `attachment` when nothing is left.
 */
export function safeName(name: string): string {
  const base = name.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = trim(base.replace(FORBIDDEN, ''));
  const named = clean === '' ? 'attachment' : RESERVED.test(clean) ? `_${clean}` : clean;
  return shorten(named);
}

/** The name with a number before its extension: `a.pdf` becomes `a (2).pdf`. */
export function numbered(name: string, number: number): string {
  const { stem, extension } = split(name);
  const suffix = ` (${number})`;
  return `${cutTo(stem, LONGEST - bytes(extension) - suffix.length)}${suffix}${extension}`;
}

const trim = (text: string) => text.replace(/^\s+|[\s.]+$/gu, '');
const bytes = (text: string) => Buffer.byteLength(text, 'utf8');

function shorten(name: string): string {
  if (bytes(name) <= LONGEST) return name;
  const { stem, extension } = split(name);
  return `${trim(cutTo(stem, LONGEST - bytes(extension)))}${extension}`;
}

/** What stands behind the last dot counts as an extension only if it is short enough to be one. */
function split(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  return extension !== '' && bytes(extension) <= 20 ? { stem: name.slice(0, dot), extension } : { stem: name, extension: '' };
}

/** As many whole characters as fit into a number of bytes. */
function cutTo(text: string, limit: number): string {
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += bytes(character);
    if (used > limit) break;
    kept += character;
  }
  return kept;
}
