import { EmailError, type Definition } from '@mailwright/core';
import { parseAutomation } from './check.ts';
import { PALETTE, file } from './palette.test.fixture.ts';
import { runAutomation, type RunOptions, type RunResult } from './run/run.ts';
import type { RunEvent } from './run/events.ts';
import type { Runner, StepOptions } from './runner.ts';

type Answer = (input: never, options: StepOptions, call: number) => unknown;

export interface Call {
  readonly id: string;
  readonly input: unknown;
  readonly dryRun: boolean;
}

/** A runner that remembers what it was asked, and answers as the test says. */
export class FakeRunner implements Runner {
  readonly definitions: readonly Definition[] = PALETTE;
  readonly calls: Call[] = [];
  readonly exposed: Readonly<Record<string, unknown>>[] = [];
  /** How many items were pulled, and how many sources were closed. */
  pulled = 0;
  closed = 0;
  items: readonly unknown[] = [];
  readonly #answers: Readonly<Record<string, Answer>>;

  constructor(answers: Readonly<Record<string, Answer>> = {}) {
    this.#answers = answers;
  }

  async run(id: string, input: unknown, options: StepOptions = {}): Promise<unknown> {
    const { dryRun = false } = options;
    this.calls.push({ id, input, dryRun });
    const definition = this.definitions.find((one) => one.id === id);
    if (dryRun && definition?.effect !== 'read') return { planned: true, sentence: `would ${id}`, count: 1 };
    const answer = await this.#answers[id]?.(input as never, options, this.calls.filter((call) => call.id === id).length);
    return answer ?? {};
  }

  async *each(id: string, input: unknown, { dryRun = false }: StepOptions = {}): AsyncGenerator<unknown> {
    this.calls.push({ id, input, dryRun });
    try {
      for (const item of this.items) {
        this.pulled++;
        yield item;
      }
    } finally {
      this.closed++;
    }
  }

  setVariables(values: Readonly<Record<string, unknown>>): void {
    this.exposed.push(values);
  }

  /** The inputs of one definition's calls. */
  inputs(id: string): unknown[] {
    return this.calls.filter((call) => call.id === id).map(({ input }) => input);
  }
}

export const mail = (id: string, more: object = {}) => ({
  ref: { folder: 'INBOX', id },
  kind: 'mail',
  references: [],
  subject: `Invoice ${id}`,
  from: [{ address: `${id}@example.test` }],
  to: [],
  cc: [],
  receivedAt: '2026-01-31T12:00:00Z',
  size: 1000,
  ...more,
});

export const refused = () => new EmailError('server.refused', { what: 'move', serverSaid: 'NO' });

export interface Story {
  readonly result: RunResult;
  readonly events: RunEvent[];
}

/** Runs steps below a connect. */
export async function play(runner: FakeRunner, steps: string, options: RunOptions = {}, top = ''): Promise<Story> {
  const events: RunEvent[] = [];
  const automation = parseAutomation(file(steps, top), 'test.steps.yaml', PALETTE);
  const result = await runAutomation(automation, runner, { onEvent: (event) => events.push(event), ...options });
  return { result, events };
}
