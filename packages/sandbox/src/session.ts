import type { Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import { COMMANDS } from './commands.ts';
import { Malformed, No, parseWords, type Word } from './command.ts';
import { LineReader, type RawCommand } from './line-reader.ts';
import { structureOf } from './describe.ts';
import type { Account, Change, MailFolder, Store, StoredMessage } from './store.ts';
import { write, atom, type Value } from './wire-text.ts';

/** Which extensions the server offers; all unless switched off. */
export interface Extensions {
  readonly move?: boolean;
  readonly uidplus?: boolean;
  readonly specialUse?: boolean;
  readonly idle?: boolean;
}
/** What a fault hook may do to a command: drop the connection, say nothing, or refuse with these words. */
export type Fault = 'drop' | 'silence' | { readonly no: string };
export interface ServerSettings {
  readonly store: Store;
  readonly context: SecureContext;
  readonly extensions: Extensions;
  readonly allowClearText: boolean;
  fault(command: string): Fault | undefined;
  log(line: string): void;
}

/** One IMAP connection (RFC 3501). */
export class Session {
  readonly settings: ServerSettings;
  #socket: Socket;
  #reader: LineReader;
  #queue: Promise<void> = Promise.resolve();
  #changes: Change[] = [];
  #stopListening = () => {};
  #uids: number[] = [];
  account: Account | undefined;
  folder: MailFolder | undefined;
  readOnly = false;
  /** Ends IDLE; set while it goes on. */
  endIdle: (() => void) | undefined;
  /** Takes the next line of a client that answers a challenge. */
  onLine: ((line: string) => void) | undefined;

  constructor(socket: Socket, settings: ServerSettings) {
    this.settings = settings;
    this.#socket = socket;
    this.#reader = this.#listen(socket);
    this.send(`* OK [CAPABILITY ${this.capabilities()}] Mailwright sandbox ready`);
  }

  secure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  mayLogIn(): boolean {
    return this.secure() || this.settings.allowClearText;
  }

  capabilities(): string {
    const { move = true, uidplus = true, specialUse = true, idle = true } = this.settings.extensions;
    const words = ['IMAP4rev1', 'LITERAL+', 'ID', 'NAMESPACE', 'UNSELECT', 'ENABLE', 'SASL-IR'];
    if (!this.secure()) words.push('STARTTLS');
    words.push(this.mayLogIn() ? 'AUTH=PLAIN' : 'LOGINDISABLED');
    if (move) words.push('MOVE');
    if (uidplus) words.push('UIDPLUS');
    if (specialUse) words.push('SPECIAL-USE');
    if (idle) words.push('IDLE');
    return words.join(' ');
  }

  send(line: string): void {
    this.#socket.write(`${line}\r\n`, 'latin1');
  }

  /** An untagged answer made of values. */
  answer(head: string, ...values: Value[]): void {
    this.#socket.write(
      Buffer.concat([Buffer.from(`* ${head}`), ...values.flatMap((value) => [Buffer.from(' '), write(value)]), Buffer.from('\r\n')]),
    );
  }

  close(): void {
    this.#stopListening();
    this.#socket.destroySoon();
  }

  drop(): void {
    this.#stopListening();
    this.#socket.destroy();
  }

  /** The socket goes on inside TLS. What the client sent ahead of the handshake is not read as a command. */
  startTls(): void {
    this.#reader.clear();
    this.#socket.removeAllListeners('data');
    this.#socket = new TLSSocket(this.#socket, { isServer: true, secureContext: this.settings.context });
    this.#reader = this.#listen(this.#socket);
  }

  #listen(socket: Socket): LineReader {
    const reader = new LineReader(() => this.send('+ go on'));
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk);
        for (let command = reader.next(); command; command = reader.next()) this.#take(command);
      } catch (error) {
        this.send(`* BYE ${error instanceof Error ? error.message : 'error'}`);
        this.close();
      }
    });
    socket.on('error', () => this.drop());
    socket.on('close', () => this.#stopListening());
    return reader;
  }

  #take(command: RawCommand): void {
    if (this.endIdle && /^done$/i.test(command.text)) return this.endIdle();
    if (this.onLine) return this.onLine(command.text);
    this.#queue = this.#queue.then(() => this.#run(command)).catch(() => this.drop());
  }

  async #run({ text, literals }: RawCommand): Promise<void> {
    const [, tag = '*', name = '', rest = ''] = /^([^ ]+) (UID [a-z]+|[a-z]+)(?: ([\s\S]*))?$/i.exec(text) ?? [];
    const command = name.toUpperCase();
    this.settings.log(command);
    const fault = this.settings.fault(command);
    if (fault === 'drop') return this.drop();
    if (fault === 'silence') return;
    try {
      if (fault) throw new No(fault.no);
      const handler = COMMANDS.get(command);
      if (!handler) throw new Malformed(`unknown command ${command}`);
      if (handler.needs !== 'nothing' && !this.account) throw new Malformed('log in first');
      if (handler.needs === 'folder' && !this.folder) throw new Malformed('select a folder first');
      const words: readonly Word[] = parseWords(rest, literals);
      const said = await handler.run(this, words, tag);
      if (said === undefined) return;
      if (!/^(UID )?(FETCH|STORE|SEARCH)$/.test(command) || command.startsWith('UID')) this.tellChanges();
      this.send(`${tag} OK ${said || `${command} done`}`);
    } catch (error) {
      const refused = error instanceof No ? 'NO' : 'BAD';
      this.send(`${tag} ${refused} ${error instanceof Error ? error.message.replace(/[\r\n]/g, ' ') : 'error'}`);
    }
  }

  select(folder: MailFolder | undefined, readOnly = false): void {
    this.#stopListening();
    this.folder = folder;
    this.readOnly = readOnly;
    this.#changes = [];
    this.#uids = folder?.messages.map(({ uid }) => uid) ?? [];
    if (!folder) return;
    const listen = (change: Change, by: object) => {
      if (by === this && change.kind === 'flags') return;
      this.#changes.push(change);
      if (this.endIdle) this.tellChanges();
    };
    folder.changes.on('change', listen);
    this.#stopListening = () => folder.changes.off('change', listen);
  }

  /** What others did to the folder, told where the client expects it (RFC 3501 section 7.4.1). */
  tellChanges(): void {
    const changes = this.#changes.splice(0);
    for (const change of changes) {
      if (change.kind !== 'gone') continue;
      const at = this.#uids.indexOf(change.uid);
      if (at >= 0) this.send(`* ${at + 1} EXPUNGE`);
      if (at >= 0) this.#uids.splice(at, 1);
    }
    if (changes.some(({ kind }) => kind === 'exists')) {
      this.#uids = this.folder?.messages.map(({ uid }) => uid) ?? [];
      this.send(`* ${this.#uids.length} EXISTS`);
    }
    for (const change of changes) {
      const message = change.kind === 'flags' ? this.messages().find(({ uid }) => uid === change.uid) : undefined;
      if (message)
        this.answer(`${this.#uids.indexOf(message.uid) + 1} FETCH`, [
          atom('FLAGS'),
          [...message.flags].map(atom),
          atom('UID'),
          message.uid,
        ]);
    }
  }

  /** The messages as this session numbers them: those that it was told of and that are still there. */
  messages(): readonly StoredMessage[] {
    const there = new Map(this.folder?.messages.map((message) => [message.uid, message]));
    return this.#uids.flatMap((uid) => there.get(uid) ?? []);
  }

  numberOf(uid: number): number {
    return this.#uids.indexOf(uid) + 1;
  }

  uids(): readonly number[] {
    return this.#uids;
  }

  structure(message: StoredMessage) {
    return structureOf(message.raw);
  }
}
