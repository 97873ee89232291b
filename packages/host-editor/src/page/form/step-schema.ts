import type { StepContent } from '../../api.ts';
import { t } from '../text/text.ts';
import type { Schema } from './model/schema.ts';

const more = { group: 'more', literal: true };
const text = (title: string, description?: string): Schema => ({
  type: 'string',
  'x-ui': { literal: true },
  title,
  ...(description !== undefined && { description }),
});

/** The keys of a step that are not its action's input, as a form: what is told to the engine rather than to the action. */
export function stepSchema(step: StepContent): Schema {
  const timeout: Schema = { type: 'number', title: t('step.timeout'), description: t('step.timeoutHint'), 'x-ui': more };
  const off: Schema = { type: 'boolean', default: false, title: t('step.off'), 'x-ui': more };
  if ('loop' in step) return form({ ...loopFields(step), timeout, off });
  if ('action' in step || 'call' in step)
    return form({ as: { ...text(t('step.as'), t('step.asHint', { id: step.id })), 'x-ui': more }, timeout, off });
  if ('stop' in step)
    return form({ stop: { type: 'string', enum: ['loop', 'run'], title: t('step.stop'), 'x-ui': { literal: true } }, off });
  return form({ timeout, off });
}

const form = (properties: Readonly<Record<string, Schema>>): Schema => ({ type: 'object', properties, required: ['stop'] });

function loopFields(step: StepContent): Readonly<Record<string, Schema>> {
  const isAction = typeof step['loop'] === 'string' && !step['loop'].includes('{{');
  return {
    as: { ...text(t('step.asItem'), t('step.asItemHint')), default: 'item' },
    onItemError: {
      type: 'string',
      enum: isAction ? ['stop', 'skip', 'quarantine'] : ['stop', 'skip'],
      default: 'stop',
      title: t('step.onItemError'),
      'x-ui': { literal: true },
    },
    ...(step['onItemError'] === 'quarantine' && {
      quarantineTo: { ...text(t('step.quarantineTo')), default: 'Quarantine', 'x-ui': { widget: 'folder' } },
    }),
    maxFailures: { type: 'integer', default: 20, title: t('step.maxFailures'), description: t('step.maxFailuresHint'), 'x-ui': more },
    ...(isAction && {
      organize: {
        type: 'string',
        enum: ['strict', 'batch'],
        default: 'strict',
        title: t('step.organize'),
        description: t('step.organizeHint'),
        'x-ui': more,
      },
    }),
  };
}
