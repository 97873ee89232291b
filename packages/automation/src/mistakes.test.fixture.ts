import { checkAutomation } from './check.ts';
import { PALETTE, file } from './palette.test.fixture.ts';
import { problemLine } from './problem.ts';

const VARIABLES = `variables:
  word: { type: string, default: x }
  n: { type: number, default: 1 }
  l: { type: list, default: [] }
  o: { type: object, default: {} }
  d: { type: date }
  b: { type: boolean }
  pw: { type: secret, default: { credential: a/b } }
`;

/** What is wrong with one step below a connect, which stands in line 16: column, step, problem, mend. */
export function mistakes(step: string): string[] {
  const { problems } = checkAutomation(file(`  - ${step}\n`, VARIABLES), 'f', PALETTE);
  return problems.map((problem) => problemLine(problem).replace('f:16:', ''));
}
