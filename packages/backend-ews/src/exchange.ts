import { setTimeout as sleep } from 'node:timers/promises';
import { EmailError, type MessageRef, type OpenContext, type Phrase } from '@mailwright/core';
import { throughGate } from '@mailwright/network';
import { readAnswer, refusal, type Answer, type ResponseMessage } from './answer.ts';
import type { Endpoint } from './address.ts';
import { busyFor, toEmailError, type Doing } from './errors.ts';
import type { Envelope, FolderTarget, KnownFolder, Soap } from './soap.ts';
import type { Transport } from './transport.ts';
import { outgoing, type Upload } from './upload.ts';
import { readXml, type Sink } from './xml.ts';

/** Milliseconds before a second try where the server names no time; doubled with each, and spread. */
const PATIENCE = 1000;

export interface Call {
  /** What is being done, for errors. */
  readonly what: Phrase;
  /** Milliseconds in all, waiting included. */
  readonly ms: number;
  /** Doing it once more changes nothing: a lost answer is asked for once again. */
  readonly repeatable?: boolean;
  readonly upload?: Upload;
  /** Takes the bytes of an answer while they come. */
  readonly sinkFor?: () => Sink | undefined;
  readonly ref?: MessageRef;
  readonly folder?: string;
  /** Bytes of the message that is handed over. */
  readonly size?: number;
}

type About = Pick<Call, 'what' | 'ms' | 'ref' | 'folder' | 'size'>;

/** As whom the mailbox is opened. */
export interface Access {
  /** The address of the mailbox: that of the login, or another. */
  readonly mailbox: string;
  /** Stands in the ids of known folders, where another mailbox is opened by rights in it. */
  readonly delegate?: string | undefined;
  /** Goes out as ExchangeImpersonation. */
  readonly impersonated?: string | undefined;
}

/** What is said to one server for one mailbox: at most four questions at a time, patient where the server is busy. */
export class Exchange {
  readonly ctx: OpenContext;
  readonly endpoint: Endpoint;
  readonly access: Access;
  readonly soap: Soap;
  readonly #transport: Transport;
  readonly #over = new AbortController();

  constructor(transport: Transport, soap: Soap, { ctx, endpoint, access }: Pick<Exchange, 'ctx' | 'endpoint' | 'access'>) {
    this.#transport = transport;
    this.soap = soap;
    this.ctx = ctx;
    this.endpoint = endpoint;
    this.access = access;
  }

  alive(): boolean {
    return !this.#over.signal.aborted && !this.ctx.signal.aborted;
  }

  close(): void {
    this.#over.abort();
    this.#transport.close();
  }

  known(known: KnownFolder): FolderTarget {
    return { known, mailbox: this.access.delegate };
  }

  /** The answers to the parts of a request, in order. Errors: those of `toEmailError`, also where the server refuses all of it. */
  async call(envelope: Envelope, call: Call): Promise<readonly ResponseMessage[]> {
    return (await this.ask(envelope, call)).messages;
  }

  async ask(envelope: Envelope, call: Call): Promise<Answer> {
    const { what, repeatable = true } = call;
    const ms = Math.ceil(call.ms);
    const until = performance.now() + ms;
    const time = AbortSignal.timeout(ms);
    const signal = AbortSignal.any([time, this.ctx.signal, this.#over.signal]);
    for (let [tries, lost] = [0, 0]; ; tries++)
      try {
        return await this.#once(envelope, call, signal);
      } catch (error) {
        const known = this.#explained(error, time, call);
        const busy = busyFor(error);
        // Neither a refusal that waits, nor a broken connection of what may be asked twice.
        if (busy === undefined) {
          if (!repeatable || !EmailError.is(known, 'connection.lost') || !this.alive() || lost++ > 0) throw known;
          continue;
        }
        const wait = busy === 'unknown' ? PATIENCE * 2 ** tries * (0.75 + Math.random() / 2) : busy;
        if (performance.now() + wait >= until) throw known;
        this.ctx.log.debug(`${this.endpoint.address.host} is busy: waiting ${Math.round(wait)} ms`, { what: String(what) });
        await sleep(wait, undefined, { signal }).catch(() => {
          throw this.#explained(signal.reason, time, call);
        });
      }
  }

  /** One part that the server refuses because it is busy is as good as all of them: nothing was done. */
  async #once(envelope: Envelope, { upload, sinkFor, repeatable = true }: Call, signal: AbortSignal): Promise<Answer> {
    if (!this.alive()) throw this.ctx.signal.aborted ? new EmailError('automation.cancelled', {}) : lost(this.endpoint);
    const { host, port } = this.endpoint.address;
    const key = `${host}:${port} ${this.access.mailbox.toLowerCase()}`;
    const answer = await throughGate(key, signal, () =>
      this.#transport.post(outgoing(envelope, upload), signal, repeatable, async (stream) => readAnswer(await readXml(stream, sinkFor))),
    );
    const busy = answer.messages.filter((one) => !one.ok && busyFor(refusal(one)) !== undefined);
    const [first] = busy;
    if (first && (repeatable || busy.length === answer.messages.length)) throw refusal({ ...first, backOff: longest(busy) });
    return answer;
  }

  #explained(error: unknown, time: AbortSignal, call: Call): EmailError {
    if (this.ctx.signal.aborted) return new EmailError('automation.cancelled', {}, { cause: error });
    if (this.#over.signal.aborted) return lost(this.endpoint, error);
    const { host, port } = this.endpoint.address;
    const doing = this.doing(call);
    if (time.aborted && !EmailError.is(error))
      return new EmailError('connection.timeout', { host, port, what: call.what, seconds: doing.seconds }, { cause: error });
    return toEmailError(error, doing);
  }

  /** What errors say of a call. */
  doing({ what, ms, ref, folder, size }: About): Doing {
    const { username, application, scheme } = this.#transport.signIn ?? {};
    return {
      address: this.endpoint.address,
      what,
      seconds: Math.ceil(ms / 1000),
      username,
      mailbox: this.access.mailbox,
      byToken: scheme === 'Bearer',
      application,
      ...(ref && { ref }),
      ...(folder !== undefined && { folder }),
      ...(size !== undefined && { size }),
    };
  }

  /** A part that was refused as one of ours. */
  errorOf(message: ResponseMessage, call: About): EmailError {
    return toEmailError(refusal(message), this.doing(call));
  }
}

const longest = (messages: readonly ResponseMessage[]) => {
  const waits = messages.flatMap(({ backOff }) => backOff ?? []);
  return waits.length === 0 ? undefined : Math.max(...waits);
};
const lost = ({ address: { host } }: Endpoint, cause?: unknown) => new EmailError('connection.lost', { host }, { cause });
