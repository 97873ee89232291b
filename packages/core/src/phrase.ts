import { languageOf, type Language } from './languages.ts';
import german from './locales/phrases.de.json' with { type: 'json' };
import portuguese from './locales/phrases.pt-BR.json' with { type: 'json' };

/** Translations by the English text; the keys of both languages are the same, each with the same places. */
export const PHRASES: Readonly<Record<Exclude<Language, 'en'>, Readonly<Record<string, string>>>> = {
  'pt-BR': portuguese,
  de: german,
};

/** What can be told in each language, as a Phrase or the texts of an error; as a text it is English. */
export interface Told {
  /** `language` as in `Accept-Language`. */
  in(language: string): string;
  toString(): string;
  toJSON(): string;
}
/** What stands in a place of a phrase; numbers are written as the language does, without grouping. */
export type Part = string | number | Phrase;
/** A phrase as JSON, for what is kept and told later. */
export interface PhraseData {
  readonly phrase: string;
  readonly parts?: Readonly<Record<string, string | number | PhraseData>>;
}

/** A text of ours, English, with named places such as `{folder}` and what stands in them. */
export class Phrase implements Told {
  readonly text: string;
  readonly parts: Readonly<Record<string, Part>>;

  constructor(text: string, parts: Readonly<Record<string, Part>> = {}) {
    this.text = text;
    this.parts = parts;
  }

  in(language: string): string {
    const tag = languageOf(language);
    return filled(tag === 'en' ? this.text : (PHRASES[tag][this.text] ?? this.text), this.parts, tag);
  }
  toString(): string {
    return this.in('en');
  }
  toJSON(): string {
    return this.in('en');
  }

  /** The same with each text in its places changed. */
  map(change: (text: string) => string): Phrase {
    const changed = (part: Part): Part => (typeof part === 'string' ? change(part) : part instanceof Phrase ? part.map(change) : part);
    return new Phrase(this.text, Object.fromEntries(Object.entries(this.parts).map(([name, part]) => [name, changed(part)])));
  }

  get data(): PhraseData {
    const parts = Object.entries(this.parts).map(([name, part]) => [name, part instanceof Phrase ? part.data : part] as const);
    return { phrase: this.text, ...(parts.length > 0 && { parts: Object.fromEntries(parts) }) };
  }
  static of({ phrase, parts = {} }: PhraseData): Phrase {
    return new Phrase(
      phrase,
      Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, typeof part === 'object' ? Phrase.of(part) : part])),
    );
  }
}

/** A phrase written where it is said, as a tagged template: a place such as `${{ what }}` gets the name of what stands in it. */
export function say(texts: TemplateStringsArray, ...places: readonly Readonly<Record<string, Part>>[]): Phrase {
  const text = texts.reduce((before, after, index) => `${before}{${Object.keys(places[index - 1] ?? {})[0] ?? ''}}${after}`);
  return new Phrase(text, Object.assign({}, ...places) as Record<string, Part>);
}

/** Phrases with a phrase between each two, such as `{one} or {other}`. */
export const joined = (phrases: readonly Phrase[], between: (one: Phrase, other: Phrase) => Phrase): Phrase =>
  phrases.length === 0 ? new Phrase('') : phrases.reduce(between);

function filled(text: string, parts: Readonly<Record<string, Part>>, tag: Language): string {
  const told = text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (part === undefined) return place;
    if (typeof part !== 'number') return part instanceof Phrase ? part.in(tag) : part;
    return tag === 'en' ? String(part) : new Intl.NumberFormat(tag, { useGrouping: false, maximumFractionDigits: 20 }).format(part);
  });
  // A place that nothing stands in leaves no gap.
  return Object.values(parts).includes('')
    ? told
        .replace(/\s+/g, ' ')
        .replace(/ ([,.])/g, '$1')
        .trim()
    : told;
}

/** The texts of a schema that people read, in a language: titles, descriptions, and what a choice means that is left out. */
export function schemaIn<T>(schema: T, language: string): T {
  return languageOf(language) === 'en' ? schema : (walked(schema, language, true) as T);
}

/** `isSchema`: beside a schema's keywords stand names of fields, one of which may be called `title`. */
function walked(value: unknown, language: string, isSchema: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => walked(one, language, isSchema));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      if (!isSchema) return [key, walked(inner, language, true)];
      if (typeof inner === 'string' && ['title', 'description', 'absent'].includes(key)) return [key, new Phrase(inner).in(language)];
      if (['default', 'const', 'enum', 'examples'].includes(key)) return [key, inner];
      return [key, walked(inner, language, key !== 'properties' && key !== '$defs')];
    }),
  );
}
