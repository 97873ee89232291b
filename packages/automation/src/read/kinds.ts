import { explainIssue, say, type Definition, type Phrase, type LoopDefinition } from '@mailwright/core';
import { isMap, isScalar, type Node } from 'yaml';
import { z } from 'zod';
import type { ActionStep, CallStep, IfStep, LoopStep, SetStep, Step, StopStep, TryStep } from '../automation.ts';
import { callPathProblem } from '../call-path.ts';
import { ERROR_TYPE, LOOP_TYPE } from '../expression/checker.ts';
import { fill } from '../expression/fill.ts';
import type { Names } from '../expression/names.ts';
import { expressionsOf, type Template } from '../expression/template.ts';
import { fieldsOf, inside, pointing, startOf, type Field } from '../file/report.ts';
import { near, suggestion } from '../near.ts';
import { VALUE_SCHEMAS } from '../variable-types.ts';
import { nameProblem } from './names.ts';
import type { Kind, Spot, StepSource } from './step-source.ts';

const ON_ITEM_ERROR = z.enum(['stop', 'skip', 'quarantine']);
const FOLDER = z.string().min(1);
const ORGANIZE = z.enum(['strict', 'batch']);
const FAILURES = z.number().int().min(1);
const STOPS = z.enum(['loop', 'run']);
const TEXT = z.string();
const ANYTHING = z.unknown();

const READERS: { readonly [K in Kind]: (source: StepSource, value: Node | null) => Step | undefined } = {
  action: readAction,
  loop: readLoop,
  if: readIf,
  try: readTry,
  set: readSet,
  call: readCall,
  stop: readStop,
};

/** Reads a step as its kind; its name is known below even where it has mistakes, so that they are said once. */
export function readKind(kind: Kind, source: StepSource): Step | undefined {
  return READERS[kind](source, fieldOf(source, kind)?.value ?? null);
}

const fieldOf = ({ fields }: StepSource, key: string): Field | undefined => fields.find((field) => field.key === key);

function problem({ reader, place }: StepSource, at: number, where: string, message: Phrase, fix: Phrase): undefined {
  reader.report.problem(at, inside(place, where), message, fix);
}

const offsetOf = (source: StepSource, key: string): number => {
  const field = fieldOf(source, key);
  return field?.value ? startOf(field.value) : (field?.at ?? source.at);
};

function readAction(source: StepSource): ActionStep | undefined {
  const { spot, reader, base } = source;
  const as = readAs(source) ?? base.id;
  const definition = definitionOf(source, 'action');
  const input = definition && readInput(source, definition);
  declare(spot.names, as, definition ? reader.checker.outputOf(definition) : 'dyn');
  if (!definition || definition.kind === 'loop' || !input) return undefined;
  return { ...base, kind: 'action', definition, input, as };
}

function readLoop(source: StepSource, value: Node | null): LoopStep | undefined {
  const { spot, reader, base, place } = source;
  const as = readAs(source) ?? 'item';
  const over = value && reader.texts(spot.names).holds(value) ? readListLoop(source, value) : readDefinedLoop(source);
  const names = spot.names.child();
  declare(names, as, over?.type ?? 'dyn');
  const body = fieldOf(source, 'do');
  if (!body) reader.report.problem(source.at, pointing(place, 'do'), say`a loop needs "do".`, say`Add do: with the steps for each item.`);
  const steps = source.steps(body, { names, prefix: `${base.number}.`, inLoop: true, inFinally: spot.inFinally });
  const onItemError = reader.scalar(source.fields, 'onItemError', ON_ITEM_ERROR, place) ?? 'stop';
  const quarantineTo = reader.scalar(source.fields, 'quarantineTo', FOLDER, place);
  const aside = fieldOf(source, 'quarantineTo') !== undefined && onItemError !== 'quarantine';
  if (aside)
    problem(source, offsetOf(source, 'quarantineTo'), 'quarantineTo', say`nothing is put aside.`, say`Add onItemError: quarantine.`);
  if (onItemError === 'quarantine' && over && 'list' in over.over)
    problem(
      source,
      offsetOf(source, 'onItemError'),
      'onItemError',
      say`only a loop over messages can put them aside.`,
      say`Use skip, or try and catch with a move.`,
    );
  if (onItemError === 'quarantine' && over && readsFrom(over.over, quarantineTo ?? QUARANTINE))
    problem(
      source,
      offsetOf(source, quarantineTo === undefined ? 'onItemError' : 'quarantineTo'),
      quarantineTo === undefined ? 'onItemError' : 'quarantineTo',
      say`this loop reads the folder that messages are to be put aside into.`,
      say`Name another folder in quarantineTo.`,
    );
  const organize = reader.scalar(source.fields, 'organize', ORGANIZE, place) ?? 'strict';
  const maxFailures = reader.scalar(source.fields, 'maxFailures', FAILURES, place) ?? 20;
  declare(spot.names, base.id, LOOP_TYPE);
  if (!over) return undefined;
  const policy = { onItemError, quarantineTo: quarantineTo ?? QUARANTINE, maxFailures, organize };
  return { ...base, kind: 'loop', over: over.over, as, do: steps, ...policy };
}

