import { EmailError, type Phrase } from '@mailwright/core';
import type { Client } from './client.ts';
import { isDoubtful, isThrottled, refusalFrom, type Refusal } from './errors.ts';

/** Parts that one batch may have (learn.microsoft.com, JSON batching). */
const MOST = 20;

export interface Part {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Behind the mailbox, with its options. */
  readonly path: string;
  readonly json?: unknown;
}
/** What became of a part: what it answered, why it was refused, or that nobody knows. */
export type Reply<T> = { readonly value: T } | { readonly refusal: Refusal } | { readonly lost: EmailError };

interface Answered {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Batching {
  readonly what: Phrase;
  readonly ms: number;
  /** The parts change nothing, or the same again. */
  readonly again?: boolean;
}

/**
 * Asks for many things, twenty in one go, in the order given. A part that is refused for the moment is asked again by itself, when the
 * server wishes. Errors: those of the first batch, where nothing was answered yet; later `lost` of the parts.
 */
export async function batched<T>(client: Client, parts: readonly Part[], how: Batching): Promise<Reply<T>[]> {
  const replies: Reply<T>[] = [];
  for (let from = 0; from < parts.length; from += MOST) replies.push(...(await together<T>(client, parts.slice(from, from + MOST), how)));
  return replies;
}

async function together<T>(client: Client, parts: readonly Part[], how: Batching): Promise<Reply<T>[]> {
  const until = performance.now() + how.ms;
  const replies = new Map<number, Reply<T>>();
  let left = parts.map((part, at) => ({ part, at }));
  for (let tries = 0; left.length > 0; tries++) {
    const answers = await asked(client, left, { ...how, ms: Math.max(1, until - performance.now()) });
    if (EmailError.is(answers)) {
      for (const { at } of left) replies.set(at, { lost: answers });
      break;
    }
    const later: typeof left = [];
    let wish: Pick<Refusal, 'retryAfterMs'> = {};
    for (const one of left) {
      const reply = replyOf<T>(answers.get(`${one.at}`), client);
      replies.set(one.at, reply);
      if (!('refusal' in reply) || !mayWait(reply.refusal, how)) continue;
      later.push(one);
      if ((reply.refusal.retryAfterMs ?? 0) > (wish.retryAfterMs ?? 0)) wish = reply.refusal;
    }
    if (later.length > 0 && !(await client.waits(wish, tries, until))) break;
    left = later;
  }
  return parts.map((_, at) => replies.get(at) as Reply<T>);
}

/** What parts answered by their ids; an error where the answer of the whole was lost. */
async function asked(
  client: Client,
  left: readonly { readonly part: Part; readonly at: number }[],
  how: Batching,
): Promise<ReadonlyMap<string, Answered> | EmailError> {
  const requests = left.map(({ part: { method, path, json }, at }) => ({
    id: `${at}`,
    method,
    url: `${client.mailbox}/${path}`,
    headers: { Prefer: 'IdType="ImmutableId"', ...(json !== undefined && { 'Content-Type': 'application/json' }) },
    ...(json !== undefined && { body: json }),
  }));
  try {
    const { responses } = await client.json<{ responses: Answered[] }>({
      ...how,
      method: 'POST',
      address: client.batchUrl,
      json: { requests },
    });
    return new Map(responses.map((one) => [String(one.id), one]));
  } catch (error) {
    const isLost =
      EmailError.is(error, 'connection') || EmailError.is(error, 'server.unavailable') || EmailError.is(error, 'server.unexpected');
    if (isLost) return error as EmailError;
    throw error;
  }
}

function replyOf<T>(answer: Answered | undefined, { address }: Client): Reply<T> {
  const { status, headers = {}, body } = answer ?? {};
  if (typeof status !== 'number')
    return { lost: new EmailError('server.unexpected', { host: address.host, problem: 'its answer to a batch lacks a part' }) };
  if (status < 300) return { value: body as T };
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  return { refusal: refusalFrom(status, (name) => lower.get(name), body) };
}

const mayWait = (refusal: Refusal, { again = false }: Batching): boolean =>
  isThrottled(refusal) || refusal.status === 503 || (again && isDoubtful(refusal));
