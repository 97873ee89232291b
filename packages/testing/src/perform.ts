import assert from 'node:assert/strict';
import { EmailError, type ActionContext, type ActionDefinition, type LoopDefinition, type Need } from '@mailwright/core';
import type { z } from 'zod';

/**
 * Runs an action as a session does: input parsed, needs checked before anything else, output parsed. What comes out must be JSON.
 */
export async function perform<I extends z.ZodObject, O extends z.ZodType>(
  definition: ActionDefinition<I, O, readonly Need[]>,
  input: object,
  ctx: ActionContext<Need>,
): Promise<z.output<O>> {
  checkNeeds(definition.needs, ctx);
  const output = await definition.output.parseAsync(await definition.run(await definition.input.parseAsync(input), ctx));
  assert.deepEqual(JSON.parse(JSON.stringify(output)), plain(output));
  return output;
}

/** The items of a loop, one at a time as its body would get them. */
export async function* performEach<I extends z.ZodObject, O extends z.ZodType>(
  definition: LoopDefinition<I, O, readonly Need[]>,
  input: object,
  ctx: ActionContext<Need>,
): AsyncGenerator<z.output<O>> {
  checkNeeds(definition.needs, ctx);
  for await (const item of definition.each(await definition.input.parseAsync(input), ctx)) {
    const parsed = await definition.item.parseAsync(item);
    assert.deepEqual(JSON.parse(JSON.stringify(parsed)), plain(parsed));
    yield parsed;
  }
}

function checkNeeds(needs: readonly Need[], { mailbox, session }: ActionContext<Need>): void {
  for (const capability of needs)
    if (!(capability in mailbox))
      throw new EmailError('capability.unsupported', { session: session.name, backend: session.backend, capability });
}

/** Without prototypes, which JSON does not know. */
const plain = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(plain)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
      : value;
