// Licenses of everything that ships: the dependencies of the workspaces and what they bring along.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  '0BSD',
  'BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense OR MIT',
  'Unicode-3.0',
]);
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** 0 if every run-time dependency has a license that passes; else prints the ones that do not and returns 1. */
export function licenses() {
  const seen = new Map();
  const visit = (folder, name) => {
    const place = find(folder, name);
    if (!place || seen.has(place)) return;
    const manifest = read(join(place, 'package.json'));
    seen.set(place, manifest);
    for (const next of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) visit(place, next);
  };
  for (const file of ['actions/package.json', ...globSync('packages/*/package.json', { cwd: root })]) {
    const folder = join(root, dirname(file));
    const { dependencies, optionalDependencies } = read(join(root, file));
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) visit(folder, name);
  }
  // What is bundled into the editor's page ships too, although the package has it as a development dependency.
  for (const name of importedBy('packages/host-editor/src/page')) visit(join(root, 'packages/host-editor'), name);
  const bad = [...seen.values()].filter(({ license }) => !passes(license));
  for (const { name, version, license } of bad) console.error(`${name}@${version}: license ${JSON.stringify(license)}`);
  console.log(`licenses of ${seen.size} packages looked at`);
  return bad.length === 0 && seen.size > 10 ? 0 : 1;
}

/** The packages that the files of a folder import, tests aside. */
function importedBy(folder) {
  const files = globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }).filter((file) => !/\.test\./.test(file));
  const texts = files.map((file) => readFileSync(join(root, file), 'utf8'));
  const names = texts.flatMap((text) => [...text.matchAll(/(?:from|import) '((?:@[\w-]+\/)?[\w-]+)[^']*'/g)].map(([, name]) => name));
  return new Set(names);
}

/** `(A OR B)` passes if one of them does, `A AND B` only if both do. */
function passes(license) {
  const text = typeof license === 'string' ? license.replace(/[()]/g, '') : '';
  return ALLOWED.has(text) || text.split(' OR ').some((one) => one.split(' AND ').every((part) => ALLOWED.has(part.trim())));
}

function find(folder, name) {
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return place;
    if (at === dirname(at)) return undefined;
  }
}
