import { createEmail } from '@mailwright/sdk';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { spoken } from '../page/form/model/fields.ts';

type Texts = Readonly<Record<string, unknown>>;
/** The texts of the page, part by part: what puts them together needs a browser. */
const textsOf = async (language: string): Promise<Texts> => {
  const folder = join(import.meta.dirname, '..', 'page', 'text', language);
  const parts = await Promise.all(
    readdirSync(folder).map((name) => import(join(folder, name)) as Promise<Readonly<Record<string, Texts>>>),
  );
  return Object.assign({}, ...parts.flatMap((part) => Object.values(part))) as Texts;
};
const en = await textsOf('en');
export const TRANSLATED = { 'pt-BR': await textsOf('pt-BR'), de: await textsOf('de') } as const;
export type Other = keyof typeof TRANSLATED;

const LOCALES = join(import.meta.dirname, '..', '..', '..', 'core', 'src', 'locales');
const texts = (entry: unknown): readonly string[] => (typeof entry === 'string' ? [entry] : (Object.values(entry as object) as string[]));

/** Tells whether a text on the page is English where it should be another language: one of the page, of a definition, or a bare key. */
export function englishIn(language: Other): (text: string) => boolean {
  const phrases = JSON.parse(readFileSync(join(LOCALES, `phrases.${language}.json`), 'utf8')) as Record<string, string>;
  const own = new Set([...Object.values(TRANSLATED[language]).flatMap(texts), ...Object.values(phrases)]);
  const english = [...Object.values(en).flatMap(texts), ...Object.keys(phrases), ...bareKeys()].filter((text) => !own.has(text));
  const plain = new Set(english.filter((text) => !/\{\w+\}/.test(text)));
  // Of a text with places, what stands between them must be enough to know it by.
  const shapes = english
    .filter((text) => /\{\w+\}/.test(text) && text.replace(/\{\w+\}/g, '').replace(/[^\p{L}]/gu, '').length >= 8)
    .map((text) => text.split(/\{\w+\}/));
  return (text) => plain.has(text) || shapes.some((parts) => hasParts(text, parts));
}

/** Whether a text is made of these parts, in their order, with something between them; in linear time, whatever the text. */
function hasParts(text: string, parts: readonly string[]): boolean {
  if (!text.startsWith(parts[0] ?? '') || !text.endsWith(parts.at(-1) ?? '')) return false;
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at === 0 ? 0 : at + 1);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}

/** Keys and values of the schemas as they read where nothing translates them. */
function bareKeys(): readonly string[] {
  const found = new Set<string>();
  const walk = (schema: unknown): void => {
    if (Array.isArray(schema)) for (const one of schema) walk(one);
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return;
    const { properties, enum: values } = schema as { readonly properties?: object; readonly enum?: readonly unknown[] };
    for (const key of Object.keys(properties ?? {})) if (key !== 'from' && key !== 'to') found.add(spoken(key));
    for (const value of values ?? []) if (typeof value === 'string') found.add(spoken(value));
    for (const inner of Object.values(schema)) walk(inner);
  };
  for (const { input } of createEmail().definitions) walk(input.toJSONSchema({ io: 'input', unrepresentable: 'any' }));
  return [...found];
}

/** Runs in the page: every text that is seen or read out, and every label that is cut. */
const LOOK = `(() => {
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (node.data.trim() !== '' && node.parentElement && !node.parentElement.closest('script, style, code, pre, .json-key') && seen(node.parentElement))
      texts.push(node.data.trim());
  for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]'))
    if (seen(element))
      for (const name of ['aria-label', 'placeholder', 'title']) {
        const text = element.getAttribute(name);
        if (text) texts.push(text.trim());
      }
  const cut = [...document.querySelectorAll('label, button, [role=tab], [role=option], h1, h2, h3, h4, legend, .stage-name, .menu-item-text')]
    .filter((element) => seen(element) && element.clientWidth > 0 && !element.closest('.step, .visually-hidden, .run-log'))
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .map((element) => element.textContent.trim())
    .filter((text) => text !== '');
  return { texts, cut };
})()`;

export const look = (page: Page): Promise<{ readonly texts: readonly string[]; readonly cut: readonly string[] }> => page.evaluate(LOOK);
