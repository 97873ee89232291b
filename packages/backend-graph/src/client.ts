import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import {
  EmailError,
  type AccessToken,
  type Credential,
  type MessageRef,
  type OpenContext,
  type Phrase,
  type ServerAddress,
} from '@mailwright/core';
import { throughGate, type Web, type WebResponse } from '@mailwright/network';
import { held, refusalOf, streamOf } from './answers.ts';
import { Refused, isDoubtful, isThrottled, toEmailError, type Doing, type Refusal } from './errors.ts';

/** One question. A path begins behind the mailbox; an address is followed as it is. */
export interface Question {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path?: string;
  readonly address?: URL;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: Buffer | string;
  /** What is being done, for errors. */
  readonly what: Phrase;
  /** Milliseconds in all, waits included. */
  readonly ms: number;
  /** It changes nothing, or the same again: it may be asked again although it may have been done. */
  readonly again?: boolean;
  /** Whatever is answered, it is looked before it is asked again; a refusal for being too many alone says that nothing was done. */
  readonly once?: boolean;
  /** A refusal that is an answer: nothing. */
  readonly nothing?: (this: void, refusal: Refusal) => boolean;
  /** The message, and the folder, that it is about. */
  readonly ref?: MessageRef;
  readonly folder?: string;
  /** Bytes of what is handed over. */
  readonly size?: number;
  /** To an upload URL: it is its own proof, and no token goes there. */
  readonly open?: boolean;
}

/** Milliseconds of a first wait where the server names none; doubled with each. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** Lost connections in a row after which a question is given up. */
const LOST = 2;
/** Milliseconds of life left below which a token is asked for anew. */
const NEAR = 120_000;

type Token = Extract<Credential, { readonly kind: 'token' }>;

export interface ClientSettings {
  readonly web: Web;
  readonly base: string;
  readonly address: ServerAddress;
  readonly credential: Token;
  readonly ctx: OpenContext;
}

/** Asks Graph: four questions a mailbox at a time, tokens in time, waits as the server wishes. Errors: those of `errors.ts`. */
export class Client {
  readonly ctx: OpenContext;
  readonly address: ServerAddress;
  /** The mailbox within Graph, such as `/me`. */
  readonly mailbox: string;
  readonly #settings: ClientSettings;
  readonly #closed = new AbortController();
  #token: AccessToken | undefined;
  /** What the clock of the server said last, ISO 8601. */
  serverTime: string | undefined;

  constructor(settings: ClientSettings) {
    const { ctx, address } = settings;
    this.#settings = settings;
    this.ctx = ctx;
    this.address = address;
    this.mailbox = ctx.mailbox === undefined ? '/me' : `/users/${encodeURIComponent(ctx.mailbox)}`;
  }

  alive(): boolean {
    return !this.#closed.signal.aborted;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#settings.web.close();
  }

  /** An address in this mailbox. */
  url(path: string, query: Readonly<Record<string, string>> = {}): URL {
    const url = new URL(`${this.#settings.base}${this.mailbox}/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /** The address of a batch, which is of no mailbox. */
  get batchUrl(): URL {
    return new URL(`${this.#settings.base}/$batch`);
  }

  /** A link that the server gave, to be followed as it is: to this server, and no other. Errors: `server.unexpected`. */
  link(text: string): URL {
    const { address } = this;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol === 'https:' && url.host === new URL(this.#settings.base).host) return url;
    throw new EmailError('server.unexpected', { host: address.host, problem: 'a link of its answer leads to another server' });
  }

  /** What is answered, as JSON; undefined where nothing is. */
  async json<T>(question: Question): Promise<T> {
    return this.#ask(question, async (answer) => {
      const text = (await held(answer)).toString('utf8');
      return (text === '' ? undefined : JSON.parse(text)) as T;
    });
  }

  /** The bytes of an answer, held. */
  bytes(question: Question): Promise<Buffer> {
    return this.#ask(question, held);
  }

  /** The bytes of an answer as they come: to its end within `ms`, so whoever takes them must not be slow. */
  stream(question: Question): Promise<Readable> {
    return this.#ask(
      question,
      (answer, over) => Promise.resolve(streamOf(answer, (error) => this.#explained(error, question), over)),
      true,
    );
  }

  /** The token says of itself that it may send, and not read: who believes it risks no more than a refusal. */
  async sendsOnly(): Promise<boolean> {
    const [, claims = ''] = (await this.#bearer(false)).split('.');
    try {
      const { scp = '', roles = [] } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { scp?: string; roles?: string[] };
      const held = [...String(scp).split(' '), ...roles];
      return held.some((one) => one.startsWith('Mail.Send')) && !held.some((one) => one.startsWith('Mail.Read'));
    } catch {
      return false;
    }
  }

  doing({ what, ms, ref, folder, size }: Pick<Question, 'what' | 'ms' | 'ref' | 'folder' | 'size'>): Doing {
    const { address, ctx } = this;
    return {
      address,
      what,
      seconds: Math.ceil(ms / 1000),
      mailbox: ctx.mailbox,
      username: this.#settings.credential.username,
      ref,
      folder,
      size,
    };
  }

  /** Waits as long as a refusal wants, at least the usual; false where that would be too long. */
  async waits(refusal: Pick<Refusal, 'retryAfterMs'>, tries: number, until: number): Promise<boolean> {
    const usual = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries) * (0.5 + Math.random() / 2);
    const wait = refusal.retryAfterMs ?? usual;
    if (performance.now() + wait > until) return false;
    await sleep(wait, undefined, { signal: this.#signal }).catch(() => {
      throw this.#ended();
    });
    return true;
  }

  get #lane(): string {
    const { address, ctx } = this;
    return `${address.host}:${address.port} ${(ctx.mailbox ?? this.#settings.credential.username).toLowerCase()}`;
  }

  get #signal(): AbortSignal {
    return AbortSignal.any([this.ctx.signal, this.#closed.signal]);
  }

  #ended(): EmailError {
    return this.ctx.signal.aborted
      ? new EmailError('automation.cancelled', {})
      : new EmailError('connection.lost', { host: this.address.host });
  }

  #explained(error: unknown, question: Question): EmailError {
    return this.#signal.aborted && !EmailError.is(error) ? this.#ended() : toEmailError(error, this.doing(question));
  }

