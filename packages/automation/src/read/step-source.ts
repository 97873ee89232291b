import type { Step } from '../automation.ts';
import type { Names } from '../expression/names.ts';
import type { Field, Place } from '../file/report.ts';
import type { FileReader } from './reader.ts';

export const KINDS = ['action', 'loop', 'if', 'try', 'set', 'call', 'stop'] as const;
export type Kind = (typeof KINDS)[number];

/** Where a list of steps stands. */
export interface Spot {
  readonly names: Names;
  /** What the numbers of its steps begin with: ``, `2.`, `2e.`. */
  readonly prefix: string;
  readonly inLoop: boolean;
  readonly inFinally: boolean;
}

/** The parts that every step has, and where it stands. */
export interface StepSource {
  readonly fields: readonly Field[];
  readonly place: Place;
  readonly at: number;
  readonly spot: Spot;
  readonly reader: FileReader;
  /** Reads the steps inside this one. */
  steps(field: Field | undefined, spot: Spot): Step[];
  readonly base: Pick<Step, 'id' | 'number' | 'off' | 'timeout' | 'line' | 'column'>;
}
