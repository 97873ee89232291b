/** The languages that Mailwright speaks, by their tags (RFC 5646). */
export const LANGUAGES = ['en', 'pt-BR', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The nearest of these languages to the first tag of a list, as `Accept-Language` has it (RFC 9110 section 12.5.4); English if none. */
export function languageOf(tags: string): Language {
  const [wanted = ''] = tags.split(/[,;]/);
  const primary = (tag: string) => tag.trim().toLowerCase().split('-')[0];
  return LANGUAGES.find((tag) => tag === wanted.trim()) ?? LANGUAGES.find((tag) => primary(tag) === primary(wanted)) ?? 'en';
}
