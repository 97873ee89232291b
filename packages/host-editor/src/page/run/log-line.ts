import type { Fields, RunLine } from '../../api.ts';
import { formatDuration, t } from '../text/text.ts';
import { visible } from '../text/visible.ts';
import type { IconName } from '../ui/index.ts';

export interface LineShown {
  readonly icon: IconName;
  readonly tone: 'plain' | 'muted' | 'good' | 'warn' | 'bad' | 'accent';
  readonly text: string;
  /** At the end of the row: how long it took, what came out. */
  readonly note: string;
}

/** A line of the log in the present language. What stood in a mail (subjects, titles) is shown as it is. `nameOf` a step by its id. */
export function lineShown(line: RunLine, nameOf: (id: string) => string): LineShown {
  switch (line.event) {
    case 'run':
      return shown('play', 'accent', t(line.dryRun ? 'run.beganDry' : 'run.began', { name: line.name }));
    case 'step':
      return stepShown(line);
    case 'item':
      return shown('mail', 'muted', roundShown(line));
    case 'caught':
      return shown('warning', 'warn', t('run.caught', { message: line.error.message }), line.error.code);
    case 'paused':
      return shown('pause', 'accent', t(`run.paused.${line.why}`, { step: nameOf(line.id) }));
    case 'warning':
      return shown('warning', 'warn', line.text);
    case 'end': {
      const time = formatDuration(line.ms);
      return line.ok ? shown('done', 'good', t('run.endOk', { time })) : shown('error', 'bad', t('run.endFailed', { time }));
    }
    default:
      return shown('info', 'muted', '');
  }
}

export const roundShown = ({ index, subject }: { readonly index: number; readonly subject?: string }): string =>
  subject === undefined ? t('run.roundBare', { index }) : t('run.round', { index, subject: visible(subject) });

function stepShown({ state, title, ms, error, output }: Extract<RunLine, { event: 'step' }>): LineShown {
  const time = ms === undefined ? '' : formatDuration(ms);
  const text = visible(title);
  if (state === 'failed') return shown('error', 'bad', `${text}: ${error?.message ?? ''}`, error?.code ?? '');
  if (state === 'skipped') return shown('off', 'muted', text, t('run.skipped'));
  if (state === 'planned') return planShown(text, output);
  return shown('done', 'plain', text, [outputShown(output), time].filter((part) => part !== '').join(' · '));
}

function planShown(title: string, output: Fields = {}): LineShown {
  const { needs, sentence } = output;
  const names = Array.isArray(needs) ? needs.join(', ') : '';
  const text = typeof sentence === 'string' ? visible(sentence) : title;
  return shown('show', 'accent', text, names === '' ? t('run.planned') : t('run.plannedNeeds', { needs: names }));
}

/** Of a loop, how many went well and how many did not; all that a step gave is among its values. */
function outputShown({ count, failed }: Fields = {}): string {
  return typeof count === 'number' && typeof failed === 'number' ? t('run.stepCounts', { done: count - failed, failed }) : '';
}

const shown = (icon: IconName, tone: LineShown['tone'], text: string, note = ''): LineShown => ({ icon, tone, text, note });
