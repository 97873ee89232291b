import type { Definition, FileStore } from '@mailwright/core';

export interface StepOptions {
  readonly signal?: AbortSignal;
  /** Changes nothing: a step that would gives `{ planned: true, ... }` instead. */
  readonly dryRun?: boolean;
}

/** What an automation needs of the program that really does the steps (the SDK's Email is one). */
export interface Runner {
  readonly definitions: readonly Definition[];
  /** The files of the run, for diagnoses. */
  readonly files?: Pick<FileStore, 'save'>;
  /** Actions and session definitions. Throws EmailError. */
  run(id: string, input: unknown, options?: StepOptions): Promise<unknown>;
  /** Loop definitions. Throws EmailError. */
  each(id: string, input: unknown, options?: StepOptions): AsyncIterable<unknown>;
  /** Values for `{ variable: name }` references from here on; secret variables hold references, not secrets. */
  setVariables?(values: Readonly<Record<string, unknown>>): void;
}
