import type { AutomationContent, DefinitionShown, Fields, Json, StepContent } from '../../../api.ts';
import { isObject, type Schema } from './schema.ts';

/** A name that expressions of a step can use. */
export interface Name {
  readonly name: string;
  readonly kind: 'variable' | 'item' | 'output' | 'error';
  readonly schema: Schema;
}

const text: Schema = { type: 'string' };
const ERROR: Schema = { type: 'object', properties: { code: text, message: text, fix: text } };
const LOOP_RESULT: Schema = { type: 'object', properties: { count: { type: 'number' }, failed: { type: 'number' } } };
const VARIABLE: Readonly<Record<string, Schema>> = {
  string: text,
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date-time' },
  list: { type: 'array' },
  object: { type: 'object' },
};

type Definitions = readonly Pick<DefinitionShown, 'id' | 'kind' | 'output'>[];

/** The names known at a step: variables, items of the loops around it, results of the steps above it, the error in an error branch. */
export function namesAt(content: Pick<AutomationContent, 'variables' | 'steps'>, id: string, definitions: Definitions): readonly Name[] {
  const variables = Object.entries(content.variables ?? {}).flatMap(([name, { type }]): Name[] => {
    const schema = typeof type === 'string' ? VARIABLE[type] : undefined;
    return schema ? [{ name, kind: 'variable', schema }] : [];
  });
  const found = look(content.steps, id, new Map(variables.map((one) => [one.name, one])), definitions);
  return [...(found ?? variables).values()];
}

type Known = Map<string, Name>;

/** Goes through the steps as a run does; `known` grows on the way. */
function look(steps: readonly StepContent[], id: string, known: Known, definitions: Definitions): Known | undefined {
  for (const step of steps) {
    if (step.id === id) return known;
    const inside = lookInside(step, id, known, definitions);
    if (inside) return inside;
    for (const name of given(step, definitions)) known.set(name.name, name);
  }
  return undefined;
}

function lookInside(step: StepContent, id: string, known: Known, definitions: Definitions): Known | undefined {
  const into = (key: string, names: Known) => look(stepsAt(step, key), id, names, definitions);
  if ('loop' in step) return into('do', new Map([...known, ...itemOf(step, definitions)]));
  if ('if' in step) return into('do', known) ?? into('else', known);
  if (!('try' in step)) return undefined;
  const error: Name = { name: 'error', kind: 'error', schema: ERROR };
  return into('try', known) ?? into('catch', new Map([...known, ['error', error]])) ?? into('finally', new Map(known));
}

/** The steps inside a step, under one of its keys. */
export function stepsAt(step: StepContent, key: string): readonly StepContent[] {
  const steps = step[key];
  return Array.isArray(steps) ? (steps as readonly StepContent[]) : [];
}

function itemOf(step: StepContent, definitions: Definitions): [string, Name][] {
  const name = typeof step['as'] === 'string' ? step['as'] : 'item';
  return [[name, { name, kind: 'item', schema: outputOf(definitions, step['loop']) }]];
}

function given(step: StepContent, definitions: Definitions): Name[] {
  if ('loop' in step) return [{ name: step.id, kind: 'output', schema: LOOP_RESULT }];
  if (!('action' in step) && !('call' in step)) return [];
  const name = typeof step['as'] === 'string' ? step['as'] : step.id;
  return [{ name, kind: 'output', schema: 'action' in step ? outputOf(definitions, step['action']) : {} }];
}

const outputOf = (definitions: Definitions, id: Json | undefined): Schema =>
  (definitions.find((one) => one.id === id)?.output ?? {}) as Schema;

/** Every step above one, in the order of a run, those inside others too. */
export function stepsAbove(steps: readonly StepContent[], id: string): readonly StepContent[] {
  const above: StepContent[] = [];
  const go = (list: readonly StepContent[]): boolean =>
    list.some((step) => {
      if (step.id === id) return true;
      above.push(step);
      return ['do', 'else', 'try', 'catch', 'finally'].some((key) => go(stepsAt(step, key)));
    });
  return go(steps) ? above : [];
}

/** Input of the nearest step above that opens the session of this name, with the names it is known by. */
export function connectFor(
  content: Pick<AutomationContent, 'steps'>,
  id: string,
  session: string,
  definitions: readonly Pick<DefinitionShown, 'id' | 'kind'>[],
): Fields | undefined {
  return openersAbove(content, id, definitions).findLast((one) => one.session === session)?.input;
}

/** The sessions opened above a step. */
export function openersAbove(
  content: Pick<AutomationContent, 'steps'>,
  id: string,
  definitions: readonly Pick<DefinitionShown, 'id' | 'kind'>[],
): readonly { readonly session: string; readonly input: Fields }[] {
  return stepsAbove(content.steps, id).flatMap((step) => {
    const definition = definitions.find((one) => one.id === step['action']);
    if (definition?.kind !== 'session' || step['off'] === true) return [];
    const input = isObject(step['with']) ? step['with'] : {};
    if (!('server' in input) && !('saved' in input)) return [];
    return [{ session: typeof input['session'] === 'string' ? input['session'] : 'Default', input }];
  });
}
