import { Phrase, joined, say, schemaIn } from './phrase.ts';
import { redactDeep } from './redact.ts';
import { Secret } from './secret.ts';

test('a phrase is English as a text and as JSON, and tells its places in each language', () => {
  const to = say`Folder`;
  const phrase = new Phrase('Move {messages} to {to}', { messages: 1.5, to });
  expect([String(phrase), JSON.stringify([phrase])]).toEqual(['Move 1.5 to Folder', '["Move 1.5 to Folder"]']);
  expect(['pt-BR', 'de-AT,de;q=0.9', 'ja'].map((language) => phrase.in(language))).toEqual([
    'Mover 1,5 para Pasta',
    '1,5 verschieben nach Ordner',
    'Move 1.5 to Folder',
  ]);
});

test('names of places come from where they are written; what stands in them is never taken for a place', () => {
  const name = '{to} $& {name}';
  const phrase = say`"${{ name }}" of ${{ count: 2 }} {other}`;
  expect([phrase.text, phrase.in('de')]).toEqual(['"{name}" of {count} {other}', '"{to} $& {name}" of 2 {other}']);
});

test('kept as JSON and told later, in another language, without any known secret', () => {
  const secret = new Secret('canary-of-a-phrase');
  const phrase = new Phrase('Save {messages} to {to}', { messages: say`Message`, to: 'a canary-of-a-phrase' });
  const kept = JSON.stringify(redactDeep(phrase).data);
  expect(kept).not.toContain(String(secret.reveal()));
  expect(Phrase.of(JSON.parse(kept) as typeof phrase.data).in('de')).toBe('Nachricht speichern in a [secret]');
});

test('phrases are joined by phrases', () => {
  const list = joined(
    [say`Text`, say`Folder`, say`File`],
    (one, other) => new Phrase('Save {messages} to {to}', { messages: one, to: other }),
  );
  expect(list.in('pt-BR')).toBe('Salvar Salvar Texto em Pasta em Arquivo');
  expect(String(joined([], (one) => one))).toBe('');
});

test('a schema keeps everything but the texts for people', () => {
  const schema = {
    title: 'Folder',
    properties: {
      title: { type: 'string', title: 'Subject', description: 'Often the whole address', default: 'Folder' },
      server: { oneOf: [{ title: 'No login', properties: { mode: { const: 'Folder' } } }], 'x-ui': { absent: 'No login', group: 'more' } },
    },
    $defs: { description: { description: 'Unheard of', enum: ['Folder'] } },
  };
  expect(schemaIn(schema, 'en')).toBe(schema);
  expect(schemaIn(schema, 'de')).toEqual({
    title: 'Ordner',
    properties: {
      title: { type: 'string', title: 'Betreff', description: 'Oft die ganze Adresse', default: 'Folder' },
      server: {
        oneOf: [{ title: 'Keine Anmeldung', properties: { mode: { const: 'Folder' } } }],
        'x-ui': { absent: 'Keine Anmeldung', group: 'more' },
      },
    },
    $defs: { description: { description: 'Unheard of', enum: ['Folder'] } },
  });
});
