import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReal, startMailWorld, type MailWorld, type SeededMail } from '@mailwright/testing';
import { MAIN } from './cli.test.fixture.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'automations', 'invoices.steps.yaml');
const MAILS = 10_000;
const MATCHING = 500;
const PASSWORD = 'canary-Demo-pw-77';
const attachment = (index: number) =>
  Buffer.concat([
    Buffer.from(`%PDF-1.4 ${index}\r\n`),
    createHash('sha512').update(String(index)).digest(),
    Buffer.from([0, 255, 13, 10, index % 256]),
  ]);

/** Every 20th mail is an unread invoice; some others hold the word but are read, or hold it elsewhere. */
function mail(index: number): SeededMail {
  const matching = index % (MAILS / MATCHING) === 0;
  const word = matching ? ['Invoice', 'INVOICE', 'Your invoice'][index % 3] : index % 7 === 1 ? 'Invoice (old)' : 'Note';
  const body = matching
    ? [
        'Content-Type: multipart/mixed; boundary="b"',
        '',
        '--b',
        'Content-Type: text/plain; charset=utf-8',
        '',
        `Invoice number ${index}.`,
        '--b',
        `Content-Type: application/pdf; name="invoice-${index}.pdf"`,
        'Content-Transfer-Encoding: base64',
        `Content-Disposition: attachment; filename="invoice-${index}.pdf"`,
        '',
        attachment(index).toString('base64').replace(/.{76}/g, '$&\r\n'),
        '--b--',
        '',
      ]
    : ['Content-Type: text/plain; charset=utf-8', '', 'The word invoice stands in the body only.', ''];
  const head = [
    'From: Supplier <other@example.test>',
    'To: demo@example.test',
    `Subject: ${word} ${index}`,
    `Message-ID: <m${index}@example.test>`,
    'Date: Mon, 02 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
  ];
  return {
    raw: Buffer.from([...head, ...body].join('\r\n')),
    flags: matching || word === 'Note' ? [] : ['seen'],
    receivedAt: new Date(Date.UTC(2026, 10, 2) + index * 1000),
  };
}

/** The flags that the installed program gives to Node: those of its first line. */
function flagsOfProgram(): string[] {
  const [first = ''] = readFileSync(MAIN, 'utf8').split('\n');
  return first.split(' ').slice(3);
}

