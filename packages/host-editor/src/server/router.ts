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
        const named = parts.flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), decodeURIComponent(given[at] ?? '')]] : []));
        return { handler, params: Object.fromEntries(named) as Record<string, string> };
      }
      return undefined;
    },
  };
}
