import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Letters of a secret that are enough to call it shown. */
const PIECE = 12;
const STEP = 5;

/** A secret that occurs nowhere by chance, with letters that every encoding treats in its own way. */
export const canary = (odd = '"\\ <ü>&+%\'/'): string => `canary-${randomBytes(9).toString('hex')}${odd}${randomBytes(9).toString('hex')}`;

/** How a text may stand in what a program writes: each encoding by its own rules, apart from how redaction makes them. */
const ENCODINGS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  plain: (text) => pieces(text),
  base64: (text) => aligned(text, 'base64'),
  base64url: (text) => aligned(text, 'base64url'),
  hex: (text) => pieces(Buffer.from(text).toString('hex')),
  url: (text) => pieces(encodeURIComponent(text)),
  form: (text) => pieces(new URLSearchParams({ x: text }).toString().slice(2)),
  json: (text) => pieces(JSON.stringify(text).slice(1, -1)),
  xml: (text) => pieces(text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')),
  quoted: (text) => pieces(text.replace(/["\\]/g, '\\$&')),
};

/** Which secrets stand in a content, in part or whole, and how: `password as base64`. */
export function canariesIn(content: string | Buffer, secrets: Readonly<Record<string, string>>): string[] {
  const searched = typeof content === 'string' ? Buffer.from(content) : content;
  return Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(ENCODINGS)
      .filter(([, forms]) => forms(secret).some((form) => searched.includes(form)))
      .map(([encoding]) => `${name} as ${encoding}`),
  );
}

/** The same for all files below folders, with the path of each. */
export function canariesBelow(folders: readonly string[], secrets: Readonly<Record<string, string>>): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .flatMap((file) => canariesIn(readFileSync(file), secrets).map((found) => `${file}: ${found}`)),
  );
}

function pieces(text: string): string[] {
  if (text.length <= PIECE) return [text];
  const starts = Array.from({ length: Math.ceil((text.length - PIECE) / STEP) + 1 }, (_, at) => Math.min(at * STEP, text.length - PIECE));
  return starts.map((start) => text.slice(start, start + PIECE));
}

/** Inside a longer text a secret begins at one of three places; the letters that it shares with its neighbors are left off. */
function aligned(text: string, encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString(encoding);
    return pieces(encoded.slice(4, -4));
  });
}
