import type { Duplex } from 'node:stream';
import { MultiLine } from './framing.ts';

/** Commands on their way where the server takes several at once (RFC 2449 section 6.6). */
const WINDOW = 20;
/** Bytes of a status line: RFC 2449 section 4 allows 512. */
const LONGEST_LINE = 64 * 1024;
/** What is left of an answer that nobody wants any more: up to this many bytes are dropped as they come, for more it is not worth it. */
const DRAINED = 8 * 1024 * 1024;
/** Challenges of one sign-in. */
const CHALLENGES = 5;
const LF = 0x0a;

/** What takes the bytes of an answer. What it gives back is waited for before more is read. */
export type Take = (bytes: Buffer) => void | Promise<void>;

export interface Command {
  /** The word that errors may show; what stands behind it may be a secret. */
  readonly name: string;
  readonly argument?: string;
  /** Takes the lines of a multi-line answer (RFC 1939 section 3). */
  readonly take?: Take;
  /** Neither sent while another is on its way, nor followed by one before its answer. */
  readonly alone?: boolean;
  /** Answers a challenge (RFC 5034). */
  readonly challenge?: (text: string) => string;
}

interface Pending extends Command {
  resolve(words: string): void;
  reject(error: Error): void;
  /** The words of a status line whose other lines are still to come. */
  words: string;
  lines?: MultiLine;
  /** Bytes that are on their way to where they belong. */
  taking?: Promise<unknown>;
  /** Why its bytes are dropped. */
  failure?: Error;
  dropped: number;
  challenges: number;
}

/** An error of the wire, told by its code; errors.ts makes one of ours of it. `words`: what the server said. */
export function wireError(
  code: WireCode,
  message: string,
  more: { readonly words?: string; readonly size?: number; readonly limit?: number } = {},
): Error {
  return Object.assign(new Error(message), { code, ...more });
}
export type WireCode = 'REFUSED' | 'UNEXPECTED' | 'UNASKED' | 'INJECTED' | 'SILENT' | 'UNSENDABLE' | 'CLOSED' | 'TOO_LONG' | 'TOO_LARGE';

/**
 * One connection: a queue of commands, answers matched in order, several on their way where the server allows it. It never throws at
 * anybody but those who wait for an answer: whatever goes wrong breaks the connection.
 */
export class Wire {
  readonly #socket: Duplex;
  readonly #queue: Pending[] = [];
  readonly #sent: Pending[] = [];
  readonly #idle: NodeJS.Timeout;
  #line: Buffer[] = [];
  #lineLength = 0;
  #held = 0;
  #flushing = false;
  /** The last command asked for the handshake: not a byte may follow its answer. */
  #handingOver = false;
  /** Several commands at once. */
  pipelining = false;
  /** Why the connection is broken. */
  failure: Error | undefined;

