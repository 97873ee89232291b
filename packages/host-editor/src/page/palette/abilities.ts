import type { Boot, DefinitionShown, Fields, StepContent } from '../../api.ts';
import { kindOf, type Steps } from '../automation/content.ts';
import { t } from '../text/text.ts';
import { connectionsIn } from './blocks.ts';

/** What every mailbox can do, whatever its server. */
const ALWAYS = ['search', 'read'];

/** Why the server of a session cannot do what a definition needs; undefined where it can, or where that is not known here. */
export function cannot(definition: DefinitionShown, session: string, steps: Steps, { servers }: Boot): string | undefined {
  const connect = connectionsIn(steps).findLast((connection) => connection.session === session)?.step;
  const input = connect?.['with'] as Fields | undefined;
  const id = (input?.['server'] as Fields | undefined)?.['backend'];
  const server = servers.find((one) => one.id === id);
  if (!server || definition.needs.length === 0) return undefined;
  const provides = [...server.provides, ...(server.sending ? [] : ALWAYS), ...(input?.['outgoing'] === undefined ? [] : ['send'])];
  const missing = definition.needs.find((need) => !provides.includes(need));
  return missing === undefined
    ? undefined
    : t(missing === 'send' ? 'steps.cannotSend' : 'steps.cannot', { session, server: server.title, action: definition.title });
}

/** The same of a step in place. */
export function stepCannot(step: StepContent, steps: Steps, boot: Boot): string | undefined {
  const kind = kindOf(step);
  if (kind !== 'action' && kind !== 'loop') return undefined;
  const definition = boot.definitions.find(({ id }) => id === step[kind]);
  const session = (step['with'] as Fields | undefined)?.['session'] ?? 'Default';
  return definition && typeof session === 'string' ? cannot(definition, session, steps, boot) : undefined;
}
