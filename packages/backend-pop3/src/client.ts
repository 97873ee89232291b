import type { Duplex } from 'node:stream';
import type { ServerAddress } from '@mailwright/core';
import Pop3Command from 'node-pop3';
import { Wire, wireError, type Command, type Take } from './wire.ts';

/** Bytes of a list (UIDL, LIST) that are held: some 400,000 messages with long ids. */
const LONGEST_LIST = 32 * 1024 * 1024;
/** Bytes of a list of capabilities. */
const LONGEST_CAPABILITIES = 64 * 1024;
/** Bytes of a header block that are held; what is read of it is one less, so that a longer one can be told. */
const LONGEST_HEADER = 1024 * 1024 + 1;

/** Capabilities (RFC 2449) in upper case, each with its words; undefined where the server knows no CAPA. */
export type Capabilities = ReadonlyMap<string, readonly string[]>;

/**
 * The library's client with a wire of our own beneath: every verb is answered here, and nothing of the library's framing or sockets
 * runs (docs/decisions/0022-pop3-wire.md). A `-ERR` is thrown.
 */
export class Client extends Pop3Command {
  readonly #idle: number;
  #wire: Wire | undefined;
  #greeting: string | undefined;
  #wholeForHead = false;
  capabilities: Capabilities | undefined;

  /** `idle`: milliseconds of silence that an answer may take. */
  constructor({ host, port, security }: ServerAddress, idle: number) {
    super({ user: '', password: '', host, port, tls: security === 'tls' });
    this.#idle = idle;
  }

  get open(): boolean {
    return this.#wire?.open ?? false;
  }

  get greeted(): boolean {
    return this.#greeting !== undefined;
  }

  /** Why the connection is broken. */
  get failure(): Error | undefined {
    return this.#wire?.failure;
  }

  /** Begins on a socket; answers what the server says first. */
  async begin(socket: Duplex): Promise<string> {
    this.#wire = new Wire(socket, this.#idle);
    return (this.#greeting = await this.#wire.greeting());
  }

  close(): void {
    this.#wire?.close();
  }

  /** Asks what the server can; an old one does not know the question. */
  async CAPA(): Promise<Capabilities | undefined> {
    const text = await this.#lines('CAPA', LONGEST_CAPABILITIES).catch(unlessRefused);
    const rows = text?.toUpperCase().split('\r\n').map(wordsOf);
    this.capabilities = rows && new Map(rows.map(([name = '', ...words]) => [name, words]));
    this.#live.pipelining = this.capabilities?.has('PIPELINING') ?? false;
    return this.capabilities;
  }

  /** Asks for TLS (RFC 2595) and goes on over what `secure` makes of the socket. */
  async STLS(secure: (socket: Duplex) => Promise<Duplex>): Promise<void> {
    await this.ask({ name: 'STLS', alone: true });
    this.#wire = new Wire(await secure(this.#live.handOver()), this.#idle);
  }

  /** Any command; the words behind its +OK. */
  ask(command: Command): Promise<string> {
    return this.#live.ask(command);
  }

  /** The rows of UIDL or LIST, in the server's order. */
  async rows(name: 'UIDL' | 'LIST'): Promise<string[][]> {
    return Pop3Command.listify(await this.#lines(name, LONGEST_LIST)).filter(([first = '']) => first !== '');
  }

  /** The header block of a message, by TOP, or out of the whole message where the server has no TOP. Of a longer one than we read, its beginning. */
  async head(number: number): Promise<Buffer> {
    if (!this.#wholeForHead) {
      const bytes = await this.#beginning('TOP', `${number} 0`).catch(unlessRefused);
      if (bytes) return bytes;
    }
    const bytes = await this.#beginning('RETR', `${number}`);
    this.#wholeForHead = true;
    return bytes;
  }

  /** The bytes of a message, as they come. */
  async whole(number: number, take: Take): Promise<void> {
    await this.ask({ name: 'RETR', argument: `${number}`, take });
  }

  /** The library would connect here. */
  override _connect(): Promise<string> {
    return this.open ? Promise.resolve(this.#greeting ?? '') : Promise.reject(this.failure ?? wireError('CLOSED', 'not connected'));
  }

  override connect(): Promise<void> {
    return this._connect().then(() => undefined);
  }

  override command(...[name = '', ...words]: (string | number)[]): Promise<never> {
    return Promise.reject(wireError('UNSENDABLE', `${name} with ${words.length} words is not sent this way`));
  }

  override async UIDL(number: number | string = ''): Promise<string[][] | string[]> {
    return number === '' ? this.rows('UIDL') : wordsOf(await this.ask({ name: 'UIDL', argument: `${number}` }));
  }

  override async LIST(number: number | string = ''): Promise<string[][] | string[]> {
    return number === '' ? this.rows('LIST') : wordsOf(await this.ask({ name: 'LIST', argument: `${number}` }));
  }

  /** Text of one character a byte, as the library's other verbs give it; `head` and `whole` give the bytes. */
  override async TOP(number: number, lines = 0): Promise<string> {
    return (await this.#collect('TOP', `${number} ${lines}`, LONGEST_LIST)).toString('latin1');
  }

  override async RETR(number: number): Promise<string> {
    return (await this.#collect('RETR', `${number}`, LONGEST_LIST)).toString('latin1');
  }

  override STAT(): Promise<string> {
    return this.ask({ name: 'STAT' });
  }

  override LAST(): Promise<string> {
    return this.ask({ name: 'LAST' });
  }

  override DELE(number: number): Promise<string> {
    return this.ask({ name: 'DELE', argument: `${number}` });
  }

  override RSET(): Promise<string> {
    return this.ask({ name: 'RSET' });
  }

  override async NOOP(): Promise<void> {
    await this.ask({ name: 'NOOP' });
  }

  /** What was marked with DELE goes now (RFC 1939 section 6). */
  override QUIT(): Promise<string> {
    return this.ask({ name: 'QUIT', alone: true });
  }

  get #live(): Wire {
    if (!this.#wire) throw wireError('CLOSED', 'not connected');
    return this.#wire;
  }

  async #lines(name: string, most: number): Promise<string> {
    return (await this.#collect(name, undefined, most)).toString('utf8');
  }

  async #collect(name: string, argument: string | undefined, most: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (bytes: Buffer) => {
      size += bytes.length;
      if (size > most) throw wireError('TOO_LONG', `its answer to ${name} has no end`);
      chunks.push(bytes);
    };
    await this.ask({ name, ...(argument !== undefined && { argument }), take });
    return Buffer.concat(chunks);
  }

  async #beginning(name: string, argument: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let room = LONGEST_HEADER;
    const take = (bytes: Buffer) => {
      if (room > 0) chunks.push(bytes.subarray(0, room));
      room -= bytes.length;
    };
    await this.ask({ name, argument, take });
    return Buffer.concat(chunks);
  }
}

const wordsOf = (text: string) => text.trim().split(/ +/);

/** A refusal counts as no answer; what else went wrong is thrown. */
function unlessRefused(error: unknown): undefined {
  if ((error as { readonly code?: unknown }).code !== 'REFUSED') throw error;
}