const QUARANTINE = 'Quarantine';

/** Whether a loop is known to read a folder; an expression is known only in the run. */
function readsFrom(over: LoopStep['over'], folder: string): boolean {
  if ('list' in over || expressionsOf(over.input).length > 0) return false;
  const { data } = over.definition.input.safeParse(fill(over.input, new Map(), '')) as { readonly data?: { readonly folder?: unknown } };
  return typeof data?.folder === 'string' && data.folder.toLowerCase() === folder.toLowerCase();
}

function readListLoop(source: StepSource, value: Node): { over: LoopStep['over']; type: string } | undefined {
  const given = fieldOf(source, 'with');
  if (given) problem(source, given.at, 'with', say`a loop over a list takes no input.`, say`Leave "with" out.`);
  const read = source.reader.texts(source.spot.names).readLone(value, new Set(['list']), inside(source.place, 'loop'));
  return read && { over: { list: read.expression }, type: /^list<(.+)>$/.exec(read.type)?.[1] ?? 'dyn' };
}

function readDefinedLoop(source: StepSource): { over: LoopStep['over']; type: string } | undefined {
  const definition = definitionOf(source, 'loop');
  const input = definition && readInput(source, definition);
  if (!definition || !input) return undefined;
  return { over: { definition: definition as LoopDefinition, input }, type: source.reader.checker.outputOf(definition) };
}

function readIf(source: StepSource, value: Node | null): IfStep | undefined {
  const { spot, reader, base, place } = source;
  const at = offsetOf(source, 'if');
  const texts = reader.texts(spot.names);
  const holds = value !== null && texts.holds(value);
  if (!holds && !(value && texts.isUnquoted(value)))
    problem(source, at, 'if', say`a condition is expected.`, say`Write it in quotes and braces: '{{ size(mail.attachments) > 0 }}'.`);
  const condition = holds ? texts.readLone(value, new Set(['boolean']), inside(place, 'if')) : undefined;
  const body = fieldOf(source, 'do');
  if (!body)
    reader.report.problem(source.at, pointing(place, 'do'), say`an if needs "do".`, say`Add do: with the steps to run when it holds.`);
  const branch = (suffix: string): Spot => ({ ...spot, prefix: `${base.number}${suffix}.` });
  const steps = { do: source.steps(body, branch('')), else: source.steps(fieldOf(source, 'else'), branch('e')) };
  return condition && { ...base, kind: 'if', condition: condition.expression, ...steps };
}

function readTry(source: StepSource): TryStep {
  const { spot, reader, base, place } = source;
  const caught = fieldOf(source, 'catch');
  const last = fieldOf(source, 'finally');
  if (!caught && !last)
    reader.report.problem(
      source.at,
      pointing(place, 'catch'),
      say`a try needs "catch" or "finally".`,
      say`Add one, or write its steps without try.`,
    );
  const branch = (suffix: string): Spot => ({ ...spot, prefix: `${base.number}${suffix}.` });
  const body = source.steps(fieldOf(source, 'try'), branch(''));
  const names = spot.names.child();
  names.declare('error', ERROR_TYPE);
  const inCatch = source.steps(caught, { ...branch('e'), names });
  const inFinally = source.steps(last, { ...branch('f'), names: spot.names.child(), inFinally: true });
  return { ...base, kind: 'try', do: body, ...(caught && { catch: inCatch }), finally: inFinally };
}

function readSet(source: StepSource, value: Node | null): SetStep | undefined {
  const { spot, reader, base, place } = source;
  if (!isMap(value))
    return problem(
      source,
      offsetOf(source, 'set'),
      'set',
      say`variables and their values are expected.`,
      say`Write set: { handled: '{{ handled + 1 }}' }.`,
    );
  const values = fieldsOf(value.items).flatMap(({ key, at, value: given }) => {
    const where = inside(inside(place, 'set'), key);
    const variable = reader.variables.find(({ name }) => name === key);
    if (variable && variable.type !== 'secret')
      return { variable, value: reader.input(spot.names).read(given, VALUE_SCHEMAS[variable.type], where, at) };
    const known = reader.variables.filter(({ type }) => type !== 'secret').map(({ name }) => name);
    if (variable) reader.report.problem(at, where, say`a secret cannot be set.`, say`Store it in a vault and refer to it.`);
    else
      reader.report.problem(
        at,
        where,
        say`there is no variable "${{ key }}".`,
        near(key, known) ? suggestion(key, known, say`Known keys`) : say`Declare it under variables.`,
      );
    return [];
  });
  return { ...base, kind: 'set', values };
}

