import { badRequest, objectIn, type GraphAnswer, type GraphQuestion } from './answer.ts';

/** Parts that one batch may have (learn.microsoft.com, JSON batching). */
const MOST = 20;

interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly dependsOn?: readonly string[];
}

/** The parts of a batch, each with its own status; the answers come in any order, here from the last to the first. */
export async function batch(question: GraphQuestion, ask: (part: GraphQuestion) => Promise<GraphAnswer>): Promise<GraphAnswer> {
  const { requests } = objectIn(question);
  if (!Array.isArray(requests) || requests.length === 0 || requests.length > MOST)
    throw badRequest(`The number of requests of a batch is between 1 and ${MOST}.`);
  const parts = requests as Part[];
  if (new Set(parts.map(({ id }) => id)).size < parts.length) throw badRequest('Each request of a batch needs an id of its own.');
  const answers = new Map<string, GraphAnswer>();
  for (const part of parts) {
    const waits = (part.dependsOn ?? []).map((id) => answers.get(id)?.status ?? 500);
    answers.set(part.id, waits.some((status) => status >= 400) ? { status: 424 } : await ask(questionOf(part)));
  }
  const responses = [...answers].toReversed().map(([id, { status, headers = {}, json, bytes }]) => ({
    id,
    status,
    headers: { ...(json !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    ...(json !== undefined && { body: json }),
    ...(bytes && { body: bytes.toString('base64') }),
  }));
  return { status: 200, json: { responses } };
}

function questionOf({ id, method, url, headers = {}, body }: Part): GraphQuestion {
  if (typeof id !== 'string' || typeof method !== 'string' || typeof url !== 'string')
    throw badRequest('A request of the batch lacks id, method or url.');
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const bytes = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  return { ...target(url), method: method.toUpperCase(), headers: own, body: Buffer.from(bytes) };
}

/** Path and options of a relative address. Errors: 400 for what cannot be read. */
export function target(url: string): Pick<GraphQuestion, 'path' | 'query'> {
  const [path = '', ...query] = url.split('?');
  try {
    return {
      path: path
        .split('/')
        .filter((level) => level !== '')
        .map(decodeURIComponent),
      query: new URLSearchParams(query.join('?')),
    };
  } catch {
    throw badRequest('The address cannot be read.');
  }
}
