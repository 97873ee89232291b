import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect, palette } from './index.ts';

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^(dist|node_modules|locales|\..*)$/.test(entry.name))
  .map(({ name }) => name);
const definitions = [connect({ backends: [], senders: [], auth: [] }), ...palette];

test('R0.1 each folder is an action of that id, with its three files, and stands in the menu once', () => {
  expect(definitions.map(({ id }) => id).toSorted()).toEqual(folders.map((name) => `email.${name}`).toSorted());
  for (const name of folders)
    expect(readdirSync(join(import.meta.dirname, name))).toEqual(
      expect.arrayContaining([`${name}.ts`, `${name}.test.ts`, `${name}.example.json`]),
    );
});

test.each(palette.map((definition) => [definition.id, definition] as const))('the example of %s is a valid input', (id, definition) => {
  const name = id.slice('email.'.length);
  const example: unknown = JSON.parse(readFileSync(join(import.meta.dirname, name, `${name}.example.json`), 'utf8'));
  expect(definition.input.safeParse(example)).toMatchObject({ success: true });
});

test.each(definitions.map((definition) => [definition.id, definition] as const))(
  'every field of %s has a title for the form',
  (_, { input }) => {
    const { properties = {} } = input.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as {
      properties?: Record<string, { title?: string; $ref?: string }>;
    };
    expect(Object.keys(properties)[0]).toBe('session');
    for (const [name, { title, $ref }] of Object.entries(properties)) expect([name, title ?? $ref]).toEqual([name, expect.any(String)]);
  },
);

test.each(definitions.map((definition) => [definition.id, definition] as const))(
  'the line of %s names fields that it has',
  (_, { input, line }) => {
    for (const [, name] of line.matchAll(/\{(\w+)\}/g)) expect(Object.keys(input.shape)).toContain(name);
  },
);
