import { randomBytes } from 'node:crypto';
import {
  EmailError,
  select,
  sentence,
  type ActionContext,
  type ActionDefinition,
  type Definition,
  type FileStore,
  type Log,
  type MessageRef,
  type LoopDefinition,
  type Need,
  type Selection,
  type Session,
  type SessionDefinition,
  type Phrase,
} from '@mailwright/core';
import type { z } from 'zod';
import { parseInput } from './input.ts';
import type { Sessions } from './sessions.ts';

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Changes nothing: a step that would gives its plan instead. */
  readonly dryRun?: boolean;
}

/** What a dry run gives for a step that would change something. */
export interface PlannedStep {
  readonly planned: true;
  readonly sentence: Phrase;
  /** How many messages it would work on, and the first 20 of them. */
  readonly count?: number;
  readonly first?: readonly { readonly subject: string; readonly from: string }[];
}

/** Messages that a plan shows. */
const SHOWN = 20;

/** Runs definitions: input checked, session found, needs checked, and only then anything is sent to a server. */
export class StepRunner {
  readonly #sessions: Sessions;
  readonly #files: FileStore;
  readonly #log: Log;

  constructor(sessions: Sessions, files: FileStore, log: Log) {
    this.#sessions = sessions;
    this.#files = files;
    this.#log = log;
  }

  async run(
    definition: ActionDefinition | SessionDefinition,
    input: unknown,
    { signal, dryRun = false }: RunOptions = {},
  ): Promise<unknown> {
    const values = parseInput(definition.input, input);
    const context = { files: this.#files, log: this.#log, signal: signal ?? new AbortController().signal };
    return this.#guard(definition, async () => {
      context.signal.throwIfAborted();
      if (definition.kind === 'session')
        return definition.output.parseAsync(await definition.run(values, { ...context, sessions: this.#sessions }));
      const actionContext = this.#contextFor(definition, values, context);
      if (dryRun && definition.effect !== 'read') return plan(definition, values, actionContext);
      return definition.output.parseAsync(await definition.run(values, actionContext));
    });
  }

  async *each(definition: LoopDefinition, input: unknown, { signal }: RunOptions = {}): AsyncGenerator<unknown> {
    const values = parseInput(definition.input, input);
    const context = { files: this.#files, log: this.#log, signal: signal ?? new AbortController().signal };
    const items = definition.each(values, this.#contextFor(definition, values, context));
    for await (const item of items) yield await definition.item.parseAsync(item);
  }

  #contextFor(
    definition: ActionDefinition | LoopDefinition,
    values: unknown,
    context: Pick<ActionContext, 'files' | 'log' | 'signal'>,
  ): ActionContext<Need> {
    const { session: name } = values as { session: string };
    const session = this.#sessions.get(name);
    for (const need of definition.needs) if (!session.can.has(need)) throw unsupported(session, need);
    // What the definition needs is there now; its type cannot know.
    const mailbox = session.mailbox as ActionContext<Need>['mailbox'];
    return { ...context, mailbox, session, messageId: (domain) => `<${randomBytes(16).toString('hex')}@${domain}>` };
  }

  /** Whatever an action throws leaves as an EmailError. */
  async #guard<T>(definition: Definition, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (EmailError.is(error)) throw error;
      if (error instanceof Error && error.name === 'AbortError') throw new EmailError('automation.cancelled', {}, { cause: error });
      throw EmailError.from(error, definition.id);
    }
  }
}

function unsupported(session: Session, capability: Need): EmailError {
  const because = session.readOnly ? 'it was connected as read-only' : undefined;
  return new EmailError('capability.unsupported', { session: session.name, backend: session.backend, capability, because });
}

/** The plan of a step: its sentence, and the messages that its selection holds now. */
async function plan(definition: ActionDefinition, values: object, ctx: ActionContext): Promise<PlannedStep> {
  const said = sentence(definition, values as Record<string, unknown>);
  const field = Object.entries(definition.input.shape).find(([, schema]) => widgetOf(schema as z.ZodType) === 'messages')?.[0];
  const selection = field === undefined ? undefined : (values as Record<string, Selection | undefined>)[field];
  if (selection === undefined) return { planned: true, sentence: said };
  let count = 0;
  const first: { subject: string; from: string }[] = [];
  for await (const refs of select(selection, ctx)) {
    count += refs.length;
    for (const ref of refs.slice(0, SHOWN - first.length)) first.push(...(await shown(ref, ctx)));
  }
  return { planned: true, sentence: said, count, ...(first.length > 0 && { first }) };
}

/** A message that is gone meanwhile is not shown; the step itself will say so. */
async function shown(ref: MessageRef, { mailbox }: ActionContext): Promise<{ subject: string; from: string }[]> {
  try {
    const { subject, from } = await mailbox.read(ref);
    return [{ subject, from: from[0]?.address ?? '' }];
  } catch (error) {
    if (EmailError.is(error, 'message') || EmailError.is(error, 'folder')) return [];
    throw error;
  }
}

function widgetOf(schema: z.ZodType): string | undefined {
  return (schema.meta()?.['x-ui'] as { widget?: string } | undefined)?.widget;
}
