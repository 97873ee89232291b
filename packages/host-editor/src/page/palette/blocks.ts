import type { Boot, DefinitionShown, Fields, Json, StepContent } from '../../api.ts';
import { allSteps, findStep, freeId, idsOf, kindOf, listAt, textOf, type Place, type Steps } from '../automation/content.ts';
import { applied } from '../automation/operations.ts';
import { t, type TextKey } from '../text/text.ts';
import type { IconName } from '../ui/index.ts';
import { isIcon } from '../ui/index.ts';

/** One thing of the palette. */
export interface Block {
  readonly id: string;
  readonly group: 'email' | 'flow' | 'data';
  readonly title: string;
  readonly summary: string;
  readonly icon: IconName;
  readonly definition?: DefinitionShown;
}
const FLOW = ['if', 'try', 'each', 'stop'] as const;
const DATA = ['set', 'call'] as const;
const FLOW_ICONS: Readonly<Record<string, IconName>> = {
  if: 'if',
  try: 'try',
  each: 'loop',
  stop: 'stop-sign',
  set: 'variable',
  call: 'call',
};
const EMAIL_ICONS: Readonly<Record<string, IconName>> = { 'list-folders': 'folders', 'create-folder': 'folder-new', loop: 'loop' };

/** What a step is called where the name of its block is a word of the expression language. */
const IDS: Readonly<Record<string, string>> = { 'email.loop': 'each', if: 'when' };

/** Of an action by the last part of its id, of a block of the flow by its kind. */
export function iconOf(id: string): IconName {
  const name = id.replace(/^.*\./, '');
  return FLOW_ICONS[id] ?? EMAIL_ICONS[name] ?? (isIcon(name) ? name : 'mail');
}

/** The palette in menu order, in the present language. */
export function blocksOf({ definitions }: Boot): readonly Block[] {
  const email = definitions.map((definition): Block => {
    const { id, title, summary } = definition;
    return { id, group: 'email', title, summary, icon: iconOf(id), definition };
  });
  const own = (group: 'flow' | 'data', id: string): Block => ({
    id,
    group,
    title: t(`block.${id}` as TextKey),
    summary: t(`block.${id}.summary` as TextKey),
    icon: iconOf(id),
  });
  return [...email, ...FLOW.map((id) => own('flow', id)), ...DATA.map((id) => own('data', id))];
}

/** Letters anywhere in title or summary, case and accents aside. */
export function fits({ title, summary, id }: Block, search: string): boolean {
  const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain(search)
    .split(/\s+/)
    .every((word) => plain(`${title} ${summary} ${id}`).includes(word));
}

/** A new step of a block for a place, with what the place tells already filled in: its session, and the mail of the loop around it. */
export function newStep(block: Block, steps: Steps, place: Place): StepContent {
  const taken = idsOf(steps);
  const { definition } = block;
  const id = freeId(IDS[block.id] ?? block.id.replace(/^.*\./, ''), taken);
  if (!definition) return { id, ...ownContent(block.id) };
  const properties = (definition.input['properties'] ?? {}) as Fields;
  const filled: Record<string, Json> = {};
  if ('session' in properties) filled['session'] = sessionFor(definition, steps, place);
  const item = itemAround(steps, place);
  for (const field of ['messages', 'message']) if (item !== undefined && field in properties) filled[field] = `{{ ${item} }}`;
  if (definition.kind !== 'loop') return { id, action: definition.id, with: filled };
  if ('folder' in properties) filled['folder'] = 'INBOX';
  return { id, loop: definition.id, with: filled, as: freeId('mail', itemsIn(steps)), do: [] };
}

function ownContent(id: string): Fields {
  switch (id) {
    case 'if':
      return { if: '', do: [] };
    case 'try':
      return { try: [], catch: [] };
    case 'each':
      return { loop: '{{  }}', as: 'item', do: [] };
    case 'stop':
      return { stop: 'loop' };
    case 'set':
      return { set: {} };
    default:
      return { call: '' };
  }
}

const opens = (definition: DefinitionShown): boolean =>
  definition.kind === 'session' && 'server' in ((definition.input['properties'] ?? {}) as Fields);

/** A step that connects gets a name that is free; others the name that was connected last above them. */
function sessionFor(definition: DefinitionShown, steps: Steps, place: Place): string {
  const above = connectionsAbove(steps, place).map(({ session }) => session);
  if (!opens(definition)) return above.at(-1) ?? 'Default';
  const all = new Set(connectionsIn(steps).map(({ session }) => session));
  for (let at = 1; ; at++) {
    const name = at === 1 ? 'Default' : `Default ${at}`;
    if (!all.has(name)) return name;
  }
}

export interface Connection {
  readonly session: string;
  readonly step: StepContent;
}
const isConnect = (step: StepContent): boolean => {
  const input = step['with'];
  return (
    kindOf(step) === 'action' &&
    typeof input === 'object' &&
    input !== null &&
    ('server' in input || 'saved' in input || step['action'] === 'email.connect')
  );
};
const found = new WeakMap<Steps, readonly Connection[]>();
/** Steps that connect, in file order; looked for once for the same steps, since every row asks. */
export function connectionsIn(steps: Steps): readonly Connection[] {
  const known = found.get(steps);
  if (known) return known;
  const all = [...allSteps(steps)].flatMap(({ step }) =>
    isConnect(step) ? [{ session: textOf((step['with'] as Fields)['session'], 'Default'), step }] : [],
  );
  found.set(steps, all);
  return all;
}
/** Those above a place. */
export function connectionsAbove(steps: Steps, place: Place): readonly Connection[] {
  const here: StepContent = { id: '' };
  const marked = applied({ version: 1, id: '', name: '', steps }, { op: 'add', steps: [here], at: place }).steps;
  const all = [...allSteps(marked)].map(({ step }) => step.id);
  const before = new Set(all.slice(0, all.indexOf(here.id)));
  return connectionsIn(steps).filter(({ step }) => before.has(step.id));
}
const itemsIn = (steps: Steps): Set<string> => new Set([...allSteps(steps)].map(({ step }) => textOf(step['as'])));
/** The name of the mail of the innermost loop over messages around a place. */
function itemAround(steps: Steps, { parent }: Place): string | undefined {
  const found = parent === null ? undefined : findStep(steps, parent);
  if (!found) return undefined;
  const loop = [...found.parents, found.step].findLast((step) => typeof step['loop'] === 'string' && !step['loop'].includes('{{'));
  return loop && (typeof loop['as'] === 'string' ? loop['as'] : 'item');
}
/** After the step that is selected; inside a block that is still empty; else at the end. */
export function placeAfter(steps: Steps, selected: string | null): Place {
  const found = selected === null ? undefined : findStep(steps, selected);
  if (!found) return { parent: null, branch: 'do', index: steps.length };
  const first = kindOf(found.step) === 'try' ? 'try' : 'do';
  const isOpenBlock =
    ['loop', 'if', 'try'].includes(kindOf(found.step)) && listAt(steps, { parent: found.step.id, branch: first }).length === 0;
  return isOpenBlock ? { parent: found.step.id, branch: first, index: 0 } : { ...found.place, index: found.place.index + 1 };
}
