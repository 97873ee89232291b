import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { Connection } from '../connection.ts';
import type { FaultHook } from '../fault.ts';
import type { LoginSettings } from '../login.ts';
import type { Account } from '../store/account.ts';
import type { StoredMessage } from '../store/folder.ts';
import { COMMANDS } from './commands.ts';
import { Lines } from './lines.ts';
import { Refusal } from './refusal.ts';

export interface Pop3Settings extends LoginSettings {
  readonly context: SecureContext;
  readonly allowClearText: boolean;
  readonly fault: FaultHook;
  log(line: string): void;
}

/** One POP3 connection (RFC 1939), from its greeting to its end. */
export class Pop3Session {
  readonly settings: Pop3Settings;
  readonly connection: Connection<{ readonly text: string }, Lines>;
  account: Account | undefined;
  /** The user name of USER, until PASS. */
  user: string | undefined;
  /** INBOX as it was at the login: numbers count from one. */
  messages: readonly StoredMessage[] = [];
  /** Numbers that QUIT will erase. */
  readonly marked = new Set<number>();
  ended = false;

  constructor(socket: Socket, settings: Pop3Settings) {
    this.settings = settings;
    this.connection = new Connection(socket, () => new Lines(), '-ERR nothing was heard for too long');
  }

  /** Serves commands one after the other until the client goes; never throws. */
  async serve(): Promise<void> {
    const { connection } = this;
    connection.line('+OK Mailwright sandbox ready');
    try {
      for (let line = await connection.next(); line && !this.ended; line = await connection.next()) await this.#run(line.text);
    } catch (error) {
      connection.line(`-ERR ${said(error)}`);
    }
    connection.close();
  }

  drop(): void {
    this.connection.drop();
  }

  mayLogIn(): boolean {
    return this.connection.secure() || this.settings.allowClearText;
  }

  /** The maildrop is what INBOX holds now. */
  enter(account: Account): void {
    this.account = account;
    this.messages = [...(account.folder('INBOX')?.messages ?? [])];
    this.connection.welcome();
  }

  /** A message that is not marked. */
  message(word: string | undefined): { readonly number: number; readonly message: StoredMessage } {
    const number = /^\d{1,9}$/.test(word ?? '') ? Number(word) : 0;
    const message = this.messages[number - 1];
    if (!message || this.marked.has(number)) throw new Refusal('there is no such message');
    return { number, message };
  }

  /** All of a kind that are not marked, as rows. */
  rows(row: (message: StoredMessage) => string | number): string[] {
    return this.messages.flatMap((message, at) => (this.marked.has(at + 1) ? [] : [`${at + 1} ${row(message)}`]));
  }

  async #run(text: string): Promise<void> {
    const [, word = '', rest = ''] = /^([A-Za-z]*) ?(.*)$/s.exec(text) ?? [];
    const name = word.toUpperCase();
    const { connection, settings } = this;
    settings.log(name);
    const fault = settings.fault(name, 'pop3');
    if (fault === 'drop') return connection.drop();
    if (fault === 'silence') return;
    try {
      if (typeof fault === 'object') throw new Refusal(fault.no);
      const command = COMMANDS.get(name);
      if (!command || command.guest === Boolean(this.account)) throw new Refusal('this is no command now');
      const answer = await command.run(this, rest);
      if (fault === 'do-and-drop') return connection.drop();
      if (answer !== undefined) connection.write(answer);
    } catch (error) {
      connection.line(`-ERR ${said(error)}`);
    }
    await connection.drained();
    if (this.ended) connection.close();
  }
}

function said(error: unknown): string {
  return error instanceof Error ? error.message.replace(/[^ -~]+/g, ' ') : 'error';
}
