import type { RunLine, RunListed } from '../../api.ts';
import { RunView } from './run-view.ts';

const LISTED: RunListed = {
  run: 'r',
  file: 'a.steps.yaml',
  name: 'A',
  mode: 'run',
  state: 'running',
  startedAt: '2026-01-01T00:00:00Z',
  handledErrors: 0,
};
const ERROR = { code: 'server.refused', message: 'no', fix: 'yes' };
type Told<Line = RunLine> = Line extends RunLine ? Omit<Line, 'seq' | 'at'> : never;

function after(...told: Told[]): RunView {
  const view = new RunView(LISTED);
  for (const [index, one] of told.entries()) view.take({ ...one, seq: index + 1, at: '' } as RunLine);
  return view;
}
const step = (id: string, state: 'started' | 'done' | 'failed' | 'planned', more: object = {}): Told => ({
  event: 'step',
  id,
  number: '1',
  title: id,
  state,
  ...more,
});
const item = (index: number): Told => ({ event: 'item', id: 'each', index, subject: `Mail ${index}` });

test('a loop counts its rounds and knows its mail', () => {
  const rounds = [step('each', 'started'), item(1), step('move', 'started'), step('move', 'done'), item(2)];
  expect(after(...rounds).steps.get('each')).toMatchObject({ state: 'running', done: 1, failed: 0, item: { index: 2, subject: 'Mail 2' } });
  expect(after(...rounds, step('each', 'done')).steps.get('each')).toMatchObject({ state: 'done', done: 2, failed: 0 });
});

test('an error that was caught is handled, up to the step that caught it; one that was not is the run’s', () => {
  const failing = [step('each', 'started'), item(1), step('move', 'started'), step('move', 'failed', { error: ERROR })];
  const handled = after(
    ...failing,
    { event: 'caught', id: 'each', error: ERROR },
    item(2),
    step('move', 'started'),
    step('move', 'done'),
    step('each', 'done'),
  );
  expect(handled.steps.get('move')).toMatchObject({ state: 'handled', done: 1, failed: 1 });
  expect(handled.steps.get('each')).toMatchObject({ state: 'handled', done: 1, failed: 1 });
  expect(handled.listed.handledErrors).toBe(1);
  const end: Told = { event: 'end', ok: false, steps: {}, outputs: {}, error: ERROR, ms: 5 };
  const failed = after(...failing, step('each', 'failed', { error: ERROR }), end, { event: 'state', state: 'failed' });
  expect(failed.error).toEqual({ step: 'move', error: ERROR });
  expect(failed.steps.get('each')).toMatchObject({ state: 'failed' });
});

test('what was running when a run was stopped is stopped, and a line that comes twice counts once', () => {
  const view = after(step('each', 'started'), { event: 'paused', id: 'move', why: 'step' }, { event: 'state', state: 'interrupted' });
  expect([...view.steps.values()].map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  view.take({ seq: 3, at: '', event: 'state', state: 'running' });
  expect(view.listed.state).toBe('interrupted');
});
