import { basename } from 'node:path';
import { FUNCTIONS } from '@mailwright/automation';
import { BACKENDS, SENDERS, type Email } from '@mailwright/sdk';
import type { Boot, DefinitionShown, Fields, ServerShown } from '../api.ts';
import type { Parts } from './parts.ts';
import { readSettings } from './settings.ts';

const LANGUAGES = [
  { tag: 'en', name: 'English' },
  { tag: 'pt-BR', name: 'Português (Brasil)' },
  { tag: 'de', name: 'Deutsch' },
];

export function bootRoutes({ router, options, email, folder, data }: Parts): void {
  const definitions = email.definitions.map(shown);
  router.on('GET', 'boot', async (): Promise<Boot> => {
    const { version, demo } = options;
    return {
      version,
      folder: basename(folder.root),
      languages: LANGUAGES,
      definitions,
      servers: servers(),
      functions: FUNCTIONS.map(({ name, signatures, summary }) => ({ name, signature: signatures.join(' | '), summary })),
      settings: await readSettings(data),
      ...(demo && { demo }),
    };
  });
}

type Definition = Email['definitions'][number];

function shown(definition: Definition): DefinitionShown {
  const { id, kind, title, summary, effect, input } = definition;
  const output = 'item' in definition ? definition.item : 'output' in definition ? definition.output : undefined;
  const needs = 'needs' in definition ? definition.needs : [];
  return { id, kind, title, summary, effect, needs, input: schema(input, 'input'), ...(output && { output: schema(output, 'output') }) };
}

const schema = (type: Definition['input'], io: 'input' | 'output') =>
  type.toJSONSchema({ io, unrepresentable: 'any' }) as unknown as Fields;

function servers(): ServerShown[] {
  const all = [...BACKENDS.map((one) => ({ one, sending: false })), ...SENDERS.map((one) => ({ one, sending: true }))];
  return all.map(({ one: { id, title, provides, authModes }, sending }) => ({ id, title, provides, authModes, sending }));
}