/** The run in a process of its own, so that its memory is its own. */
function runBot(world: MailWorld, files: string): Promise<{ code: number | null; output: string }> {
  const script = `
    import { memoryVault } from '@mailwright/sdk';
    import { runFile } from './dist/commands/run.js';
    import { readFileSync } from 'node:fs';
    const { sample, files, ca, imapPort, smtpPort, password } = JSON.parse(readFileSync(0, 'utf8'));
    const variables = { host: '127.0.0.1', imapPort: String(imapPort), smtpPort: String(smtpPort) };
    process.exitCode = await runFile(sample, { files, ca, variables, vaults: [memoryVault('sandbox', { password })], json: true, dryRun: false, yes: false });
    // Not process.resourceUsage().maxRSS: on Linux it begins with the peak of the process that forked this one.
    const [, peak] = /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
    console.log(JSON.stringify({ peakKilobytes: Number(peak) }));`;
  const child = spawn(process.execPath, [...flagsOfProgram(), '--input-type=module', '-e', script], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(
    JSON.stringify({
      sample: SAMPLE,
      files,
      ca: world.caFile,
      imapPort: world.ports.imap,
      smtpPort: world.ports.submission,
      password: PASSWORD,
    }),
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

interface End {
  readonly ok?: boolean;
  readonly peakKilobytes?: number;
  readonly steps?: Readonly<Record<string, { readonly done: number; readonly failed: number }>>;
}

/** What a mailbox holds, seen by Python's imaplib. */
const PYTHON = `
import imaplib, ssl, sys, json, email
host, port, ca, user, password, folder = sys.argv[1:7]
context = ssl.create_default_context(cafile=ca)
with imaplib.IMAP4_SSL(host, int(port), ssl_context=context) as imap:
    imap.login(user, password)
    kind, data = imap.select(folder, readonly=True)
    kind, data = imap.fetch('1:*', '(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES)])') if int(data[0]) else ('OK', [])
    out = []
    for item in data:
        if isinstance(item, tuple):
            headers = email.message_from_bytes(item[1])
            out.append({name: headers[name] for name in ('Subject', 'Message-ID', 'In-Reply-To', 'References')})
    print(json.dumps(out))
`;
type Row = Readonly<Record<'Subject' | 'Message-ID' | 'In-Reply-To' | 'References', string | null>>;

describeReal('the invoices bot on Dovecot and Postfix', ['dovecot', 'postfix', 'openssl', 'python3'], () => {
  let world: MailWorld;
  let files: string;
  const look = (user: string, password: string, folder: string) => {
    const args = ['127.0.0.1', String(world.ports.imaps), world.caFile, `${user}@example.test`, password, folder];
    return JSON.parse(execFileSync('python3', ['-c', PYTHON, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })) as Row[];
  };
  const expected = Array.from({ length: MATCHING }, (_, n) => (n * MAILS) / MATCHING);

  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: PASSWORD, other: 'other-pw-1234' }, postfix: true });
    files = mkdtempSync(join(tmpdir(), 'mw-files-'));
    world.seed(
      'demo',
      'INBOX',
      Array.from({ length: MAILS }, (_, index) => mail(index)),
    );
  }, 120_000);
  afterAll(async () => {
    await world?.close();
    rmSync(files, { recursive: true, force: true });
  }, 60_000);

  test('R0.1 R2.28 R2.29 exactly the 500 that match are answered, saved and moved', async () => {
    const { code, output } = await runBot(world, files);
    const [end, { peakKilobytes = Number.NaN } = {}] = output
      .trim()
      .split('\n')
      .slice(-2)
      .map((line) => JSON.parse(line) as End);
    expect({ code, ok: end?.ok, moved: end?.steps?.['done'], failed: end?.steps?.['failed'] }).toEqual({
      code: 0,
      ok: true,
      moved: { done: MATCHING, failed: 0 },
      failed: { done: 0, failed: 0 },
    });
    expect(output).not.toContain(PASSWORD);
    expect(peakKilobytes).toBeLessThan(200 * 1024);
    console.log(`peak memory of the run: ${Math.round(peakKilobytes / 1024)} MiB`);

    const subjects =
      world.doveadm('fetch', '-u', 'demo@example.test', 'hdr.message-id', 'mailbox', 'Done').match(/<m\d+@example\.test>/g) ?? [];
    expect(subjects.map((id) => Number(/\d+/.exec(id)?.[0])).sort((a, b) => a - b)).toEqual(expected);
    expect(world.doveadm('mailbox', 'status', '-u', 'demo@example.test', 'messages', 'INBOX')).toContain(`messages=${MAILS - MATCHING}`);
  }, 300_000);

  test('each attachment is on disk, byte for byte', () => {
    const names = readdirSync(join(files, 'invoices')).sort();
    expect(names).toEqual(expected.map((index) => `invoice-${index}.pdf`).sort());
    for (const index of expected)
      expect(readFileSync(join(files, 'invoices', `invoice-${index}.pdf`)).equals(attachment(index))).toBe(true);
  });

  test('500 replies arrived through Postfix and are filed in Sent, threaded', async () => {
    for (let tries = 0; tries < 120 && look('other', 'other-pw-1234', 'INBOX').length < MATCHING; tries++)
      await new Promise((resolve) => setTimeout(resolve, 250));
    const wanted = expected.map((index) => `<m${index}@example.test>`).sort();
    for (const [user, password, folder] of [
      ['other', 'other-pw-1234', 'INBOX'],
      ['demo', PASSWORD, 'Sent'],
    ] as const) {
      const replies = look(user, password, folder);
      expect(replies.map((reply) => reply['In-Reply-To'] ?? '').sort()).toEqual(wanted);
      expect(replies.every((reply) => reply.References?.includes(reply['In-Reply-To'] ?? '?') && reply.Subject?.startsWith('Re: '))).toBe(
        true,
      );
      expect(new Set(replies.map((reply) => reply['Message-ID'])).size).toBe(MATCHING);
    }
  }, 60_000);
});
