import { EmailError, type OpenContext, type Phrase, type ServerAddress } from '@mailwright/core';
import { limited } from '@mailwright/network';
import type { Client, CommandOptions } from './client.ts';
import { toEmailError, responseCode } from './errors.ts';
import { codeOf, isList, string, wordOf, type Response, type Token } from './response.ts';

/** The folder that the server has open for us. */
export interface Selected {
  readonly listed: string;
  readonly uidValidity: string;
  /** Messages in it, as far as the server has told. */
  exists: number;
  /** How often the server told of messages that came, and when the folder was opened: together they say whether there is news. */
  arrivals: number;
  readonly opened: number;
  readonly permanentFlags: ReadonlySet<string>;
  /** The server said so; always true of a session that changes nothing. */
  readonly readOnly: boolean;
}

/**
 * What is said to the server, in turns: one turn is one conversation (select, then act), has one total deadline, and never holds
 * another. When the deadline passes or the session is stopped, the connection is closed: nothing less ends a command of IMAP.
 */
export class Conversation {
  readonly #client: Client;
  readonly #ctx: OpenContext;
  readonly #address: ServerAddress;
  #selected: Selected | undefined;
  #openings = 0;

  constructor(client: Client, ctx: OpenContext, address: ServerAddress) {
    this.#client = client;
    this.#ctx = ctx;
    this.#address = address;
  }

  get client(): Client {
    return this.#client;
  }

  get ctx(): OpenContext {
    return this.#ctx;
  }

  alive(): boolean {
    return this.#client.usable && !this.#client.isClosed;
  }

  has(capability: string): boolean {
    return this.#client.capabilities.has(capability);
  }

  /** One turn. `what` says for errors what is being done; `ms` is its total deadline. */
  turn<T>(what: Phrase, ms: number, work: () => Promise<T>): Promise<T> {
    return this.#ctx.turn(async () => {
      if (this.#ctx.signal.aborted) throw new EmailError('automation.cancelled', {});
      if (!this.alive()) throw new EmailError('connection.lost', { host: this.#address.host });
      const { signal } = this.#ctx;
      try {
        return await limited(work, { address: this.#address, what, ms, signal, close: () => this.#client.close() });
      } catch (error) {
        throw this.#explain(error, what, ms);
      }
    });
  }

  command(name: string, attributes: readonly Token[] = [], options: CommandOptions = {}): Promise<Response> {
    const counters = this.#counters();
    const untagged = { ...counters };
    for (const [answer, hear] of Object.entries(options.untagged ?? {}))
      untagged[answer] = (response) => {
        counters[answer]?.(response);
        hear(response);
      };
    return this.#client.command(name, attributes, { ...options, untagged });
  }

  /** A command that names another folder than the open one. Errors: `folder.not_found`. */
  async commandInto(path: string, name: string, attributes: readonly Token[], options: CommandOptions): Promise<Response> {
    try {
      return await this.command(name, attributes, options);
    } catch (error) {
      throw folderGone(error, path) ?? error;
    }
  }

  /** Opens a folder unless it is open. `listed`: its name on the wire. Errors: `folder.changed` if its numbers are not those of `uidValidity`. */
  async select(listed: string, path: string, uidValidity?: string): Promise<Selected> {
    if (this.#selected?.listed !== listed) this.#selected = await this.#open(listed, path);
    if (uidValidity !== undefined && this.#selected.uidValidity !== uidValidity) throw new EmailError('folder.changed', { folder: path });
    return this.#selected;
  }

  /** Like `select`, and what arrived meanwhile is seen. */
  async selectFresh(listed: string, path: string): Promise<Selected> {
    if (this.#selected?.listed === listed) await this.command('NOOP');
    return this.select(listed, path);
  }

  async #open(listed: string, path: string): Promise<Selected> {
    const found = { uidValidity: '0', exists: 0, arrivals: 0, opened: ++this.#openings, permanentFlags: new Set<string>() };
    const untagged = {
      OK: (response: Response) => {
        found.uidValidity = wordOf(codeOf(response, 'UIDVALIDITY')?.[1]) ?? found.uidValidity;
        const flags = codeOf(response, 'PERMANENTFLAGS')?.[1];
        if (isList(flags)) found.permanentFlags = new Set(flags.map((flag) => wordOf(flag) ?? ''));
      },
      EXISTS: ({ command }: Response) => {
        found.exists = Number(command);
      },
    };
    this.#selected = undefined;
    try {
      const opened = await this.#client.command(this.#ctx.readOnly ? 'EXAMINE' : 'SELECT', [string(listed)], { untagged });
      return { listed, ...found, readOnly: codeOf(opened, 'READ-ONLY') !== undefined };
    } catch (error) {
      throw folderGone(error, path) ?? error;
    }
  }

  /** Keeps the number of messages right while other answers come. */
  #counters(): Record<string, (response: Response) => void> {
    const selected = this.#selected;
    if (!selected) return {};
    return {
      EXISTS: ({ command }) => {
        if (Number(command) > selected.exists) selected.arrivals++;
        selected.exists = Number(command);
      },
      EXPUNGE: () => void (selected.exists = Math.max(0, selected.exists - 1)),
    };
  }

  /**
   * Waits within a turn for the server to speak (IDLE, RFC 2177): until `enough`, the signal, or `ms` are over. Whatever it says meanwhile
   * is heard as in any command.
   */
  async idle(signal: AbortSignal, ms: number, enough: () => boolean): Promise<void> {
    let [ready, over] = [false, false];
    const end = () => {
      over = true;
      if (!ready) return;
      ready = false;
      this.#client.writeLine('DONE');
    };
    const heard = () => enough() && end();
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) over = true;
    const begun = async () => {
      ready = true;
      if (over) end();
    };
    try {
      await this.command('IDLE', [], { untagged: { EXISTS: heard }, onPlusTag: begun });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }

  #explain(error: unknown, what: Phrase, ms: number): EmailError {
    const doing = { address: this.#address, what, seconds: Math.ceil(ms / 1000) };
    const explained = toEmailError(error, doing);
    // A connection that we closed for cause (an answer without end) is not one that got lost.
    return explained.code === 'connection.lost' && this.#client.failure ? toEmailError(this.#client.failure, doing) : explained;
  }
}

function folderGone(error: unknown, path: string): EmailError | undefined {
  if (!['NONEXISTENT', 'TRYCREATE'].includes(responseCode(error) ?? '')) return undefined;
  return new EmailError('folder.not_found', { folder: path, similar: [] }, { cause: error });
}
