import { Agent, request } from 'node:https';
import { getCACertificates, rootCertificates } from 'node:tls';
import { EmailError } from './errors.ts';
import { networkError } from './network.ts';

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

/** Milliseconds for a whole question. */
const DEADLINE = 15_000;
const LARGEST = 1024 * 1024;

export interface HttpsOptions {
  /** Further certificate authorities (PEM). */
  readonly ca?: readonly string[];
  /** Milliseconds for a whole question. */
  readonly deadline?: number;
}

/** The way to https servers. */
export function httpsClient({ ca = [], deadline = DEADLINE }: HttpsOptions = {}): Http {
  const authorities = [...(getCACertificates?.('default') ?? rootCertificates), ...ca];
  const agent = new Agent({ ca: authorities, minVersion: 'TLSv1.2', keepAlive: false });
  return (asked) => ask(asked, agent, deadline);
}

function ask(asked: HttpRequest, agent: Agent, milliseconds: number) {
  const { url: text, body, method = body === undefined ? 'GET' : 'POST', headers = {}, signal, clientCertificate } = asked;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:')
    return Promise.reject(
      new EmailError('input.invalid', { path: 'url', problem: `"${text}" is no https address`, cure: 'Write it as https://host/path.' }),
    );
  const at = { host: url.hostname, port: Number(url.port || 443) };
  const deadline = AbortSignal.timeout(milliseconds);
  const ended = signal ? AbortSignal.any([signal, deadline]) : deadline;
  return new Promise<HttpAnswer>((resolve, reject) => {
    const fail = (error: unknown) => {
      if (deadline.aborted)
        reject(new EmailError('connection.timeout', { ...at, what: 'an answer', seconds: Math.ceil(milliseconds / 1000) }));
      else if (signal?.aborted) reject(new EmailError('automation.cancelled', {}));
      else
        reject(networkError(error, at) ?? new EmailError('server.unexpected', { host: at.host, problem: String(error) }, { cause: error }));
    };
    const options = { agent, method, headers: { accept: 'application/json', ...headers }, signal: ended, ...clientCertificate };
    const sent = request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > LARGEST) answer.destroy(new EmailError('server.unexpected', { host: at.host, problem: 'its answer does not end' }));
      });
      answer.once('error', (error) => (EmailError.is(error) ? reject(error) : fail(error)));
      answer.once('end', () => {
        const plain = Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
        );
        resolve({ status: answer.statusCode ?? 0, headers: plain, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.once('error', fail);
    sent.end(body);
  });
}
