import type { Boot, Fields, Json, StepContent } from '../../api.ts';
import { kindOf, textOf } from '../automation/content.ts';
import { iconOf } from '../palette/blocks.ts';
import { t, type TextKey } from '../text/text.ts';
import type { IconName } from '../ui/index.ts';
import { filterInWords } from './filter-words.ts';

const LONGEST = 90;
const isFields = (value: Json | undefined): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text).replace(/\s+/g, ' ');
/** A text as people read it: an expression alone by what is in its braces. */
export const plain = (value: Json | undefined): string => {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return short(value.replace(/\{\{\s*(.*?)\s*\}\}/gs, '{$1}'));
  if (Array.isArray(value)) return short(value.map(plain).join(', '));
  if (isFields(value)) return plain(value['credential'] ?? value['variable'] ?? value['path'] ?? value['address'] ?? '');
  return JSON.stringify(value);
};
const quoted = (value: Json | undefined): string => (plain(value) === '' ? '' : t('line.quoted', { text: plain(value) }));

export interface StepWords {
  readonly title: string;
  /** One line, made of its inputs. */
  readonly summary: string;
  readonly icon: IconName;
}
/** What a step is, in the present language. */
export function wordsOf(step: StepContent, { definitions, servers }: Boot): StepWords {
  const kind = kindOf(step);
  const uses = kind === 'action' || kind === 'loop' ? textOf(step[kind]) : '';
  const definition = definitions.find(({ id }) => id === uses);
  const input = isFields(step['with']) ? step['with'] : {};
  if (definition) return { title: definition.title, summary: actionInWords(uses, input, servers), icon: iconOf(uses) };
  if (kind === 'loop') return { title: t('block.each'), summary: plain(step['loop']), icon: 'loop' };
  if (kind === 'action') return { title: uses === '' ? step.id : uses, summary: '', icon: 'warning' };
  return { title: t(`block.${kind}` as TextKey), summary: flowInWords(step), icon: iconOf(kind) };
}

function flowInWords(step: StepContent): string {
  const values = step['set'];
  if (isFields(values))
    return Object.entries(values)
      .map(([name, value]) => `${name} = ${plain(value)}`)
      .join(', ');
  if (step['stop'] !== undefined) return t(step['stop'] === 'run' ? 'steps.stopRun' : 'steps.stopLoop');
  return plain(step['if'] ?? step['call']).replace(/^\{(.*)\}$/s, '$1');
}

/** Messages: those of a variable, or those that fit in a folder. */
function messagesInWords(value: Json | undefined): string {
  return isFields(value) && (value['folder'] !== undefined || value['filter'] !== undefined) ? queryInWords(value) : plain(value);
}
function queryInWords(input: Fields): string {
  const folder = plain(input['folder'] ?? 'INBOX');
  const where = t(input['subfolders'] === true ? 'line.inBelow' : 'line.in', { folder });
  const filter = input['filter'];
  const limit = input['limit'];
  return [
    where,
    ...(isFields(filter) ? [filterInWords(filter)] : typeof filter === 'string' ? [plain(filter)] : []),
    ...(limit === undefined ? [] : [t('line.atMost', { limit: plain(limit) })]),
  ].join(', ');
}

function actionInWords(id: string, input: Fields, servers: Boot['servers']): string {
  const messages = messagesInWords(input['messages'] ?? input['message'] ?? input['answers']);
  const to = plain(input['to']);
  const arrow = (from: string, target: string): string => [from, target].filter((part) => part !== '').join(' → ');
  switch (id.replace(/^.*\./, '')) {
    case 'connect':
      return arrow(quoted(input['session'] ?? 'Default'), serverInWords(input, servers));
    case 'disconnect':
      return input['all'] === true ? t('line.all') : quoted(input['session'] ?? 'Default');
    case 'loop':
    case 'get':
    case 'count':
      return queryInWords(input);
    case 'mark':
      return [messages, ...marksInWords(input)].filter((part) => part !== '').join(', ');
    case 'reply':
    case 'send':
    case 'forward':
    case 'draft':
      return [arrow(messages, to), quoted(input['subject'] ?? input['text'])].filter((part) => part !== '').join(' ');
    default: {
      const folder = plain(input['folder'] ?? input['under']);
      return arrow(messages === '' ? folder : messages, to);
    }
  }
}
function serverInWords(input: Fields, servers: Boot['servers']): string {
  if (input['saved'] !== undefined) return quoted(input['saved']);
  const server = isFields(input['server']) ? input['server'] : undefined;
  const host = plain(server?.['host'] ?? server?.['url'] ?? server?.['path']);
  const backend = plain(server?.['backend']);
  if (host === '') return servers.find(({ id }) => id === backend)?.title ?? backend;
  // Mail servers go by the name of their protocol; a path says by itself what it is.
  return backend === '' || server?.['path'] !== undefined ? host : `${host} (${backend.toUpperCase()})`;
}
function marksInWords(input: Fields): string[] {
  const seen = input['seen'];
  const flagged = input['flagged'];
  return [
    ...(seen === 'read' || seen === 'unread' ? [t(seen === 'read' ? 'line.asRead' : 'line.asUnread')] : []),
    ...(flagged === 'yes' || flagged === 'no' ? [t(flagged === 'yes' ? 'line.flag' : 'line.unflag')] : []),
    ...(input['addKeywords'] === undefined ? [] : [`+ ${plain(input['addKeywords'])}`]),
    ...(input['removeKeywords'] === undefined ? [] : [`− ${plain(input['removeKeywords'])}`]),
  ];
}