  /** `idle`: milliseconds of silence that an answer may take. */
  constructor(socket: Duplex, idle: number) {
    this.#socket = socket;
    this.#idle = setTimeout(() => this.#silent(), idle).unref();
    socket.on('data', this.#hear).on('error', this.#broken).on('end', this.#gone).on('close', this.#gone);
  }

  get open(): boolean {
    return this.failure === undefined;
  }

  /** What the server says first. */
  greeting(): Promise<string> {
    return new Promise((resolve, reject) => this.#sent.push(pending({ name: 'greeting' }, resolve, reject)));
  }

  /** Sends a command in its turn. Answers the words of its status line, once the whole answer was taken. Rejects with the words of a `-ERR`. */
  ask(command: Command): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    if (this.failure) reject(this.failure);
    // oxlint-disable-next-line no-control-regex -- what would begin another command
    else if (/[\r\n\u0000]/.test(command.argument ?? '')) reject(wireError('UNSENDABLE', `a line break in ${command.name}`));
    else {
      this.#queue.push(pending(command, resolve, reject));
      this.#flushSoon();
    }
    return promise;
  }

  /** The socket for the handshake, after the answer to STLS. Throws where something was slipped in behind that answer. */
  handOver(): Duplex {
    if (this.failure) throw this.failure;
    const socket = this.#socket.off('data', this.#hear).off('error', this.#broken).off('end', this.#gone).off('close', this.#gone);
    clearTimeout(this.#idle);
    this.failure = wireError('CLOSED', 'the connection goes on encrypted');
    return socket.pause();
  }

  /** Breaks the connection: everything that waits fails with this error. */
  close(error: Error = wireError('CLOSED', 'the connection was closed')): void {
    if (this.failure) return;
    this.failure = error;
    clearTimeout(this.#idle);
    this.#socket.destroy();
    for (const one of [...this.#sent.splice(0), ...this.#queue.splice(0)]) one.reject(one.failure ?? error);
  }

  readonly #broken = (error: Error): void => this.close(error);
  readonly #gone = (): void => this.close(wireError('CLOSED', 'the server closed the connection'));

  #silent(): void {
    if (this.#sent.length > 0 && this.#held === 0) this.close(wireError('SILENT', 'the server is silent'));
  }

  /** Commands that are asked for together go out together. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    let lines = '';
    for (let next = this.#queue[0]; next && this.open && this.#mayGo(next); next = this.#queue[0]) {
      this.#queue.shift();
      this.#sent.push(next);
      this.#handingOver ||= next.name === 'STLS';
      lines += `${next.argument === undefined ? next.name : `${next.name} ${next.argument}`}\r\n`;
    }
    if (lines === '') return;
    this.#idle.refresh();
    this.#socket.write(lines);
  }

  #mayGo({ alone }: Pending): boolean {
    if (this.#sent.length === 0) return true;
    return this.pipelining && !alone && !this.#sent.at(-1)?.alone && this.#sent.length < WINDOW;
  }

  readonly #hear = (chunk: Buffer): void => {
    if (!this.open) return;
    this.#idle.refresh();
    for (let at = 0; at < chunk.length && this.open;) {
      const [current] = this.#sent;
      if (!current) return this.close(this.#unasked());
      at = current.lines ? this.#more(current, current.lines, chunk, at) : this.#status(current, chunk, at);
    }
    this.#flush();
  };

  #unasked(): Error {
    if (this.#handingOver) return wireError('INJECTED', 'bytes were slipped in between STLS and the handshake');
    return wireError('UNASKED', 'it says something that nobody asked for');
  }

  #more(current: Pending, lines: MultiLine, chunk: Buffer, at: number): number {
    const end = lines.feed(chunk, at);
    if (end === -1) return chunk.length;
    this.#finish(current);
    return end;
  }

  /** A status line, or its beginning, which is held until the rest comes. */
  #status(current: Pending, chunk: Buffer, at: number): number {
    const end = chunk.indexOf(LF, at);
    const piece = chunk.subarray(at, end === -1 ? chunk.length : end);
    this.#line.push(piece);
    this.#lineLength += piece.length;
    if (this.#lineLength > LONGEST_LINE) this.close(wireError('TOO_LONG', 'a line of its answer has no end'));
    if (end === -1 || !this.open) return chunk.length;
    const line = Buffer.concat(this.#line).toString('utf8').replace(/\r$/, '');
    this.#line = [];
    this.#lineLength = 0;
    this.#hearLine(current, line);
    return end + 1;
  }

  #hearLine(current: Pending, line: string): void {
    const [, sign, words = ''] = /^(\+OK|-ERR|\+)(?: +(.*)|)$/is.exec(line) ?? [];
    const { name, take, challenge } = current;
    if (sign === '+' && challenge && current.challenges++ < CHALLENGES) this.#socket.write(`${challenge(words)}\r\n`);
    else if (sign === undefined || sign === '+') this.close(wireError('UNEXPECTED', `its answer to ${name} is none of POP3`));
    else if (sign.toUpperCase() === '-ERR') {
      this.#sent.shift();
      current.reject(wireError('REFUSED', `${name} was refused`, { words: words.trim() }));
    } else {
      current.words = words.trim();
      if (take) current.lines = new MultiLine((bytes) => this.#give(current, take, bytes));
      else this.#finish(current);
    }
  }

  #finish(current: Pending): void {
    this.#sent.shift();
    const settle = () => (current.failure ? current.reject(current.failure) : current.resolve(current.words));
    if (current.taking) void current.taking.then(settle);
    else settle();
  }

  #give(current: Pending, take: Take, bytes: Buffer): void {
    if (current.failure) return this.#drop(current, bytes.length);
    try {
      const taking = take(bytes);
      if (taking) this.#hold(current, taking);
    } catch (error) {
      current.failure = error as Error;
    }
  }

  /** There is no way to stop an answer: what is left of it goes by, unless that is too much. */
  #drop(current: Pending, bytes: number): void {
    current.dropped += bytes;
    if (current.dropped > DRAINED) this.close(current.failure);
  }

  /** Nothing is read before the bytes are where they belong. */
  #hold(current: Pending, taking: Promise<void>): void {
    if (this.#held++ === 0) this.#socket.pause();
    const go = () => {
      if (--this.#held > 0 || !this.open) return;
      this.#idle.refresh();
      this.#socket.resume();
    };
    const taken = taking
      .catch((error: unknown) => {
        current.failure ??= error as Error;
      })
      .finally(go);
    current.taking = current.taking ? Promise.all([current.taking, taken]) : taken;
  }
}

function pending(command: Command, resolve: (words: string) => void, reject: (error: Error) => void): Pending {
  return { ...command, resolve, reject, words: '', dropped: 0, challenges: 0 };
}
