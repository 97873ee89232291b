import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTIONS } from '@mailwright/automation';
import { BACKENDS, SENDERS, connectionForm, createEmail } from '@mailwright/sdk';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const LANGUAGES = ['pt-BR', 'de'] as const;
type Texts = Readonly<Record<string, string>>;
const translations = (language: string): Texts =>
  JSON.parse(readFileSync(join(ROOT, `packages/core/src/locales/phrases.${language}.json`), 'utf8')) as Texts;

/** Names, standards and words that the languages share: these alone may read as in English. */
const SAME: Readonly<Record<(typeof LANGUAGES)[number], readonly string[]>> = {
  'pt-BR': ['Host', 'Login', 'Microsoft', 'Google', 'Proxy', 'Cc', 'HTML', 'Loops'],
  de: ['Host', 'Port', 'Microsoft', 'Google', 'Server', 'Proxy', 'Variable', 'Filter', 'Mail', 'Cc', 'Bcc', 'Text', 'HTML'],
};

/** Every text of a schema that a form shows, with the way to it. */
function textsIn(schema: unknown, found: Set<string>, isSchema = true): void {
  if (Array.isArray(schema)) for (const one of schema) textsIn(one, found);
  else if (typeof schema === 'object' && schema !== null)
    for (const [key, inner] of Object.entries(schema) as [string, unknown][])
      if (isSchema && typeof inner === 'string' && ['title', 'description', 'absent'].includes(key)) found.add(inner);
      else if (!isSchema || !['default', 'const', 'enum'].includes(key)) textsIn(inner, found, !isSchema || key !== 'properties');
}
function definitionTexts(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const definition of createEmail().definitions) {
    const output = 'item' in definition ? definition.item : definition.output;
    for (const text of [definition.title, definition.summary, definition.line]) found.add(text);
    for (const [type, io] of [[definition.input, 'input'] as const, [output, 'output'] as const])
      textsIn((type as typeof definition.input).toJSONSchema({ io, unrepresentable: 'any' }), found);
  }
  textsIn(connectionForm.toJSONSchema({ io: 'input', unrepresentable: 'any' }), found);
  for (const { title } of [...BACKENDS, ...SENDERS]) found.add(title);
  for (const { summary } of FUNCTIONS) found.add(summary);
  return found;
}

/** What stands in the sources as `` say`...` ``, with the names of its places. */
function saidTexts(): ReadonlySet<string> {
  const found = new Set<string>();
  const folders = ['actions', ...readdirSync(join(ROOT, 'packages')).map((name) => join('packages', name, 'src'))];
  for (const folder of folders.map((one) => join(ROOT, one)))
    for (const file of filesIn(folder)) {
      const source = readFileSync(file, 'utf8');
      for (let at = source.indexOf('say`'); at >= 0; at = source.indexOf('say`', at + 1)) {
        if (/[\w`]/.test(source[at - 1] ?? '')) continue;
        found.add(templateAt(source, at + 4));
      }
    }
  return found;
}
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((one) => one.isFile() && /\.tsx?$/.test(one.name) && !/\.test\.|\.d\.ts$/.test(one.name))
    .map((one) => join(one.parentPath, one.name))
    .filter((path) => !/[\\/](dist|node_modules)[\\/]/.test(path));
}
/** The text of a tagged template from its first character on: `${{ name: ... }}` reads as `{name}`. */
function templateAt(source: string, from: number): string {
  let text = '';
  for (let at = from; at < source.length && source[at] !== '`'; at++) {
    if (source[at] === '\\') text += source[++at] ?? '';
    else if (source.startsWith('${{', at)) {
      text += `{${/^\s*(\w+)/.exec(source.slice(at + 3))?.[1] ?? ''}}`;
      at = endOfPlace(source, at + 1);
    } else text += source[at] ?? '';
  }
  return text;
}
/** The last brace of what begins with a brace. */
function endOfPlace(source: string, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    if (source[at] === '{') depth++;
    if (source[at] === '}') depth--;
    if (depth === 0) return at;
  }
  return source.length;
}
const placesIn = (text: string): string[] => [...new Set([...text.matchAll(/\{\w+\}/g)].map(([place]) => place))].sort();

const wanted = new Set([...definitionTexts(), ...saidTexts()]);

describe.each(LANGUAGES)('the texts of definitions and messages in %s', (language) => {
  const texts = translations(language);
  test('each has a translation, and none is left that nobody says', () => {
    expect(wanted.size).toBeGreaterThan(200);
    expect([...wanted].filter((text) => !(text in texts))).toEqual([]);
    expect(Object.keys(texts).filter((text) => !wanted.has(text))).toEqual([]);
  });
  test('each has the places of the English text, and words of its own', () => {
    const wrong = Object.entries(texts).filter(([text, told]) => String(placesIn(text)) !== String(placesIn(told)));
    expect(wrong).toEqual([]);
    const untold = Object.entries(texts).filter(([text, told]) => text === told && /\p{L}{2}/u.test(text.replace(/\{\w+\}/g, '')));
    expect(untold.map(([text]) => text).filter((text) => !SAME[language].includes(text))).toEqual([]);
    expect(SAME[language].filter((text) => texts[text] !== text)).toEqual([]);
  });
});

test('templates are read from the sources as they are said', () => {
  const source = 'say`There ${{ is: f({ a: 1 }) }} a \\`${{ what }}\\` ${{ end }}` and more';
  expect(templateAt(source, 4)).toBe('There {is} a `{what}` {end}');
});
