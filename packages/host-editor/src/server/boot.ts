import { basename } from 'node:path';
import { FUNCTIONS } from '@mailwright/automation';
import { BACKENDS, Phrase, SENDERS, connectionForm, languageOf, schemaIn, type Email } from '@mailwright/sdk';
import type { Boot, DefinitionShown, Fields, ServerShown } from '../api.ts';
import type { Parts } from './parts.ts';
import { readSettings } from './settings.ts';

const LANGUAGES = [
  { tag: 'en', name: 'English' },
  { tag: 'pt-BR', name: 'Português (Brasil)' },
  { tag: 'de', name: 'Deutsch' },
];

export function bootRoutes({ router, options, email, folder, data }: Parts): void {
  const definitions = new Map<string, readonly DefinitionShown[]>();
  const definitionsIn = (language: string): readonly DefinitionShown[] => {
    const tag = languageOf(language);
    const made = definitions.get(tag) ?? email.definitions.map((definition) => shown(definition, tag));
    definitions.set(tag, made);
    return made;
  };
  router.on('GET', 'boot', async ({ language }): Promise<Boot> => {
    const { version, demo } = options;
    return {
      version,
      folder: basename(folder.root),
      languages: LANGUAGES,
      definitions: definitionsIn(language),
      servers: servers(language),
      functions: FUNCTIONS.map(({ name, signatures, summary }) => ({
        name,
        signature: signatures.join(' | '),
        summary: phrased(summary, language),
      })),
      connection: schema(connectionForm, 'input', language),
      settings: await readSettings(data),
      ...(demo && { demo }),
    };
  });
}

type Definition = Email['definitions'][number];

const phrased = (text: string, language: string): string => new Phrase(text).in(language);

function shown(definition: Definition, language: string): DefinitionShown {
  const { id, kind, title, summary, effect, input } = definition;
  const output = 'item' in definition ? definition.item : 'output' in definition ? definition.output : undefined;
  const needs = 'needs' in definition ? definition.needs : [];
  return {
    id,
    kind,
    title: phrased(title, language),
    summary: phrased(summary, language),
    effect,
    needs,
    input: schema(input, 'input', language),
    ...(output && { output: schema(output, 'output', language) }),
  };
}

const schema = (type: Pick<Definition['input'], 'toJSONSchema'>, io: 'input' | 'output', language: string) =>
  schemaIn(type.toJSONSchema({ io, unrepresentable: 'any' }), language) as unknown as Fields;

function servers(language: string): ServerShown[] {
  const all = [...BACKENDS.map((one) => ({ one, sending: false })), ...SENDERS.map((one) => ({ one, sending: true }))];
  return all.map(({ one: { id, title, provides, authModes }, sending }) => ({
    id,
    title: phrased(title, language),
    provides,
    authModes,
    sending,
  }));
}
