import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { checkAutomation } from './check.ts';
import { PALETTE } from './palette.test.fixture.ts';
import { problemLine } from './problem.ts';

const sample = readFileSync(new URL('../../../fixtures/automations/invoices.steps.yaml', import.meta.url), 'utf8');
const tokens = [
  '',
  '{{',
  '}}',
  "'",
  '"',
  '\n',
  '\n  ',
  '- ',
  ': ',
  '&a ',
  '*a',
  '!x ',
  '[',
  ']',
  '{',
  '}',
  '\t',
  '\0',
  '#',
  '|',
  '<<: ',
  'null',
  '3',
  'true',
  ', ',
  '__proto__',
  'constructor',
  '\u{1F600}',
];
const edit = fc.record({ at: fc.nat(sample.length), length: fc.nat(12), token: fc.constantFrom(...tokens) });

test('however a file is damaged, the check answers with places and mends', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const text = edits.reduce((before, { at, length, token }) => before.slice(0, at) + token + before.slice(at + length), sample);
      const { problems, warnings, automation } = checkAutomation(text, 'f', PALETTE);
      expect(automation === undefined).toBe(problems.length > 0);
      const rows = text.split('\n');
      for (const problem of [...problems, ...warnings]) {
        expect(rows.length).toBeGreaterThanOrEqual(problem.line);
        expect((rows[problem.line - 1] ?? '').length + 2).toBeGreaterThanOrEqual(problem.column);
        expect(problemLine(problem)).toMatch(/^f:\d+:\d+ \S[^]*[.?!'] \S[^]*$/);
        expect(problemLine(problem)).not.toMatch(/undefined|\[object|NaN/);
      }
    }),
    { numRuns: 200 },
  );
});
