import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { LIMITS, Secret, type Credential, type Mailbox, type OpenContext, type Stage } from '@mailwright/core';
import type { Sandbox } from '@mailwright/sandbox';
import { imap } from './index.ts';

/** One piece of work at a time, as a session does it. */
export function turns(): OpenContext['turn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

export interface Trial {
  readonly config?: object;
  readonly context?: Partial<OpenContext>;
  readonly credential?: Credential;
  readonly stages?: Stage[];
}

export function context({ context: over = {}, stages }: Trial = {}): OpenContext {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  return {
    signal: new AbortController().signal,
    tls: { ca: [] },
    timeZone: 'Europe/Berlin',
    limits: LIMITS,
    log,
    readOnly: false,
    stage: (stage) => void stages?.push(stage),
    turn: turns(),
    ...over,
  };
}

export const password = (username: string, value: string): Credential => ({ kind: 'password', username, password: new Secret(value) });

export function openAt(port: number, trial: Trial = {}): Promise<Mailbox> {
  const config = imap.config.parse({ host: '127.0.0.1', port, ...trial.config });
  return imap.open(config, trial.credential ?? password('someone@example.test', 'canary-of-the-trial'), context(trial));
}

/** Opens the sandbox as its user does, over TLS. */
export function openSandbox({ imap: { tlsPort }, user, caPem }: Sandbox, trial: Trial = {}): Promise<Mailbox> {
  return openAt(tlsPort, {
    credential: password(user.address, user.password),
    ...trial,
    context: { tls: { ca: [caPem] }, ...trial.context },
  });
}

/** A server that says what a test makes it say. `received` holds every byte that came. */
export interface Scripted extends AsyncDisposable {
  readonly port: number;
  received(): string;
  connections(): number;
}

/** `answer` gets each line without its end, and the socket; the greeting is sent first unless it is empty. */
export async function scripted(greeting: string, answer: (line: string, socket: Socket) => string | undefined): Promise<Scripted> {
  let received = '';
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    if (greeting !== '') socket.write(greeting);
    let held = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      held += chunk.toString('latin1');
      for (let end = held.indexOf('\r\n'); end !== -1; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        const said = answer(line, socket);
        if (said !== undefined && !socket.destroyed) socket.write(said);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An honest server for what a test does not care about. */
export function honest(line: string, { capabilities = '' } = {}): string {
  const [tag = '', command = ''] = line.split(' ');
  const name = command.toUpperCase();
  if (name === 'CAPABILITY') return `* CAPABILITY IMAP4rev1 ${capabilities}\r\n${tag} OK done\r\n`;
  if (name === 'NAMESPACE') return `* NAMESPACE (("" "/")) NIL NIL\r\n${tag} OK done\r\n`;
  if (name === 'LIST') return `* LIST (\\HasNoChildren) "/" INBOX\r\n${tag} OK done\r\n`;
  if (name === 'SELECT') return `* 1 EXISTS\r\n* OK [UIDVALIDITY 7] yes\r\n${tag} OK [READ-WRITE] done\r\n`;
  if (name === 'LOGOUT') return `* BYE bye\r\n${tag} OK done\r\n`;
  return `${tag} OK done\r\n`;
}

/** Waits until something is so. */
export async function until(condition: () => boolean, limit = 5000): Promise<void> {
  for (const end = Date.now() + limit; !condition();) {
    if (Date.now() > end) throw new Error(`not within ${limit} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
