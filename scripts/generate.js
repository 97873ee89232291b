// `npm run generate`: pages and schemas that are derived from the definitions. `-- --check` only says whether they are fresh.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { turbo } from './turbo.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const checking = process.argv.includes('--check');

const built = turbo(['run', 'build', '--output-logs=errors-only']);
if (built !== 0) process.exit(built);
const { pages } = await import('./pages.js');
const wanted = new Map(Object.entries(await pages()).map(([path, text]) => [join(root, path), text.replace(/\n*$/, '\n')]));

const stale = [...wanted].filter(([file, text]) => read(file) !== text).map(([file]) => file);
/** A page that says it was generated, or a schema, of something that is no more. */
const isOurs = (file) => file.endsWith('.json') || read(file)?.startsWith('<!-- Generated');
const left = ['docs/reference', 'fixtures/schemas'].flatMap(filesBelow).filter((file) => !wanted.has(file) && isOurs(file));
const odd = [...stale, ...left].map((file) => relative(root, file));
if (!checking) {
  for (const file of left) rmSync(file);
  for (const file of stale) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, wanted.get(file) ?? '');
  }
}
console.log(odd.length === 0 ? `${wanted.size} generated files are fresh.` : `${checking ? 'Not fresh' : 'Written'}: ${odd.join(', ')}`);
process.exitCode = checking && odd.length > 0 ? 1 : 0;

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function filesBelow(folder) {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}
