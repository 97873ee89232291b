import { EmailError, say, type MessageRef } from '@mailwright/core';
import type { Conversation } from './conversation.ts';
import type { Folders } from './folders.ts';
import { groupByPlace, type Group } from './place.ts';

/** Messages in one command: a command costs the server more than a message does, but its line has an end. */
const MOST = 500;

/** What a verb does to the messages of one folder, within a turn, and what an unanswered command of it means. */
export interface Deed<R extends object> {
  readonly verb: string;
  /** Doing it once more changes nothing: then a lost connection is just that. */
  readonly repeatable: boolean;
  /** One command does all of it to a message, or nothing: what did not happen may be asked again. */
  readonly atomic?: boolean;
  /** One result or error for each message asked, in order. */
  work(this: void, group: Group): Promise<readonly (R | EmailError)[]>;
}

export type Result<R extends object> = { readonly ref: MessageRef } & (Partial<R> | { readonly error: EmailError });

/**
 * A verb over messages: folder by folder, batch by batch, answered in the order asked. It throws only if nothing was done yet; after
 * that, what could not be tried or whose outcome is not known says so message by message.
 */
export async function each<R extends object>(
  talk: Conversation,
  folders: Folders,
  refs: readonly MessageRef[],
  deed: Deed<R>,
): Promise<readonly Result<R>[]> {
  const results: Result<R>[] = [];
  const refuse = (index: number, error: EmailError) => (results[index] = { ref: refs[index] as MessageRef, error });
  const batches = (await groupByPlace(refs, folders, refuse)).flatMap(split);
  let done = 0;
  for (const batch of batches)
    try {
      const answers = await converse(talk, batch, deed);
      batch.asked.forEach(({ ref, index }, at) => (results[index] = resultOf(ref, answers[at])));
      done++;
    } catch (error) {
      const known = EmailError.from(error, deed.verb);
      const fatal = known.session === 'lost' || EmailError.is(known, 'automation.cancelled');
      if (fatal && done === 0 && !EmailError.is(known, 'message.outcome_unknown')) throw known;
      for (const { index } of batch.asked) refuse(index, known);
      done++;
    }
  return results;
}

async function converse<R extends object>(talk: Conversation, batch: Group, { verb, repeatable, atomic, work }: Deed<R>) {
  const { located, uidValidity } = batch.place;
  const path = located.folder.path;
  let begun = false;
  try {
    return await talk.turn(say`${{ verb }} messages of "${{ path }}"`, talk.ctx.limits.command, async () => {
      await talk.select(located.listed, path, uidValidity);
      begun = true;
      return work(batch);
    });
  } catch (error) {
    const unanswered = EmailError.is(error, 'connection') || EmailError.is(error, 'automation.cancelled');
    if (repeatable || !begun || !unanswered) throw error;
    throw new EmailError(
      'message.outcome_unknown',
      { verb, count: batch.asked.length, folder: path, ...(atomic && { atomic: 'yes' }) },
      { cause: error },
    );
  }
}

function split({ place, asked }: Group): Group[] {
  return Array.from({ length: Math.ceil(asked.length / MOST) }, (_, at) => ({ place, asked: asked.slice(at * MOST, (at + 1) * MOST) }));
}

function resultOf<R extends object>(ref: MessageRef, answer: R | EmailError | undefined): Result<R> {
  return EmailError.is(answer) ? { ref, error: answer } : ({ ref, ...answer } as Result<R>);
}
