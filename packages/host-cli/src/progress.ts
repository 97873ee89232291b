import { redact } from '@mailwright/sdk';
import type { RunEvent } from '@mailwright/automation';
import { visible } from './visible.ts';

const MARKS = { started: '·', done: '✓', failed: '✗', skipped: '-', planned: '?' } as const;

/** Progress for a person: steps as lines, a loop as one line with counter, rate and the current subject. */
export function showProgress(out: NodeJS.WriteStream): (event: RunEvent) => void {
  const began = performance.now();
  const live = out.isTTY;
  let depthOfLoop = 0;
  let done = 'Done';
  const write = (text: string) => out.write(`${live ? '\r\u001b[K' : ''}${redact(text)}\n`);
  return (event) => {
    switch (event.event) {
      case 'run':
        if (event.dryRun) done = 'Planned, with nothing changed or sent,';
        write(`${event.name}${event.dryRun ? ' (plan only: nothing is changed or sent)' : ''}`);
        return;
      case 'item': {
        depthOfLoop = event.index;
        const rate = event.index / Math.max((performance.now() - began) / 1000, 0.001);
        const text = `  ${event.index}. ${visible(redact(event.subject ?? ''))}  (${rate.toFixed(1)}/s)`;
        if (live) out.write(`\r\u001b[K${cut(text, (out.columns ?? 80) - 1)}`);
        else write(text);
        return;
      }
      case 'step': {
        // Inside a loop the counter tells enough, but a failure and a plan are always told.
        const inLoop = depthOfLoop > 0 && event.number.includes('.');
        if (event.state === 'started' || (inLoop && event.state !== 'failed' && event.state !== 'planned')) return;
        const error = event.error ? `\n      ${event.error.message}\n      ${event.error.fix}` : '';
        write(`  ${MARKS[event.state]} ${event.number} ${visible(String(event.title))}${plan(event.output, event.state)}${error}`);
        return;
      }
      case 'caught':
        write(`  ! ${event.id}: ${event.error.message}`);
        return;
      case 'end': {
        const counts = Object.entries(event.steps).map(
          ([id, { done, failed }]) => `${id} ${done}${failed > 0 ? ` (${failed} failed)` : ''}`,
        );
        write(`${event.ok ? done : 'Failed'} in ${(event.ms / 1000).toFixed(1)} s: ${counts.join(', ')}`);
        if (event.error) write(`${event.error.message}\n${event.error.fix} [${event.error.code}]`);
      }
    }
  };
}

function plan(output: Readonly<Record<string, unknown>> | undefined, state: string): string {
  const count = output?.['count'];
  return state === 'planned' && typeof count === 'number' ? ` (${count} ${count === 1 ? 'message' : 'messages'})` : '';
}

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
