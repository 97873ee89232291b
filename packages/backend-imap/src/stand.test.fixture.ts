import type { Mailbox, MailboxFeatures, MessageRef } from '@mailwright/core';
import { startSandbox, type Account, type Extensions, type Fault, type Sandbox } from '@mailwright/sandbox';
import { collect, openSandbox, password, type Trial } from './trial.test.fixture.ts';

export type Full = Mailbox & Required<Omit<MailboxFeatures, 'send'>>;

/** A user of a sandbox, alone with the mail of one test. */
export interface Stand extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly account: Account;
  readonly mailbox: Full;
  /** Commands as the server heard them. */
  readonly heard: string[];
  open(trial?: Trial): Promise<Full>;
  refs(folder?: string): Promise<MessageRef[]>;
  /** Flags by UID, as the server has them. */
  flags(folder: string): Record<number, string>;
  count(folder: string): number;
  /** Somebody else marks a message of INBOX. */
  flag(uid: number, flag: string): void;
}

export interface StandOptions {
  readonly extensions?: Extensions;
  readonly trial?: Trial;
  /** How many small mails are in INBOX, or the mails themselves. */
  readonly mails?: number | readonly Buffer[];
}

interface Server {
  readonly sandbox: Sandbox;
  readonly heard: string[];
  fault: (command: string) => Fault | undefined;
}

// Making certificates takes a while: one server for each set of extensions, one user for each test.
const servers = new Map<string, Promise<Server>>();
let users = 0;
let current: Server | undefined;

async function serverWith(extensions: Extensions): Promise<Server> {
  const heard: string[] = [];
  const server: Omit<Server, 'sandbox'> = { heard, fault: () => undefined };
  const log = (line: string) => void heard.push(line);
  const sandbox = await startSandbox({ seed: false, extensions, log, fault: (command) => server.fault(command) });
  return Object.assign(server, { sandbox });
}

/** What the server of the current test does to a command. */
export function onCommand(fault: (command: string) => Fault | undefined): void {
  if (current) current.fault = fault;
}

export async function closeStands(): Promise<void> {
  for (const server of servers.values()) await (await server).sandbox.close();
  servers.clear();
}

export const smallMail = (n: number): Buffer =>
  Buffer.from(`From: a@example.test\r\nTo: b@example.test\r\nSubject: mail ${n}\r\nMessage-ID: <${n}@example.test>\r\n\r\nbody ${n}\r\n`);

export async function stand({ extensions = {}, trial = {}, mails = 6 }: StandOptions = {}): Promise<Stand> {
  const key = JSON.stringify(extensions);
  let starting = servers.get(key);
  if (!starting) servers.set(key, (starting = serverWith(extensions)));
  const server = (current = await starting);
  const { sandbox, heard } = server;
  const address = `user${++users}@example.test`;
  const account = sandbox.store.addAccount(address, 'stand-password');
  for (const name of ['Sent', 'Drafts', 'Trash', 'Junk', 'Archive']) account.create(name, `\\${name}`);
  account.create('Done');
  const raws = typeof mails === 'number' ? Array.from({ length: mails }, (_, n) => smallMail(n + 1)) : mails;
  for (const raw of raws) account.folder('INBOX')?.add(raw);
  const open = async (over: Trial = {}) =>
    (await openSandbox(sandbox, { credential: password(address, 'stand-password'), ...trial, ...over })) as Full;
  const mailbox = await open();
  heard.length = 0;
  return {
    sandbox,
    account,
    mailbox,
    heard,
    open,
    refs: async (path = 'INBOX') => (await collect(mailbox.search({ folder: path }))).map(({ ref }) => ref),
    flags: (path) => Object.fromEntries((account.folder(path)?.messages ?? []).map(({ uid, flags }) => [uid, [...flags].sort().join(' ')])),
    flag(uid, flag) {
      const inbox = account.folder('INBOX');
      const message = inbox?.messages.find((one) => one.uid === uid);
      if (message) inbox?.setFlags(message, [...message.flags, flag]);
    },
    count: (path) => account.folder(path)?.messages.length ?? 0,
    async [Symbol.asyncDispose]() {
      server.fault = () => undefined;
      await mailbox[Symbol.asyncDispose]();
    },
  };
}
