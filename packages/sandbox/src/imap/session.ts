import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { FaultHook } from '../fault.ts';
import type { Account } from '../store/account.ts';
import type { MailFolder } from '../store/folder.ts';
import type { Store } from '../store/store.ts';
import { COMMANDS, type Need } from './commands.ts';
import { offered, offers, type Extensions } from './extensions.ts';
import type { RawCommand } from './line-reader.ts';
import { View } from './view.ts';
import { Wire } from './wire.ts';
import { Malformed, No, parseWords } from './words.ts';

export interface ServerSettings {
  readonly store: Store;
  readonly context: SecureContext;
  readonly extensions: Extensions;
  readonly allowClearText: boolean;
  readonly acceptToken: ((address: string, token: string) => boolean) | undefined;
  readonly fault: FaultHook;
  log(line: string): void;
}

const LARGEST_LITERAL = 100 * 1024 * 1024;

/** One IMAP connection (RFC 3501), from its greeting to its end. */
export class Session {
  readonly settings: ServerSettings;
  readonly wire: Wire;
  account: Account | undefined;
  view: View | undefined;
  /** While IDLE goes on, changes are told at once. */
  idling = false;
  ended = false;

  constructor(socket: Socket, settings: ServerSettings) {
    this.settings = settings;
    this.wire = new Wire(socket, settings.extensions.literals ?? '+');
  }

  /** Serves commands one after the other until the client goes; never throws. */
  async serve(): Promise<void> {
    this.wire.line(`* OK [CAPABILITY ${this.capabilities()}] Mailwright sandbox ready`);
    try {
      for (let command = await this.wire.next(); command && !this.ended; command = await this.wire.next()) await this.#run(command);
    } catch (error) {
      this.wire.line(`* BYE ${said(error)}`);
    }
    this.view?.close();
    this.wire.close();
  }

  drop(): void {
    this.wire.drop();
  }

  mayLogIn(): boolean {
    return this.wire.secure() || this.settings.allowClearText;
  }

  capabilities(): string {
    const signIn = ['AUTH=PLAIN', ...(this.settings.acceptToken ? ['AUTH=XOAUTH2', 'AUTH=OAUTHBEARER'] : [])];
    return [
      'IMAP4rev1',
      ...offered(this.settings.extensions),
      ...(this.wire.secure() ? [] : ['STARTTLS']),
      ...(this.mayLogIn() ? signIn : ['LOGINDISABLED']),
    ].join(' ');
  }

  enter(account: Account): void {
    this.account = account;
    this.wire.trust(LARGEST_LITERAL);
  }

  select(folder: MailFolder | undefined, readOnly = false): View | undefined {
    this.view?.close();
    const changed = () => this.idling && this.view?.tell(this.wire, true);
    const deleted = () => {
      this.wire.line('* BYE the folder was deleted');
      this.wire.close();
    };
    return (this.view = folder && new View(folder, readOnly, changed, deleted));
  }

  async #run(command: RawCommand): Promise<void> {
    const { tag, name, rest } = split(command.text);
    this.settings.log(name);
    const fault = this.settings.fault(name, 'imap');
    if (fault === 'drop') return this.wire.drop();
    if (fault === 'silence') return;
    try {
      if (typeof fault === 'object') throw new No(fault.no);
      if (command.refusal !== undefined) throw new No(command.refusal);
      const done = await this.#handle(tag, name, rest, command.literals);
      if (fault === 'do-and-drop') return this.wire.drop();
      if (done !== undefined) this.wire.line(`${tag} OK ${done || `${name} done`}`);
    } catch (error) {
      const answer = error instanceof No ? 'NO' : error instanceof Malformed ? 'BAD' : 'NO [SERVERBUG]';
      this.wire.line(`${tag} ${answer} ${said(error)}`);
    }
    await this.wire.drained();
  }

  async #handle(tag: string, name: string, rest: string, literals: readonly Buffer[]): Promise<string | undefined> {
    const handler = tag === '*' ? undefined : COMMANDS.get(name);
    const { extension } = handler ?? {};
    if (!handler || (extension && !offers(this.settings.extensions, extension))) throw new Malformed('this is no command');
    this.#check(handler.needs);
    const done = await handler.run(this, parseWords(rest, literals), tag);
    if (done !== undefined) this.view?.tell(this.wire, !/^(FETCH|STORE|SEARCH)$/.test(name));
    return done;
  }

  #check(needs: Need): void {
    if (needs === 'guest' && this.account) throw new Malformed('you are logged in already');
    if ((needs === 'login' || needs === 'folder') && !this.account) throw new Malformed('log in first');
    if (needs === 'folder' && !this.view) throw new Malformed('select a folder first');
  }
}

/** Tag, name and the rest of a command; the tag of one that has none is `*` (RFC 3501 section 7.1.3). */
function split(text: string): { tag: string; name: string; rest: string } {
  // oxlint-disable-next-line no-control-regex -- what a tag cannot hold
  const [, tag = '*', name = '', rest = ''] = /^([^\u0000-\u0020(){%*"\\+]+) (UID [^ ]+|[^ ]+)(?: ([\s\S]*))?$/i.exec(text) ?? [];
  return { tag, name: name.toUpperCase(), rest };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message.replace(/[^ -~]+/g, ' ') : 'error';
}
