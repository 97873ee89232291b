import { say } from '@mailwright/core';
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { z } from 'zod';
import type { Step } from '../automation.ts';
import { TOP, fieldsOf, inside, pointing, startOf, type Field, type Place } from '../file/report.ts';
import { near, suggestion } from '../near.ts';
import { readKind } from './kinds.ts';
import { nameProblem } from './names.ts';
import type { FileReader } from './reader.ts';
import { KINDS, type Kind, type Spot } from './step-source.ts';

// Made once: making a schema takes longer than asking it, and every step asks.
const OFF = z.boolean();
const TIMEOUT = z.number().positive().max(86_400);
const ALWAYS = ['id', 'off', 'timeout'];
const LATER = ['onDoubt'];
const KEYS: Readonly<Record<Kind, readonly string[]>> = {
  action: ['with', 'as', 'onDoubt'],
  loop: ['with', 'as', 'do', 'onItemError', 'quarantineTo', 'maxFailures', 'organize'],
  if: ['do', 'else'],
  try: ['catch', 'finally'],
  set: [],
  call: ['with', 'as'],
  stop: [],
};
const ALL_KEYS = [...new Set([...ALWAYS, ...KINDS, ...Object.values(KEYS).flat()])];

/** The steps of a list; what is wrong with them is in the report. */
export function readSteps(field: Field | undefined, spot: Spot, place: Place, reader: FileReader): Step[] {
  if (!field) return [];
  if (!isSeq(field.value)) {
    reader.report.problem(
      field.value ? startOf(field.value) : field.at,
      inside(place, field.key),
      say`a list of steps is expected.`,
      say`Write each step on a line that begins with "- ".`,
    );
    return [];
  }
  return field.value.items.flatMap((node, index) => readStep(node as Node, `${spot.prefix}${index + 1}`, spot, reader) ?? []);
}

function readStep(node: Node, number: string, spot: Spot, reader: FileReader): Step | undefined {
  if (!isMap(node)) {
    reader.report.problem(
      startOf(node),
      { ...TOP, step: number },
      say`a step is described by fields.`,
      say`Write - id: ... and what it does.`,
    );
    return undefined;
  }
  const fields = fieldsOf(node.items);
  const id = readId(fields, number, node, reader);
  const place: Place = { step: number, ...(id !== undefined && { id }), where: [] };
  const kind = readKindKey(fields, node, place, reader);
  reportKeys(fields, kind, place, reader);
  const off = reader.scalar(fields, 'off', OFF, place) ?? false;
  const timeout = reader.scalar(fields, 'timeout', TIMEOUT, place);
  const base = {
    id: id ?? `step ${number}`,
    number,
    off,
    ...(timeout !== undefined && { timeout }),
    ...reader.report.position(startOf(node)),
  };
  return (
    kind &&
    readKind(kind, {
      fields,
      place,
      at: startOf(node),
      spot,
      reader,
      base,
      steps: (field, inner) => readSteps(field, inner, place, reader),
    })
  );
}

function readId(fields: readonly Field[], number: string, node: YAMLMap, reader: FileReader): string | undefined {
  const field = fields.find(({ key }) => key === 'id');
  const place = pointing({ ...TOP, step: number }, 'id');
  if (!field?.value || !isScalar(field.value)) {
    reader.report.problem(
      field?.at ?? startOf(node),
      place,
      say`this step has no id.`,
      say`Add id: with a short name that stays the same.`,
    );
    return undefined;
  }
  const id = String(field.value.value);
  const at = startOf(field.value);
  const wrong = nameProblem(id);
  if (wrong) reader.report.problem(at, place, ...wrong);
  else if (reader.ids.has(id))
    reader.report.problem(at, place, say`the id "${{ id }}" is used twice.`, say`Give one of the two steps another id.`);
  else if (reader.variables.some(({ name }) => name === id))
    reader.report.problem(at, place, say`"${{ id }}" is the name of a variable already.`, say`Give the step another id.`);
  reader.ids.add(id);
  return id;
}

function readKindKey(fields: readonly Field[], node: YAMLMap, place: Place, reader: FileReader): Kind | undefined {
  const found = fields.filter((field) => (KINDS as readonly string[]).includes(field.key));
  const [first, second] = found;
  if (second)
    reader.report.problem(
      second.at,
      place,
      say`a step does one thing, but here are ${{ found: found.map(({ key }) => key).join(' and ') }}.`,
      say`Make a step of each.`,
    );
  const misspelled = fields.some(({ key }) => !ALL_KEYS.includes(key) && (KINDS as readonly string[]).includes(near(key, ALL_KEYS) ?? ''));
  if (!first && !misspelled)
    reader.report.problem(startOf(node), place, say`it is not said what this step does.`, say`Add one of: ${{ kinds: KINDS.join(', ') }}.`);
  return second ? undefined : (first?.key as Kind | undefined);
}

function reportKeys(fields: readonly Field[], kind: Kind | undefined, whole: Place, reader: FileReader): void {
  const known = kind ? ['id', kind, ...KEYS[kind].filter((key) => !LATER.includes(key)), 'off', 'timeout'] : ALL_KEYS;
  for (const { key, at } of fields) {
    const place = pointing(whole, key);
    if (!ALL_KEYS.includes(key))
      reader.report.problem(
        at,
        place,
        say`unknown key "${{ key }}".`,
        near(key, ALL_KEYS) ? suggestion(key, ALL_KEYS, say`Known keys`) : say`Known keys: ${{ known: known.join(', ') }}.`,
      );
    else if (!kind || ALWAYS.includes(key) || (KINDS as readonly string[]).includes(key)) continue;
    else if (!KEYS[kind].includes(key))
      reader.report.problem(at, place, say`"${{ key }}" does not belong to a step with "${{ kind }}".`, belongs(key));
    else if (LATER.includes(key)) reader.report.problem(at, place, say`"${{ key }}" is not available in this version.`, say`Leave it out.`);
  }
}

const belongs = (key: string) =>
  say`Leave it out; it belongs to: ${{ kinds: KINDS.filter((kind) => KEYS[kind].includes(key)).join(', ') }}.`;
