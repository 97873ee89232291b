import { EmailError, say, type MessageRef } from '@mailwright/core';
import type { ResponseMessage } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { checkId } from './reader.ts';
import type { Envelope } from './soap.ts';

/** Messages of one request. */
const MOST = 100;

/** What a verb does to messages, and what an unanswered request of it means. */
export interface Deed<R extends object> {
  readonly verb: string;
  /** Doing it once more changes nothing: then a lost connection is just that. */
  readonly repeatable: boolean;
  /** Where they go, for errors. */
  readonly folder?: string;
  request(this: void, refs: readonly MessageRef[]): Envelope | Promise<Envelope>;
  result(this: void, ref: MessageRef, message: ResponseMessage): R;
}

export type Result<R extends object> = { readonly ref: MessageRef } & (Partial<R> | { readonly error: EmailError });

/**
 * A verb over messages, batch by batch, answered in the order asked. It throws only if nothing was done yet; after that, what could not
 * be tried or whose outcome is not known says so message by message.
 */
export async function each<R extends object>(
  exchange: Exchange,
  refs: readonly MessageRef[],
  deed: Deed<R>,
): Promise<readonly Result<R>[]> {
  const results: Result<R>[] = [];
  const refuse = (index: number, error: EmailError) => (results[index] = { ref: refs[index] as MessageRef, error });
  const asked: number[] = [];
  for (const [index, ref] of refs.entries()) {
    const error = unusable(ref);
    if (error) refuse(index, error);
    else asked.push(index);
  }
  for (let from = 0; from < asked.length; from += MOST) {
    const batch = asked.slice(from, from + MOST);
    const wanted = batch.map((index) => refs[index] as MessageRef);
    try {
      const messages = await request(exchange, wanted, deed);
      for (const [at, index] of batch.entries()) results[index] = resultOf(exchange, refs[index] as MessageRef, messages[at], deed);
    } catch (error) {
      const known = EmailError.from(error, deed.verb);
      if (from === 0 && known.session !== 'usable' && !EmailError.is(known, 'message.outcome_unknown')) throw known;
      if (from === 0 && EmailError.is(known, 'folder')) throw known;
      for (const index of batch) refuse(index, known);
    }
  }
  return results;
}

function unusable(ref: MessageRef): EmailError | undefined {
  try {
    checkId(ref);
    return undefined;
  } catch (error) {
    return EmailError.from(error, 'reference');
  }
}

async function request<R extends object>(
  exchange: Exchange,
  refs: readonly MessageRef[],
  deed: Deed<R>,
): Promise<readonly ResponseMessage[]> {
  const { verb, repeatable, folder } = deed;
  const source = refs[0]?.folder ?? '';
  const call = {
    what: say`${{ verb }} messages of "${{ path: source }}"`,
    ms: exchange.ctx.limits.command,
    repeatable,
    ...(folder !== undefined && { folder }),
  };
  const envelope = await deed.request(refs);
  try {
    return await exchange.call(envelope, call);
  } catch (error) {
    const unanswered =
      EmailError.is(error, 'connection.lost') || EmailError.is(error, 'connection.timeout') || EmailError.is(error, 'automation.cancelled');
    if (repeatable || !unanswered) throw error;
    // One request does all of it to a message, or nothing.
    throw new EmailError('message.outcome_unknown', { verb, count: refs.length, folder: source, atomic: 'yes' }, { cause: error });
  }
}

function resultOf<R extends object>(
  exchange: Exchange,
  ref: MessageRef,
  message: ResponseMessage | undefined,
  { verb, folder, result }: Deed<R>,
): Result<R> {
  if (message?.ok) return { ref, ...result(ref, message) } as Result<R>;
  const what = say`${{ verb }} messages of "${{ path: ref.folder }}"`;
  const error = message
    ? exchange.errorOf(message, { what, ms: 0, ref, ...(folder !== undefined && { folder }) })
    : new EmailError('server.unexpected', { host: exchange.endpoint.address.host, problem: say`it answers for fewer messages than asked` });
  return { ref, error };
}
