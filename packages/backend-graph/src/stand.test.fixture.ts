import {
  LIMITS,
  Secret,
  type Backend,
  type Credential,
  type Draft,
  type Mailbox,
  type MailboxFeatures,
  type OpenContext,
} from '@mailwright/core';
import { startSandbox, type GraphFault, type Sandbox, type SandboxOptions } from '@mailwright/sandbox';
import { openContext } from '@mailwright/testing';
import { graph } from './index.ts';

export type Full = Mailbox & MailboxFeatures;
export const ALL = ['Mail.ReadWrite', 'Mail.Send'];
/** Time enough for a wait or two. */
export const QUICK = { ...LIMITS, connect: 20_000, command: 6000, search: 6000, read: 6000, send: 6000 };

export interface Trial {
  readonly context?: Partial<OpenContext>;
  /** What each question for a token gives: `kept` or `fresh`. */
  readonly token?: (fresh: boolean) => string;
  readonly sandbox?: SandboxOptions;
}

/** What goes wrong next, by question; a fault that is used up is gone. */
export class Faults {
  readonly heard: string[] = [];
  readonly #next = new Map<string, GraphFault[]>();

  set(question: string, ...faults: GraphFault[]): void {
    this.#next.set(question, faults);
  }

  count(question: string): number {
    return this.heard.filter((one) => one === question).length;
  }

  readonly options = {
    log: (question: string) => void this.heard.push(question),
    fault: (question: string) => this.#next.get(question)?.shift(),
  };
}

/** A sandbox of its own and a mailbox open on it. */
export async function standFor({ context, token, sandbox: options }: Trial = {}) {
  const faults = new Faults();
  const sandbox = await startSandbox({ graph: faults.options, ...options });
  const grant = sandbox.graph.token({ user: sandbox.user.address, permissions: ALL });
  const open = (trial: Trial = {}): Promise<Full> =>
    openOn(sandbox, { context: { ...context, ...trial.context }, token: trial.token ?? token ?? (() => grant) });
  const mailbox = await open();
  faults.heard.length = 0;
  const inbox = () => sandbox.store.account(sandbox.user.address)?.folder('INBOX')?.messages ?? [];
  const folder = (path: string) => sandbox.store.account(sandbox.user.address)?.folder(path)?.messages ?? [];
  const close = async () => {
    await mailbox[Symbol.asyncDispose]();
    await sandbox.close();
  };
  return { sandbox, faults, mailbox, open, inbox, folder, [Symbol.asyncDispose]: close };
}

function openOn(sandbox: Sandbox, { context, token }: Required<Pick<Trial, 'context' | 'token'>>): Promise<Full> {
  const credential: Credential = {
    kind: 'token',
    username: sandbox.user.address,
    token: ({ fresh = false } = {}) => Promise.resolve({ value: new Secret(token(fresh)), expiresAt: new Date(Date.now() + 3_600_000) }),
  };
  const config = graph.config.parse({ url: sandbox.graph.url });
  const ctx = openContext({ limits: QUICK, tls: { ca: [sandbox.caPem] }, ...context });
  return (graph as Backend<typeof graph.config>).open(config, credential, ctx) as Promise<Full>;
}

export const draftOf = (changes: Partial<Draft> = {}): Draft => ({
  from: { address: 'demo@example.test' },
  to: [{ address: 'ann@example.com' }],
  bcc: [{ address: 'hidden@example.com' }],
  subject: 'Once',
  text: 'Hello\n',
  messageId: '<once-1@example.test>',
  date: '2026-11-24T10:00:00Z',
  ...changes,
});
