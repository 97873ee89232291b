import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Secret, describeFilter, toMail, type Credential, type Filter, type Flag, type Mailbox, type Message } from '@mailwright/core';
import { startSandbox, type Sandbox, type Seed } from '@mailwright/sandbox';
import { anyFilter, conformanceSeed, describeReal, openContext, startMailWorld, type MailWorld } from '@mailwright/testing';
import fc from 'fast-check';
import { BACKENDS } from './defaults.ts';

/** The same filters at every run. */
const SEED = 20_261_201;

/** Everything that serves the mail. */
interface Stand {
  readonly mail: Seed['messages'];
  readonly sandbox: Sandbox;
  readonly dovecot: MailWorld;
  readonly folder: string;
}

/** One way to the standard inbox. A new server is one line. `lacks`: what its protocol or form does not have, as docs/how-to tell. */
interface Way {
  readonly title: string;
  readonly lacks?: readonly ('flags' | 'keywords')[];
  open(stand: Stand): Promise<Mailbox>;
}
const WAYS: readonly Way[] = [
  { title: 'the sandbox over IMAP', open: ({ sandbox }) => overSandbox('imap', sandbox, sandbox.imap.port) },
  { title: 'the sandbox over POP3', lacks: ['flags', 'keywords'], open: ({ sandbox }) => overSandbox('pop3', sandbox, sandbox.pop3.port) },
  { title: 'the sandbox over Graph', open: ({ sandbox }) => overGraph(sandbox) },
  { title: 'the sandbox over EWS', open: ({ sandbox }) => overEws(sandbox) },
  { title: 'Dovecot over IMAP', open: ({ dovecot }) => overDovecot('imap', dovecot, 'demo', dovecot.ports.imaps) },
  // Another user: Dovecot marks as read what was fetched over POP3.
  {
    title: 'Dovecot over POP3',
    lacks: ['flags', 'keywords'],
    open: ({ dovecot }) => overDovecot('pop3', dovecot, 'other', dovecot.ports.pop3s),
  },
  { title: "Dovecot's Maildir as files", lacks: ['keywords'], open: ({ dovecot }) => opened('file', { path: maildirOf(dovecot) }) },
  { title: '.eml files', lacks: ['flags', 'keywords'], open: ({ folder, mail }) => opened('file', { path: emlFiles(folder, mail) }) },
  { title: 'an mbox', lacks: ['flags', 'keywords'], open: ({ folder, mail }) => opened('file', { path: mbox(folder, mail) }) },
];

function opened(id: string, config: object, credential: Credential = { kind: 'none' }, ca?: string): Promise<Mailbox> {
  const backend = BACKENDS.find((one) => one.id === id);
  if (!backend) throw new Error(`there is no backend ${id}`);
  return backend.open(backend.config.parse(config), credential, openContext({ tls: { ca: ca === undefined ? [] : [ca] } }));
}
const password = (username: string, value: string): Credential => ({ kind: 'password', username, password: new Secret(value) });

function overSandbox(id: string, { host, user, caPem }: Sandbox, port: number): Promise<Mailbox> {
  return opened(id, { host, port, security: 'starttls' }, password(user.address, user.password), caPem);
}
function overGraph({ graph, user, caPem }: Sandbox): Promise<Mailbox> {
  const value = new Secret(graph.token({ user: user.address, permissions: ['Mail.ReadWrite'] }));
  const token = () => Promise.resolve({ value, expiresAt: new Date(Date.now() + 3_600_000) });
  return opened('graph', { url: graph.url }, { kind: 'token', username: user.address, token }, caPem);
}
function overEws({ ews, user, caPem }: Sandbox): Promise<Mailbox> {
  return opened('ews', { url: ews.url }, password(user.address, user.password), caPem);
}
function overDovecot(id: string, { users, caFile }: MailWorld, user: string, port: number): Promise<Mailbox> {
  return opened(id, { host: '127.0.0.1', port }, password(`${user}@example.test`, users[user] ?? ''), readFileSync(caFile, 'utf8'));
}
const maildirOf = (dovecot: MailWorld) => join(dovecot.folder, 'mail', 'demo@example.test', 'Maildir');

function emlFiles(folder: string, mail: Seed['messages']): string {
  const path = join(folder, 'eml');
  mkdirSync(path);
  for (const [at, { raw, receivedAt }] of mail.entries()) {
    writeFileSync(join(path, `${at}.eml`), raw);
    utimesSync(join(path, `${at}.eml`), new Date(receivedAt), new Date(receivedAt));
  }
  return path;
}

function mbox(folder: string, mail: Seed['messages']): string {
  const path = join(folder, 'mbox');
  const date = (iso: string) => new Date(iso).toUTCString().replace(/^(...), (..) (...) (....) (........) GMT$/, '$1 $3 $2 $5 $4');
  const quoted = (raw: Buffer) => raw.toString('latin1').replace(/(^|\n)(>*From )/g, '$1>$2');
  writeFileSync(path, mail.map(({ raw, receivedAt }) => `From x@y.test ${date(receivedAt)}\n${quoted(raw)}\n`).join(''), 'latin1');
  return path;
}

