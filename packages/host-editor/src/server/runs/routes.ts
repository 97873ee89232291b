import { EmailError } from '@mailwright/sdk';
import type { RunAsked, RunLine } from '../../api.ts';
import type { Router } from '../router.ts';
import { lineIn, listedIn } from './told.ts';
import type { Runs } from './runs.ts';

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');
const isOptional = (value: unknown, type: 'string' | 'boolean') => value === undefined || typeof value === type;

/** The runs of the editor, as api-runs.ts tells. */
export function addRunRoutes(router: Router, runs: Runs): void {
  router.on('POST', 'runs', async ({ body, language }) => listedIn(await runs.start(askedOf(body)), language));
  router.on('GET', 'runs', async ({ query, language }) =>
    (await runs.list(query.get('file') ?? undefined)).map((listed) => listedIn(listed, language)),
  );
  router.on('GET', 'runs/:run/events', ({ params, query, signal, language }) =>
    told(runs.events(params['run'] ?? '', 0, signal), Number(query.get('after') ?? 0) || 0, language),
  );
  router.on('GET', 'runs/:run/names', async ({ params }) => runs.names(params['run'] ?? ''));
  router.on('GET', 'runs/:run/values/:step', ({ params }) => runs.values(params['run'] ?? '', params['step'] ?? ''));
  router.on('POST', 'runs/:run/stop', ({ params }) => runs.going(params['run'] ?? '').stop());
  router.on('POST', 'runs/:run/pause', async ({ params }) => runs.going(params['run'] ?? '').pause());
  router.on('POST', 'runs/:run/step', async ({ params }) => runs.going(params['run'] ?? '').go('step'));
  router.on('POST', 'runs/:run/continue', async ({ params }) => runs.going(params['run'] ?? '').go('continue'));
  router.on('PUT', 'runs/:run/breakpoints', async ({ params, body }) => {
    if (!isTexts(body)) throw wrong('body', 'it is no list of step ids');
    runs.going(params['run'] ?? '').setBreakpoints(body);
  });
}

/** The lines after a number. Those before it were told already, but an error may name one of their steps. */
async function* told(lines: AsyncIterable<RunLine>, after: number, language: string): AsyncGenerator<RunLine> {
  const numbers = new Map<string, string>();
  for await (const line of lines) {
    if ('number' in line && line.number !== undefined) numbers.set(line.id, line.number);
    if (line.seq > after) yield lineIn(line, language, numbers);
  }
}

function askedOf(body: unknown): RunAsked {
  if (typeof body !== 'object' || body === null) throw wrong('body', 'it is no object');
  const { file, mode, variables = {}, from, only, breakpoints = [], paused, allowDestroy } = body as Partial<RunAsked>;
  if (typeof file !== 'string') throw wrong('file', 'it is no text');
  if (mode !== 'run' && mode !== 'dry-run') throw wrong('mode', 'it is neither run nor dry-run');
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) throw wrong('variables', 'they are no object');
  if (!isOptional(from, 'string') || !isOptional(only, 'string')) throw wrong('from', 'a step is named by its id');
  if (!isTexts(breakpoints)) throw wrong('breakpoints', 'they are no list of step ids');
  if (!isOptional(paused, 'boolean') || !isOptional(allowDestroy, 'boolean')) throw wrong('paused', 'it is neither true nor false');
  return body as RunAsked;
}

const wrong = (path: string, problem: string) => new EmailError('input.invalid', { path, problem, cure: 'This is a mistake of the page.' });
