import type { Readable } from 'node:stream';

/** An answer that is not plain JSON with status 200. */
export class Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;

  /** `body`: text, bytes or a stream; anything else goes out as JSON. */
  constructor(status: number, headers: Readonly<Record<string, string>>, body?: string | Buffer | Readable | object) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** One question of the page, its body already read. */
export interface Asked {
  /** What stands in the places of the pattern's `:names`, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly language: string;
  /** Ends when the page goes away. */
  readonly signal: AbortSignal;
}
/** A value is answered as JSON, undefined as 204; what an AsyncIterable gives goes out line by line. */
export type Handler = (asked: Asked) => Promise<unknown> | AsyncIterable<unknown>;
export interface Router {
  on(method: string, pattern: string, handler: Handler): void;
  find(method: string, path: string): { readonly handler: Handler; readonly params: Record<string, string> } | undefined;
}

export function createRouter(): Router {
  const routes: { method: string; parts: readonly string[]; handler: Handler }[] = [];
  return {
    on: (method, pattern, handler) => void routes.push({ method, parts: pattern.split('/'), handler }),
    find(method, path) {
      const given = path.split('/');
      for (const { method: one, parts, handler } of routes) {
        if (one !== method || parts.length !== given.length) continue;
        if (!parts.every((part, at) => part.startsWith(':') || part === given[at])) continue;
        if (parts.some((_, at) => decoded(given[at] ?? '') === undefined)) return undefined;
        const named = parts.flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), decoded(given[at] ?? '') ?? '']] : []));
        return { handler, params: Object.fromEntries(named) as Record<string, string> };
      }
      return undefined;
    },
  };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
