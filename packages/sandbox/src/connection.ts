import type { Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';

/** RFC 3501 section 5.4: a server may log out after no less than 30 minutes; before the login one minute is plenty. */
const GUEST_MS = 60_000;
const IDLE_MS = 31 * 60_000;
const LINGER_MS = 1000;

/** Bytes to commands. `next` gives the next whole one; undefined until more bytes come. It throws where a client cannot be followed any more. */
export interface Reader<Command> {
  push(chunk: Buffer): void;
  next(): Command | undefined;
}

/** One connection's bytes: commands come in one at a time, answers go out; TLS is put under it in between. */
export class Connection<Command, R extends Reader<Command> = Reader<Command>> {
  readonly #makeReader: (connection: Connection<Command, R>) => R;
  readonly #farewell: string;
  #socket: Socket;
  #reader: R;
  #wake: () => void = () => undefined;
  #ended = false;

  /** `farewell`: the line for a client that was silent for too long. */
  constructor(socket: Socket, makeReader: (connection: Connection<Command, R>) => R, farewell: string) {
    this.#makeReader = makeReader;
    this.#farewell = farewell;
    this.#socket = socket;
    this.#reader = this.#attach(socket, GUEST_MS);
  }

  secure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  /** The next command; undefined when the client is gone. Nothing is read while a command is worked on. */
  async next(): Promise<Command | undefined> {
    for (;;) {
      if (this.#ended) return undefined;
      const command = this.#reader.next();
      if (command) return command;
      await new Promise<void>((wake) => {
        this.#wake = wake;
        this.#socket.resume();
      });
    }
  }

  /** One line of ASCII. */
  line(text: string): void {
    this.write([Buffer.from(`${text}\r\n`, 'latin1')]);
  }

  write(pieces: readonly Buffer[]): void {
    if (this.#ended) return;
    this.#socket.cork();
    for (const piece of pieces) this.#socket.write(piece);
    this.#socket.uncork();
  }

  /** Resolves when the client has taken so much that more can be written without piling up. */
  async drained(): Promise<void> {
    const socket = this.#socket;
    if (!socket.writableNeedDrain || this.#ended) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        socket.off('drain', go).off('close', go);
        resolve();
      };
      socket.on('drain', go).on('close', go);
    });
  }

  /** From the login on a client may be silent for long. Answers what reads its commands. */
  welcome(): R {
    this.#socket.setTimeout(IDLE_MS);
    return this.#reader;
  }

  /** What the client sent ahead of the handshake is never read as a command (RFC 3501 section 6.2.1, RFC 2595 section 4). */
  startTls(context: SecureContext): void {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    plain.setTimeout(0);
    this.#socket = new TLSSocket(plain, { isServer: true, secureContext: context });
    this.#reader = this.#attach(this.#socket, GUEST_MS);
  }

  /** Ends the connection after what was written. */
  close(): void {
    const socket = this.#socket;
    if (this.#ended) return;
    this.#end();
    socket.destroySoon();
    // A client that takes nothing more, or never began the handshake, does not hold the connection.
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once('close', () => clearTimeout(timer));
  }

  drop(): void {
    this.#end();
    this.#socket.destroy();
  }

  #attach(socket: Socket, timeout: number): R {
    const reader = this.#makeReader(this);
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      socket.pause();
      this.#wake();
    });
    socket.on('error', () => this.drop());
    socket.on('close', () => this.#end());
    socket.on('end', () => this.close());
    socket.setTimeout(timeout, () => {
      this.line(this.#farewell);
      this.close();
    });
    return reader;
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }
}
