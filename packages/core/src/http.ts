/** One question to a server of the web: a sign-in, a vault. Only https is spoken, and no redirect is followed. */
export interface HttpRequest {
  readonly url: string;
  /** POST where there is a body, else GET. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Shown to a server that asks for a client certificate; PEM both. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
}
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}
/** Errors: `connection.*`, `input.invalid` for an address that is not https. A status is never an error. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;