  async #ask<T>(question: Question, take: (answer: WebResponse, over: () => void) => Promise<T>, streaming = false): Promise<T> {
    const until = performance.now() + question.ms;
    let fresh = false;
    let lost = 0;
    for (let tries = 0; ; tries++)
      try {
        return await this.#once(question, until, fresh, take, streaming);
      } catch (error) {
        const { refusal } = error as Partial<Refused>;
        if (refusal === undefined) {
          const known = this.#explained(error, question);
          const may = question.again === true && EmailError.is(known, 'connection.lost') && lost++ < LOST && this.alive();
          if (!may || !(await this.waits({}, tries, until))) throw known;
        } else if (question.nothing?.(refusal) === true) return undefined as T;
        else if (refusal.status === 401 && !question.open && !fresh && !refusal.challenge) fresh = true;
        else if (refusal.status === 401 && fresh) throw this.#expired(refusal, question);
        else if (!mayWait(refusal, question) || !(await this.waits(refusal, tries, until))) throw toEmailError(error, this.doing(question));
      }
  }

  #expired({ message, code }: Refusal, question: Question): EmailError {
    const { username } = this.doing(question);
    return new EmailError('auth.token_expired', { host: this.address.host, username, serverSaid: `${code} ${message}` });
  }

  async #once<T>(
    question: Question,
    until: number,
    fresh: boolean,
    take: (answer: WebResponse, over: () => void) => Promise<T>,
    streaming: boolean,
  ): Promise<T> {
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new DOMException('too late', 'TimeoutError')),
      Math.max(1, until - performance.now()),
    ).unref();
    const signal = AbortSignal.any([this.#signal, late.signal]);
    try {
      return await throughGate(this.#lane, signal, async () => {
        const { method = 'GET', path = '', address = this.url(path, question.query) } = question;
        const headers = { ...(await this.#headers(question, fresh)), ...question.headers };
        const body = question.json === undefined ? question.body : JSON.stringify(question.json);
        const answer = await this.#settings.web.fetch(address, { method, headers, signal, ...(body !== undefined && { body }) });
        const date = Date.parse(answer.headers.get('date') ?? '');
        if (!Number.isNaN(date)) this.serverTime = new Date(date).toISOString();
        if (!answer.ok) throw new Refused(await refusalOf(answer));
        return take(answer, () => clearTimeout(timer));
      });
    } catch (error) {
      clearTimeout(timer);
      throw late.signal.aborted ? late.signal.reason : error;
    } finally {
      if (!streaming) clearTimeout(timer);
    }
  }

  async #headers({ json, open }: Question, fresh: boolean): Promise<Record<string, string>> {
    const type = json === undefined ? {} : { 'content-type': 'application/json' };
    if (open) return type;
    return { ...type, accept: 'application/json', prefer: 'IdType="ImmutableId"', authorization: `Bearer ${await this.#bearer(fresh)}` };
  }

  async #bearer(fresh: boolean): Promise<string> {
    if (fresh || !this.#token || this.#token.expiresAt.getTime() - Date.now() < NEAR)
      this.#token = await this.#settings.credential.token(fresh ? { fresh } : {});
    return this.#token.value.reveal();
  }
}

/** 429 and 503 say that nothing was done; after 504 only what may be done twice is asked again. */
function mayWait(refusal: Refusal, { again = false, once = false }: Question): boolean {
  if (isThrottled(refusal) || (refusal.status === 503 && !once)) return true;
  return again && (isDoubtful(refusal) || refusal.status === 502);
}