/** The standard inbox as every way can carry it: each mail says in its header when it arrived, and its last line has an end. */
function standardMail(): Seed['messages'] {
  return conformanceSeed({ linesEnd: true })
    .messages.filter(({ folder }) => folder === 'INBOX')
    .map((message) => (/^received:/im.test(message.raw.toString('latin1')) ? message : { ...message, raw: withReceived(message) }));
}
const withReceived = ({ raw, receivedAt }: Seed['messages'][number]) =>
  Buffer.concat([Buffer.from(`Received: by mx.example.test; ${new Date(receivedAt).toUTCString().replace('GMT', '+0000')}\r\n`), raw]);

/** All that a bot can see of a message, but its reference. */
async function seen(message: Message, lacks: Way['lacks'] = []): Promise<Readonly<Record<string, unknown>>> {
  const { ref: _, ...mail } = toMail(message);
  const contents = await Promise.all(
    message.attachments.map(async (attachment) => (await buffer(await attachment.open())).toString('base64')),
  );
  const raw = (await buffer(await message.raw())).toString('latin1');
  const { flags = [], keywords = [] } = message;
  const marks = {
    flags: lacks.includes('flags') ? 'none' : [...flags].sort().join(),
    keywords: lacks.includes('keywords') ? 'none' : keywords.join(),
  };
  return { ...mail, ...marks, defects: (message.defects ?? []).toSorted(), contents, raw };
}

describeReal('one inbox, whatever serves it', ['dovecot', 'pop3-login', 'openssl'], () => {
  let stand: Stand;
  const mailboxes = new Map<Way, Mailbox>();
  let first: readonly Message[];
  const load = async (mailbox: Mailbox) => Array.fromAsync(mailbox.search({ folder: 'INBOX', load: 'message' }));

  beforeAll(async () => {
    const mail = standardMail();
    const folder = mkdtempSync(join(tmpdir(), 'mailwright-same-'));
    const [sandbox, dovecot] = await Promise.all([startSandbox({ seed: { folders: [], messages: mail } }), startMailWorld()]);
    for (const user of ['demo', 'other'])
      dovecot.seed(
        user,
        'INBOX',
        mail.map(({ raw, flags = [], receivedAt }) => ({ raw, flags: flags as Flag[], receivedAt: new Date(receivedAt) })),
      );
    stand = { mail, sandbox, dovecot, folder };
    for (const way of WAYS) mailboxes.set(way, await way.open(stand));
    first = await load(mailboxes.get(WAYS[0] as Way) as Mailbox);
  }, 60_000);
  afterAll(async () => {
    for (const mailbox of mailboxes.values()) await mailbox[Symbol.asyncDispose]();
    await stand.sandbox.close();
    await stand.dovecot.close();
    rmSync(stand.folder, { recursive: true, force: true });
  }, 60_000);

  test('the inbox is the standard one', () => {
    expect(first.length).toBe(stand.mail.length);
    expect(first.length).toBeGreaterThan(24);
  });

  test.each(WAYS.map((way) => [way.title, way] as const))('%s: every field of every mail is the same', async (_, way) => {
    const found = await load(mailboxes.get(way) as Mailbox);
    expect(found.length).toBe(first.length);
    const different: string[] = [];
    for (const [at, message] of found.entries()) {
      const [mine, wanted] = [await seen(message, way.lacks), await seen(first[at] as Message, way.lacks)];
      for (const field of new Set([...Object.keys(mine), ...Object.keys(wanted)]))
        if (JSON.stringify(mine[field]) !== JSON.stringify(wanted[field]))
          different.push(
            `${message.subject}: ${field} is ${JSON.stringify(mine[field])?.slice(0, 200)}, not ${JSON.stringify(wanted[field])?.slice(0, 200)}`,
          );
    }
    expect(different).toEqual([]);
  });

  test('every filter of a random set selects the same mails everywhere', async () => {
    const sample = (flags: boolean, numRuns: number) => fc.sample(anyFilter(first, { flags }), { seed: SEED, numRuns });
    const everywhere = sample(false, 30);
    const ofMarks = sample(true, 80)
      .filter((filter) => JSON.stringify(filter).includes('"flag"'))
      .slice(0, 15);
    expect(ofMarks.length).toBe(15);
    const selected = async (way: Way, filters: readonly Filter[]) => {
      const lines: string[] = [];
      for (const filter of filters) {
        const mails = await Array.fromAsync((mailboxes.get(way) as Mailbox).search({ folder: 'INBOX', filter }));
        lines.push(`${String(describeFilter(filter))}: ${mails.map(({ messageId, subject }) => messageId ?? subject).join()}`);
      }
      return lines;
    };
    const found = await Promise.all(
      WAYS.map(
        async (way) => [await selected(way, everywhere), way.lacks?.includes('flags') ? undefined : await selected(way, ofMarks)] as const,
      ),
    );
    const [[plain, marked]] = found as [(typeof found)[number], ...(typeof found)[number][]];
    for (const [at, [others, othersMarked]] of found.entries()) {
      expect([WAYS[at]?.title, others]).toEqual([WAYS[at]?.title, plain]);
      if (othersMarked) expect([WAYS[at]?.title, othersMarked]).toEqual([WAYS[at]?.title, marked]);
    }
    // The filters are no empty ones.
    expect(plain.filter((line) => !line.endsWith(': ')).length).toBeGreaterThan(10);
  }, 120_000);
});
