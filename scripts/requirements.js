// The page of requirements: each with the tests that carry its number in their title.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A title, or the title of a table of tests, that begins with numbers. */
const TITLE = /(['"`])((?:R\d\.\d+ )+)((?:(?!\1).)+)\1/g;

export function requirementsPage(root) {
  const shown = testsByNumber(root);
  const lines = ['# Requirements', '', 'What was asked for, and the tests that show it. A number stands at the beginning of their titles.'];
  const rows = readFileSync(join(root, 'scripts', 'requirements.txt'), 'utf8').split('\n');
  const numbers = rows.filter((row) => row.startsWith('R')).map((row) => row.slice(0, row.indexOf(' ')));
  const unknown = [...shown.keys()].filter((number) => !numbers.includes(number));
  if (unknown.length > 0) throw new Error(`tests name requirements that are none: ${unknown.join(', ')}`);
  const done = numbers.filter((number) => shown.has(number)).length;
  lines.push(`${done} of ${numbers.length} are shown by at least one test; the others are marked "not shown yet".`);
  let heading = true;
  for (const row of rows) {
    if (row.startsWith('##')) lines.push('', row.replace(/^##+/, '##'));
    if (row.startsWith('#')) heading = true;
    if (!row.startsWith('R')) continue;
    if (heading) lines.push('', '| | What | Shown by |', '|---|---|---|');
    heading = false;
    const [, number = '', words = ''] = /^(\S+) (.*)$/.exec(row) ?? [];
    lines.push(`| ${number} | ${words} | ${shown.get(number)?.join('<br>') ?? 'not shown yet'} |`);
  }
  return lines.join('\n');
}

function testsByNumber(root) {
  const shown = new Map();
  for (const folder of ['packages', 'actions'])
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      const path = `${folder}/${file.replaceAll('\\', '/')}`;
      if (!path.endsWith('.test.ts') || /node_modules|dist\//.test(path)) continue;
      for (const [, , numbers = '', title = ''] of readFileSync(join(root, path), 'utf8').matchAll(TITLE))
        for (const number of numbers.trim().split(' '))
          shown.set(number, [...(shown.get(number) ?? []), `${escape(title)} ([${path.split('/').at(-1)}](../../${path}))`]);
    }
  return shown;
}

const escape = (text) =>
  text
    .replace(/\$\{[^}]*\}/g, '…')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll('\\', '');
