import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
import { standardSeed, type Seed } from './seed.ts';

/** The sample mail as it stands in the repository: tests run on sources, which have no copy beside them. */
export const SEED: Seed = standardSeed(join(import.meta.dirname, '..', '..', '..', 'fixtures'));
export const PASSWORD = 'dialog-password';
const USER = { address: 'demo@example.test', password: PASSWORD };

export const start = (options: SandboxOptions = {}): Promise<Sandbox> =>
  startSandbox({ seed: SEED, users: [USER], allowClearText: true, ...options });

export interface Answer {
  readonly status: string;
  readonly text: string;
  /** Untagged answers without `* `, literals in place, one character per byte. */
  readonly untagged: readonly string[];
}

const LIMIT_MS = 10_000;

/** A client that says exactly what a test tells it to, and checks nothing. */
export class Dialog implements Disposable {
  readonly #socket: Socket;
  #buffer = Buffer.alloc(0);
  #wake = () => {};
  #tags = 0;
  closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** Connected, the greeting read. */
  static async open({ imap }: Sandbox): Promise<Dialog> {
    const dialog = new Dialog(connect(imap.port, '127.0.0.1'));
    await dialog.line();
    return dialog;
  }

  /** Logged in, with a folder open. */
  static async in(sandbox: Sandbox, folder = 'INBOX'): Promise<Dialog> {
    const dialog = await Dialog.open(sandbox);
    await dialog.ask(`LOGIN ${sandbox.user.address} ${PASSWORD}`);
    await dialog.ask(`SELECT ${folder}`);
    return dialog;
  }

  write(bytes: string | Buffer): void {
    this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** One command to its tagged answer. A Buffer among the pieces is sent as a literal that waits for the server. */
  async ask(...pieces: readonly (string | Buffer)[]): Promise<Answer> {
    const tag = `t${++this.#tags}`;
    const untagged: string[] = [];
    this.write(`${tag} `);
    for (const piece of pieces) {
      if (typeof piece === 'string') this.write(Buffer.from(piece));
      else {
        this.write(`{${piece.length}}\r\n`);
        const line = await this.line();
        if (!line.startsWith('+')) return { status: line.split(' ')[1] ?? '', text: line, untagged };
        this.write(piece);
      }
    }
    this.write('\r\n');
    for (;;) {
      const line = await this.line();
      if (line.startsWith('* ')) untagged.push(line.slice(2));
      else if (line.startsWith(`${tag} `)) {
        const [, status = '', text = ''] = /^\S+ (\S+) (.*)$/s.exec(line) ?? [];
        return { status, text, untagged };
      } else throw new Error(`unexpected: ${line}`);
    }
  }

  /** The next whole answer, its literals included. */
  async line(): Promise<string> {
    let text = '';
    for (;;) {
      const part = await this.#take(() => this.#buffer.indexOf('\r\n') + 2 || -1);
      const literal = /\{(\d+)\}\r\n$/.exec(part.toString('latin1'));
      text += part.toString('latin1');
      if (!literal) return text.slice(0, -2);
      text += (await this.#take(() => Number(literal[1]))).toString('latin1');
    }
  }

  /** Resolves when the server has closed the connection; gives what it said last. */
  async end(): Promise<string> {
    while (!this.closed) await this.#more();
    return this.#buffer.toString('latin1');
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #take(length: () => number): Promise<Buffer> {
    while (length() < 0 || this.#buffer.length < length()) {
      if (this.closed) throw new Error(`the connection is closed; left: ${this.#buffer.toString('latin1')}`);
      await this.#more();
    }
    const taken = this.#buffer.subarray(0, length());
    this.#buffer = this.#buffer.subarray(taken.length);
    return taken;
  }

  #more(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing came; so far: ${this.#buffer.toString('latin1')}`)), LIMIT_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Waits for a condition, no longer than ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error('the condition did not come true');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The mails of a folder of the seed, in order. */
export const mailsIn = (folder: string) => SEED.messages.filter((message) => message.folder === folder);
