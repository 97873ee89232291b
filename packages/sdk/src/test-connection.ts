import { randomBytes } from 'node:crypto';
import {
  EmailError,
  type Credential,
  parseAddresses,
  type Mailbox,
  type Person,
  type Sender,
  type SessionRecipe,
  type Stage,
  type StageName,
} from '@mailwright/core';
import { tokenText } from './token-text.ts';
import { readingSide, sendingSide, type Parts, type Side } from './opening.ts';

/** All automatic stages of one side together, in milliseconds. */
const TOTAL = 15_000;
const OPENING: readonly StageName[] = ['name', 'reach', 'tls', 'greeting', 'sign-in'];

export interface TestOptions {
  /** Sends a test mail to this address. */
  readonly sendTo?: string;
  readonly signal?: AbortSignal;
  /** Somebody who can sign in; without, a missing sign-in is told as in a run. */
  readonly person?: Person;
  onStage?(stage: Stage): void;
}
export interface TestReport {
  readonly ok: boolean;
  readonly stages: readonly Stage[];
}

/** Connect with its stages reported, then a look at the folders, then the sending side: the same code as a run. */
export async function testConnection(recipe: SessionRecipe, parts: Parts, options: TestOptions = {}): Promise<TestReport> {
  const stages: Stage[] = [];
  const report = (stage: Stage) => {
    stages.push(stage);
    options.onStage?.(stage);
  };
  const reading = readingSide(recipe, parts);
  const sending = sendingSide(recipe, parts);
  if (reading) await testSide('reading', reading, 'folders', lookAtFolders, { report, options });
  if (sending)
    await testSide('sending', sending, 'sending', (sender) => tryToSend(sender, recipe, sending, options.sendTo), { report, options });
  return { ok: stages.every(({ state }) => state === 'ok' || state === 'warning'), stages };
}

interface Bench {
  readonly report: (stage: Stage) => void;
  readonly options: TestOptions;
}

async function testSide<O extends Mailbox | Sender>(
  side: Stage['side'],
  tested: Side<O>,
  last: StageName,
  check: (opened: O) => Promise<string>,
  { report, options }: Bench,
): Promise<void> {
  const { person } = options;
  const timeOut = new AbortController();
  const start = () => setTimeout(() => timeOut.abort(new DOMException('', 'TimeoutError')), TOTAL);
  // A person's sign-in has its own time.
  let timer = person ? undefined : start();
  let about = '';
  let loggedIn = false;
  const ready = (credential: Credential) => {
    loggedIn = true;
    timer ??= start();
    if (credential.kind === 'token')
      void credential.token().then(
        (token) => (about = ` As ${credential.username}; ${tokenText(token)}`),
        () => undefined,
      );
  };
  const signal = options.signal ? AbortSignal.any([options.signal, timeOut.signal]) : timeOut.signal;
  const left = [...OPENING, last];
  let began = performance.now();
  const stage = (one: Omit<Stage, 'side'>) => {
    // A stage that a backend has no use for (TLS where there is none) is skipped in the list, never shown as passed.
    left.splice(0, left.indexOf(one.stage) + 1);
    began = performance.now();
    report({ ...one, side, ...(one.stage === 'sign-in' && one.state === 'ok' && { text: one.text + about }) });
  };
  let opened: O | undefined;
  try {
    ({ opened } = await tested.open({ signal, stage, ready, ...(person && { person }) }));
    const text = await check(opened);
    stage({ stage: last, state: 'ok', ms: since(began), text });
  } catch (thrown) {
    const { code, message, fix } = EmailError.from(thrown, 'connection test');
    // Where no login could be had, nothing of the server was tried.
    const noLogin = /^(auth|vault)\./.test(code) || (!loggedIn && code.startsWith('connection.'));
    const failed = left.includes('sign-in') && noLogin ? 'sign-in' : (left[0] ?? last);
    const earlier = left.slice(0, left.indexOf(failed));
    for (const name of earlier) stage({ stage: name, state: 'not-tried', ms: 0, text: 'Not tried: there is no login to come with.' });
    stage({ stage: failed, state: 'failed', ms: since(began), text: message, code, fix });
    for (const name of left.slice()) stage({ stage: name, state: 'not-tried', ms: 0, text: 'Not tried, since an earlier stage failed.' });
  } finally {
    clearTimeout(timer);
    await opened?.[Symbol.asyncDispose]();
  }
}

async function lookAtFolders(mailbox: Mailbox): Promise<string> {
  const folders = (await mailbox.listFolders?.()) ?? [];
  for await (const { subject } of mailbox.search({ folder: 'INBOX', newestFirst: true, limit: 1 }))
    return `${folders.length} folders; the newest mail in INBOX is "${subject}".`;
  return `${folders.length} folders; INBOX is empty.`;
}

async function tryToSend(sender: Sender, recipe: SessionRecipe, side: Side<Sender>, sendTo: string | undefined): Promise<string> {
  if (sendTo === undefined) return 'Ready to send; no test mail was asked for.';
  const [to] = parseAddresses(sendTo);
  const said = side.config['from'];
  const [from] = typeof said === 'string' ? parseAddresses(said) : to ? [to] : [];
  if (!to || !from)
    throw new EmailError('input.invalid', {
      path: 'send-to',
      problem: `"${sendTo}" is no address`,
      cure: 'Write one address, such as you@example.com.',
    });
  const date = new Date().toISOString();
  const sent = await sender.send({
    from,
    to: [to],
    subject: `Mailwright test: session ${recipe.name}, ${date}`,
    text: 'This mail was sent by a connection test of Mailwright. Nothing needs to be done.\n',
    messageId: `<${randomBytes(16).toString('hex')}@${from.address.split('@')[1] ?? 'localhost'}>`,
    date,
  });
  return `Test mail handed over as ${sent.messageId}.`;
}

const since = (began: number) => Math.round(performance.now() - began);