function readCall(source: StepSource, value: Node | null): CallStep | undefined {
  const { spot, reader, base, place } = source;
  const as = readAs(source) ?? base.id;
  declare(spot.names, as, 'dyn');
  reader.sessions?.called();
  const path = value && isScalar(value) ? String(value.value) : '';
  const wrong = callPathProblem(path);
  if (wrong) problem(source, offsetOf(source, 'call'), 'call', ...wrong);
  const given = fieldOf(source, 'with');
  if (given && !isMap(given.value))
    problem(source, offsetOf(source, 'with'), 'with', say`fields are expected.`, say`Write name: value for each input variable.`);
  const fields = given && isMap(given.value) ? fieldsOf(given.value.items) : [];
  const input = fields.map(({ key, at, value: inner }) => {
    const read = reader.input(spot.names).read(inner, ANYTHING, inside(inside(place, 'with'), key), at);
    return { name: key, value: read, ...reader.report.position(at) };
  });
  return wrong ? undefined : { ...base, kind: 'call', path, input, as };
}

function readStop(source: StepSource): StopStep | undefined {
  const what = source.reader.scalar(source.fields, 'stop', STOPS, source.place);
  const at = offsetOf(source, 'stop');
  if (source.spot.inFinally) return problem(source, at, 'stop', say`finally always runs to its end.`, say`Move the stop out of it.`);
  if (what === 'loop' && !source.spot.inLoop)
    return problem(source, at, 'stop', say`there is no loop around this step.`, say`Use stop: run, or move it into a loop.`);
  return what && { ...source.base, kind: 'stop', what };
}

/** The definition that a step names; a step of the other kind is told from an unknown one. */
function definitionOf(source: StepSource, kind: 'action' | 'loop'): Definition | undefined {
  const id = source.reader.scalar(source.fields, kind, TEXT, source.place);
  if (id === undefined) return undefined;
  const isKind = (definition: Definition) => (definition.kind === 'loop') === (kind === 'loop');
  const found = source.reader.definitions.find((definition) => definition.id === id);
  if (found && isKind(found)) return found;
  const known = source.reader.definitions.filter(isKind).map((definition) => definition.id);
  if (!found)
    return problem(
      source,
      offsetOf(source, kind),
      kind,
      kind === 'loop' ? say`there is no loop "${{ id }}".` : say`there is no action "${{ id }}".`,
      suggestion(id, known, kind === 'loop' ? say`Loops` : say`Actions`),
    );
  const fix = kind === 'loop' ? say`Write action: ${{ id }}.` : say`Write loop: ${{ id }}, with do: for the steps of each item.`;
  return problem(source, offsetOf(source, kind), kind, kind === 'loop' ? say`"${{ id }}" is no loop.` : say`"${{ id }}" is a loop.`, fix);
}

function readInput(source: StepSource, definition: Definition): Template | undefined {
  const { spot, reader } = source;
  const place = pointing(source.place, 'with');
  const given = fieldOf(source, 'with');
  const key = definition.kind === 'loop' ? 'loop' : 'action';
  const at = given?.at ?? fieldOf(source, key)?.at ?? source.at;
  if (given?.value && !isMap(given.value)) {
    problem(source, startOf(given.value), 'with', say`a set of fields is expected.`, say`Write name: value for each input.`);
    return undefined;
  }
  const before = reader.report.problems.length;
  const input = given?.value
    ? reader.input(spot.names).read(given.value, definition.input as z.ZodType, place, at)
    : readEmpty(source, definition, at);
  if (reader.report.problems.length === before) checkWhole(definition, input, source, at);
  reader.sessions?.step(definition, input, place, sessionOffset(given, at));
  return input;
}

/** Rules over several fields can be checked only where nothing is left to the run. */
function checkWhole(definition: Definition, input: Template, { reader, place }: StepSource, at: number): void {
  if (expressionsOf(input).length > 0) return;
  const value = fill(input, new Map(), '');
  for (const issue of definition.input.safeParse(value).error?.issues ?? []) {
    const { problem: rule, cure = say`Correct these fields together.` } = explainIssue([issue]);
    const path = issue.path.map(String);
    reader.report.problem(at, { ...place, where: path, path: ['with', ...path] }, say`${{ rule }}.`, cure);
  }
}

function readEmpty({ spot, reader, place }: StepSource, definition: Definition, at: number): Template {
  return reader.input(spot.names).readFields([], definition.input as z.ZodObject, pointing(place, 'with'), at);
}

function sessionOffset(given: Field | undefined, otherwise: number): number {
  const field = given && isMap(given.value) ? fieldsOf(given.value.items).find(({ key }) => key === 'session') : undefined;
  return field?.value ? startOf(field.value) : otherwise;
}

/** The name that a step's output or a loop's item is known under. */
function readAs(source: StepSource): string | undefined {
  const as = source.reader.scalar(source.fields, 'as', TEXT, source.place);
  if (as === undefined) return undefined;
  const wrong = nameProblem(as);
  const taken = source.reader.variables.some(({ name }) => name === as);
  if (wrong) return problem(source, offsetOf(source, 'as'), 'as', ...wrong);
  return taken
    ? problem(source, offsetOf(source, 'as'), 'as', say`"${{ as }}" is the name of a variable already.`, say`Choose another name.`)
    : as;
}

function declare(names: Names, name: string, type: string): void {
  if (nameProblem(name) === undefined) names.declare(name, type);
}
