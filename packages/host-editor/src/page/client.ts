import type { ErrorShown, Failure } from '../api.ts';
import { currentLanguage, t } from './text/text.ts';

const KEY = 'mailwright-token';

/** The token comes in the fragment of the address once, and leaves it at once: an address is shown, copied and remembered. */
function token(): string {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(KEY) ?? '';
}
const TOKEN = token();

/** What the server says went wrong, in the words of its error table. */
export class CallError extends Error {
  readonly status: number;
  readonly failure: Failure;
  /** The whole answer: that of a save that met another revision is the file as it is now. */
  readonly body: unknown;
  constructor(status: number, failure: Failure, body: unknown) {
    super(failure.error.message);
    this.status = status;
    this.failure = failure;
    this.body = body;
  }
}

/** What a call failed with, to be shown. */
export const failureOf = (thrown: unknown): ErrorShown =>
  thrown instanceof CallError
    ? thrown.failure.error
    : // A browser's own words for it are English and say nothing: `fetch` throws TypeError where nobody answers.
      thrown instanceof TypeError
      ? { code: 'connection.lost', message: t('app.away'), fix: t('app.awayFix') }
      : { code: 'connection.lost', message: thrown instanceof Error ? thrown.message : String(thrown), fix: '' };

/** The same as one text: what went wrong and how to mend it, in the server's words. */
export function told(thrown: unknown): string {
  const { message, fix } = failureOf(thrown);
  return `${message} ${fix}`.trim();
}

async function send(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(`/api/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'accept-language': currentLanguage(),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (answer.ok) return answer;
  const told: unknown = await answer.json().catch(() => undefined);
  const isFailure = typeof told === 'object' && told !== null && 'error' in told;
  const unknown = { error: { code: 'internal.bug', message: `The editor's server answers ${answer.status}.`, fix: '' } };
  throw new CallError(answer.status, isFailure ? (told as Failure) : unknown, told);
}

/** One question to the editor's server. Throws CallError. */
export async function call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const answer = await send(method, path, body, signal);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** Answers that come line by line (JSON), until the server ends them or the signal does. */
export async function* stream<T>(method: 'GET' | 'POST', path: string, body: unknown, signal: AbortSignal): AsyncGenerator<T> {
  const answer = await send(method, path, body, signal);
  if (!answer.body) return;
  let rest = '';
  for await (const text of answer.body.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
  }
}

/** Saves an answer under a name, as a download: links cannot carry the token. Throws CallError. */
export async function download(path: string, name: string): Promise<void> {
  const answer = await send('GET', path, undefined);
  saveAs(await answer.blob(), name);
}
export function saveAs(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser takes the content at its own time.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
