import { text } from 'node:stream/consumers';
import { EmailError } from '@mailwright/sdk';

/** JSON given on the command line, or `-` for standard input: secrets do not belong into arguments. `what` it is. Errors: `input.invalid`. */
export async function readInput(
  given: string | undefined,
  what = 'what stands under `with` of a Connect step',
): Promise<Record<string, unknown>> {
  const source = given === '-' ? await text(process.stdin) : (given ?? '');
  try {
    const value: unknown = JSON.parse(source);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, without the text: it may hold a secret.
  }
  throw new EmailError('input.invalid', {
    path: '--input',
    problem: 'this is no JSON object',
    cure: `Give ${what}, as JSON, or - for standard input.`,
  });
}
