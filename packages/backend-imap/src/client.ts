import type { Socket } from 'node:net';
import type { Readable, Transform } from 'node:stream';
import { TLSSocket, type ConnectionOptions } from 'node:tls';
import { EmailError } from '@mailwright/core';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { isList, wordOf, type Response, type Token, type TokenNode } from './response.ts';
import { Siphon } from './siphon.ts';

/** Bytes of all that a server says from its greeting to the sign-in, capabilities and namespaces included. */
const LONGEST_OPENING = 1024 * 1024;

/** What an opening does at its turning points. */
export interface Opening {
  /** The way to the server, which the library would make itself. */
  dial(): Promise<Socket>;
  /** TLS on top of it, before anything happens there. */
  securing(socket: TLSSocket): void;
  /** The connection is protected as it should be, and nothing secret was sent: answers what to sign in with. */
  signIn(client: Client): Promise<NonNullable<ImapFlowOptions['auth']>>;
}

export interface CommandOptions {
  /** Untagged answers by name. */
  readonly untagged?: Readonly<Record<string, (response: Response) => void>>;
  /** The server asks for the literal that the command announced. */
  readonly onPlusTag?: () => Promise<void>;
}

/** Alerts that are kept for a person. */
const MOST_ALERTS = 5;
/** What the library has but does not declare: its own answer to who hears what. */
const LIBRARY = ImapFlow.prototype as unknown as {
  getUntaggedHandler(this: ImapFlow, command: string, attributes: readonly Token[] | undefined): unknown;
};

/** A name that is never looked up: a connection to it is never made. */
const NOWHERE = { host: 'dialed', lookup: () => undefined };

/** What the library has but does not declare; the version is pinned for it. */
interface Undeclared {
  readonly streamer: Transform;
  write(line: string): void;
  exec(command: string, attributes: readonly Token[], options: CommandOptions): Promise<{ response: Response; next(this: void): void }>;
}

/**
 * The library's connection: TLS, STARTTLS, sign-in and the sending of commands are its own. Over it, this class sees each socket,
 * gives the credential only when the connection is protected, and can stream what the library would hold.
 */
export class Client extends ImapFlow {
  readonly #opening: Opening;
  #way: Socket | undefined;
  #socket: Socket | undefined;
  #siphon: Siphon | undefined;
  readonly #alerts: string[] = [];
  /** Why we ended the connection ourselves. */
  failure: Error | undefined;

  constructor(options: ImapFlowOptions, opening: Opening) {
    super(options);
    this.#opening = opening;
    // Without a listener an error of the connection would end the process; the command in flight reports it.
    this.on('error', (error: Error) => (this.failure ??= error));
    this.#limitOpening();
  }

  get socket(): Socket | undefined {
    return this.#socket;
  }

