// A process that signs in with canary secrets and shows all that a program could show: its log, errors with all their parts, its own
// objects, a diagnostic report, and how it ends.
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Person } from '@mailwright/core';
import { httpsClient } from '@mailwright/network';
import { signInAsPerson } from '@mailwright/testing';
import { ImapFlow } from 'imapflow';
import { createEmail, memoryStore, memoryVault } from './index.ts';

export interface Attempt {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** What the provider is to do meanwhile: the parent sees to it. */
  readonly fault?: object;
  /** Whose sign-ins it uses; attempts of one name share them. */
  readonly tokens: string;
  /** Somebody is at a browser. */
  readonly person?: boolean;
}
export interface Order {
  readonly folder: string;
  readonly ca: string;
  readonly caFile: string;
  readonly provider: { readonly port: number; readonly tenant: string; readonly googleIssuer?: boolean };
  readonly secrets: Readonly<Record<string, string>>;
  readonly attempts: readonly Attempt[];
  /** How the process ends: with the last error uncaught, or as a promise that nobody waits for. */
  readonly crash?: 'throw' | 'reject';
  /** A library alone, as its manual shows it, at a server that echoes: the negative control. */
  readonly bare?: { readonly port: number; readonly password: string };
}

const show = (...values: readonly unknown[]) => {
  for (const value of values)
    process.stdout.write(`${typeof value === 'string' ? value : inspect(value, { depth: 12, showHidden: true })}\n`);
};
const log = { debug: show, info: show, warn: show };
let last: unknown;

function showError(error: unknown): void {
  last = error;
  show(error, JSON.stringify(error), String(error), (error as Error).stack, (error as Error).cause);
}

function personFor({ ca, provider: { port, tenant, googleIssuer } }: Order): Person {
  const who = { login: 'demo@example.test', ca, ...(googleIssuer && { issuer: 'https://accounts.google.com' }) };
  return {
    openBrowser: async (url) => {
      const real = url.href
        .replace('https://login.microsoftonline.com', `https://localhost:${port}`)
        .replace('https://accounts.google.com/o/oauth2/v2/auth', `https://localhost:${port}/${tenant}/oauth2/v2.0/authorize`);
      await signInAsPerson(real, who);
    },
    showCode: ({ url, code }) => void signInAsPerson(url, { ...who, userCode: code }),
  };
}

async function attempt(one: Attempt, order: Order): Promise<void> {
  const { port, tenant } = order.provider;
  const send = httpsClient({ ca: [order.ca], deadline: 1500 });
  await using email = createEmail({
    log,
    ca: order.caFile,
    store: memoryStore(),
    vaults: [memoryVault('v', order.secrets)],
    shared: join(order.folder, one.tokens),
    http: (request) =>
      send({
        ...request,
        url: request.url
          .replace('https://login.microsoftonline.com/', `https://localhost:${port}/`)
          .replace('https://oauth2.googleapis.com/token', `https://localhost:${port}/${tenant}/oauth2/v2.0/token`),
      }),
  });
  show(`-- ${one.name}`);
  const { connection, ...input } = one.input as { connection?: Record<string, unknown> };
  try {
    if (connection) {
      await email.setConnection('Team', connection as never);
      await email.signIn('Team', personFor(order));
      show(await email.connections());
    }
    const report = await email.testConnection(input, one.person ? { person: personFor(order) } : {});
    show(report, JSON.stringify(report));
    await email.connect(input);
    show(await email.run('email.list-folders', {}));
    show(`-- ${one.name}: connected`);
  } catch (error) {
    showError(error);
  }
  // Without the forms, which are many and hold nothing of a run.
  show(inspect(email, { depth: 3, showHidden: true }), email.vaults, email.store);
}

async function bare({ port, password }: NonNullable<Order['bare']>): Promise<void> {
  const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, auth: { user: 'me@example.test', pass: password }, logger: false });
  client.on('error', () => undefined);
  await client.connect().catch(showError);
  show(client);
  client.close();
}

async function act(order: Order): Promise<void> {
  process.env['MAILWRIGHT_HOME'] = join(order.folder, 'home');
  if (order.bare) await bare(order.bare);
  for (const one of order.attempts) {
    const ready = new Promise((resolve) => process.once('message', resolve));
    process.send?.({ fault: one.fault ?? null });
    await ready;
    await attempt(one, order);
  }
  process.report.writeReport('report.json');
  process.disconnect();
  if (order.crash === 'throw') throw last;
  if (order.crash === 'reject') void Promise.reject(last as Error);
}

process.once(
  'message',
  (order) =>
    void act(order as Order).catch((error: unknown) =>
      setImmediate(() => {
        throw error;
      }),
    ),
);
