// A process of its own that does one thing to a hostile server and tells how it ended: how far it grew can be measured here alone.
import { readFileSync, writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { createEmail, memoryVault, type Email } from './index.ts';

export interface Order {
  readonly port: number;
  readonly protocol: 'imap' | 'pop3' | 'smtp';
  readonly security: 'none' | 'starttls';
  readonly verb: 'connect' | 'search' | 'read' | 'move' | 'send';
  readonly password: string;
  /** Milliseconds that the client waits for an answer. */
  readonly patience: number;
  /** The library alone, as its manual shows it: the negative control. */
  readonly bare: boolean;
}
export interface Told {
  readonly code: string;
  readonly ms: number;
  /** Bytes of memory at the peak beyond what the process had before; undefined where the system does not tell. */
  readonly growth?: number;
  /** All that the process would show: errors with stacks, the log. */
  readonly shown: string;
}

/** Bytes, small enough for tests. */
const LARGEST = 8 * 1024 * 1024;

async function attempt(order: Order): Promise<Told> {
  const shown: string[] = [];
  const note = (text: unknown, details?: object) => void shown.push(`${inspect(text, { depth: 8 })} ${JSON.stringify(details)}`);
  const log = { debug: note, info: note, warn: note };
  const { patience } = order;
  const limits = {
    connect: patience,
    command: patience,
    search: patience,
    read: patience,
    send: patience,
    idle: patience / 4,
    largestMessage: LARGEST,
  };
  const email = createEmail({ vaults: [memoryVault('v', { password: order.password })], limits, log });
  resetPeak();
  const before = memory('VmRSS');
  const began = performance.now();
  let code = 'ok';
  try {
    await (order.bare ? bare(order) : act(email, order));
  } catch (error) {
    code = (error as { code?: string }).code ?? 'unknown';
    shown.push(inspect(error, { depth: 8, showHidden: true }), JSON.stringify(error), String((error as Error).stack));
  }
  const ms = performance.now() - began;
  const peak = memory('VmHWM');
  await email.close();
  return { code, ms, ...(before !== undefined && peak !== undefined && { growth: peak - before }), shown: shown.join('\n') };
}

async function act(email: Email, { port, protocol, security, verb, password }: Order): Promise<void> {
  const auth = { mode: 'basic', username: 'me@example.test', password: { credential: 'v/password' } };
  const server = { backend: protocol, host: '127.0.0.1', port, security, allowClearTextPassword: true, auth };
  await email.connect({ session: 'S', timeZone: 'UTC', server });
  if (verb === 'connect') return;
  if (verb === 'send') {
    await email.run('email.send', {
      session: 'S',
      from: 'me@example.test',
      to: 'you@example.test',
      subject: password.slice(0, 0),
      text: 'x',
    });
    return;
  }
  for await (const mail of email.loop({ session: 'S', ...(verb !== 'read' && { load: 'summary' }) }))
    if (verb === 'move') {
      await new Promise((resolve) => setTimeout(resolve, 60));
      await email.run('email.move', { session: 'S', messages: mail, to: 'Done' });
    }
}

async function bare({ port, protocol, verb, password, patience }: Order): Promise<void> {
  if (protocol === 'smtp') {
    const transport = createTransport({ host: '127.0.0.1', port, auth: { user: 'me@example.test', pass: password } });
    await transport.sendMail({ from: 'me@example.test', to: 'you@example.test', text: 'x' });
    return;
  }
  const open = async () => {
    const auth = { user: 'me@example.test', pass: password };
    const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, auth, logger: false });
    client.on('error', () => undefined);
    await orPending(client.connect(), 2 * patience);
    if (verb !== 'connect') await client.mailboxOpen('INBOX');
    return client;
  };
  const client = await open();
  if (verb === 'connect') return;
  await Promise.race([client.search({ all: true }, { uid: true }), new Promise((resolve) => setTimeout(resolve, 2 * patience))]);
  if (verb === 'move') {
    await client.fetchAll('5', { uid: true }, { uid: true });
    client.close();
    const again = await open();
    await again.messageMove('5', 'Done', { uid: true });
    again.close();
  }
  client.close();
}

/** Twice as long as our own client would wait. */
async function orPending(work: Promise<unknown>, ms: number): Promise<void> {
  const pending = new Promise<never>((_, reject) => setTimeout(() => reject(Object.assign(new Error('pending'), { code: 'pending' })), ms));
  await Promise.race([work, pending]);
}

/** From here on the peak counts anew (Linux). */
function resetPeak(): void {
  globalThis.gc?.();
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}

function memory(what: 'VmRSS' | 'VmHWM'): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

process.on('message', (order) => void attempt(order as Order).then((told) => process.send?.(told)));
process.once('disconnect', () => process.exit());