  /** The library keeps its socket here: at the start, and again after STARTTLS. Its own constructor comes before our fields. */
  set socket(value: Socket | undefined | false | null) {
    if (!(#socket in this)) return;
    const idle = this.#way && value && !(value instanceof TLSSocket);
    this.#socket = idle ? this.#way : value || undefined;
    if (idle) this.#replace(value);
    else if (value) this.#opening.securing(value as TLSSocket);
  }

  /** The socket where it is TLS that goes to the server itself: the way there may be TLS to a proxy. */
  get encrypted(): Socket | undefined {
    return this.#socket === this.#way ? undefined : this.#socket;
  }

  /** What the server wants to be shown to a person (RFC 3501 section 7.1, ALERT), since the last time that it was asked for. */
  takeAlerts(): readonly string[] {
    return this.#alerts.splice(0);
  }

  /** The library asks for what hears an untagged answer: the only place where it shows each of them. */
  getUntaggedHandler(command: string, attributes: readonly Token[] | undefined): unknown {
    const first = attributes?.[0];
    const section = first && !isList(first) ? (first as TokenNode).section : undefined;
    // Not before our own fields are there, and never more than a person would read.
    if (section && wordOf(section[0])?.toUpperCase() === 'ALERT' && #alerts in this && this.#alerts.length < MOST_ALERTS)
      this.#alerts.push(wordOf(attributes?.[1]) ?? '');
    return LIBRARY.getUntaggedHandler.call(this, command, attributes);
  }

  /** Whether the server has greeted as IMAP servers do. */
  get greeted(): boolean {
    return this.greeting !== undefined && this.greeting !== '';
  }

  /** Called by the library between the greeting and the sign-in, with implicit TLS and without TLS too. */
  override async upgradeToSTARTTLS(): Promise<boolean> {
    if (this.authenticated !== false)
      throw new EmailError('server.unexpected', { host: this.host, problem: 'it calls us signed in before we were' });
    const encrypted = await super.upgradeToSTARTTLS();
    this.options.auth = await this.#opening.signIn(this);
    return encrypted;
  }

  override async connect(): Promise<void> {
    const way = await this.#opening.dial();
    this.#way = way;
    // TLS takes a socket that is there already. For a plain connection the library has no such option: it makes one that goes nowhere.
    this.options.tls = { ...this.options.tls, ...(this.options.secure ? { socket: way } : NOWHERE) };
    try {
      await super.connect();
    } catch (error) {
      way.destroy();
      throw error;
    } finally {
      this.options.auth = undefined;
    }
    this.#insertSiphon();
  }

  /** Our socket in the place of one that goes nowhere; the library waits until that one is connected, and from there on asks for `socket`. */
  #replace(idle: Socket): void {
    const { host: _, lookup: __, ...tls } = this.options.tls as ConnectionOptions;
    this.options.tls = tls;
    setImmediate(() => {
      idle.emit('connect');
      idle.destroy();
    });
  }

  /** Sends one command and waits for its answer. A NO or BAD is thrown. */
  async command(name: string, attributes: readonly Token[] = [], options: CommandOptions = {}): Promise<Response> {
    this.#siphon?.begin();
    const { response, next } = await this.#undeclared.exec(name, attributes, options);
    next();
    return response;
  }

  /** A line within a command, where the server waits for one. */
  writeLine(line: string): void {
    this.#undeclared.write(line);
  }

  /** Sends the bytes of a literal that the server has asked for, as fast as the connection takes them. */
  async sendLiteral(bytes: Readable): Promise<void> {
    try {
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        const socket = this.#socket;
        if (!socket || socket.destroyed) return;
        if (!socket.write(chunk)) await drained(socket);
      }
      this.#socket?.write('\r\n');
    } catch (error) {
      // The announced literal cannot be finished: nothing sensible can follow on this connection.
      this.failure ??= error as Error;
      this.close();
    }
  }

  /** Where large literals are taken from. */
  get siphon(): Siphon {
    if (!this.#siphon) throw new Error('not connected');
    return this.#siphon;
  }

  get #undeclared(): Undeclared {
    return this as unknown as Undeclared;
  }

  /** Until the siphon is there to count lines: what a server says up to the sign-in is short. */
  #limitOpening(): void {
    const { streamer } = this.#undeclared;
    const transform = streamer._transform.bind(streamer);
    let bytes = 0;
    streamer._transform = (chunk: Buffer, encoding, done) => {
      bytes += this.#siphon ? 0 : chunk.length;
      if (bytes <= LONGEST_OPENING) {
        transform(chunk, encoding, done);
        return;
      }
      this.failure ??= Object.assign(new Error('its answers to the sign-in have no end'), { code: 'ResponseTooLarge' });
      this.close();
      done();
    };
  }

  #insertSiphon(): void {
    const { streamer } = this.#undeclared;
    const siphon = new Siphon(this.options.maxLineLength ?? Infinity);
    siphon.on('error', (error: Error) => {
      this.failure ??= error;
      this.close();
    });
    this.once('close', () => siphon.destroy());
    this.#siphon = siphon;
    this.#socket?.unpipe(streamer);
    this.#socket?.pipe(siphon).pipe(streamer);
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      socket.off('drain', go).off('close', go);
      resolve();
    };
    socket.on('drain', go).on('close', go);
  });
}
