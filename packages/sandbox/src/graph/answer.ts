/** One question, alone or out of a batch. */
export interface GraphQuestion {
  readonly method: string;
  /** Behind the version: `me`, `mailFolders`, ... decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface GraphAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Either of both, or nothing. */
  readonly json?: unknown;
  readonly bytes?: Buffer;
}

/** A refusal in Graph's form (learn.microsoft.com, Microsoft Graph error responses). */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  answer(requestId: string): GraphAnswer {
    const innerError = { date: new Date().toISOString().slice(0, 19), 'request-id': requestId, 'client-request-id': requestId };
    return { status: this.status, headers: this.headers, json: { error: { code: this.code, message: this.message, innerError } } };
  }
}

export const noSuchItem = () => new Refused(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
export const badRequest = (message: string, code = 'BadRequest') => new Refused(400, code, message);

/** The object in a body. */
export function objectIn({ body }: Pick<GraphQuestion, 'body'>): Record<string, unknown> {
  try {
    const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw badRequest('Unable to read JSON request payload.');
}

/** A property that is a text; what is none counts as left out. */
export function textIn(json: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = json[name];
  return typeof value === 'string' ? value : undefined;
}

/** The values of a `Prefer` header (RFC 7240) by lower-case name. */
export function preferencesOf({ headers }: Pick<GraphQuestion, 'headers'>): ReadonlyMap<string, string> {
  const pairs = [...(headers['prefer'] ?? '').matchAll(/([\w.-]+)\s*=\s*(?:"([^"]*)"|([^\s,;]+))/g)];
  return new Map(pairs.map(([, name = '', quoted, plain = '']) => [name.toLowerCase(), quoted ?? plain]));
}
