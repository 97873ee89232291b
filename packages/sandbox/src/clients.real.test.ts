import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync, spawn } from 'node:child_process';
import { withPeers } from './peers.test.fixture.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';
import { standardSeed } from './seed.ts';

const suite = withPeers(['python3', 'mbsync'], 'python3 isync');

const PYTHON = `
import imaplib, smtplib, ssl, sys, json, email.message
ca, imap_port, imaps_port, smtp_port, smtps_port, user, password = sys.argv[1:8]
context = ssl.create_default_context(cafile=ca)
out = {}
with imaplib.IMAP4_SSL('127.0.0.1', int(imaps_port), ssl_context=context) as imap:
    imap.login(user, password)
    out['folders'] = sorted(line.decode().rsplit(' "/" ', 1)[1].strip('"') for line in imap.list()[1])
    out['inbox'] = int(imap.select('INBOX')[1][0])
    out['unseen'] = len(imap.uid('SEARCH', None, 'UNSEEN', 'SUBJECT', 'invoice')[1][0].split())
    uid = imap.uid('SEARCH', None, 'ALL')[1][0].split()[0].decode()
    out['bytes'] = len(imap.uid('FETCH', uid, '(BODY.PEEK[])')[1][0][1])
    out['copied'] = imap.uid('COPY', uid, 'Projects')[0]
    out['created'] = imap.create('Python')[0]
    out['moved'] = imap.uid('MOVE', uid, 'Python')[0]
    out['left'] = int(imap.select('INBOX')[1][0])
    out['appended'] = imap.append('Python', r'(\\Seen)', None, b'Subject: by Python\\r\\n\\r\\nHello\\r\\n')[0]
    out['python'] = int(imap.select('Python')[1][0])
    out['missing'] = imap.select('"No such"')[0]
with imaplib.IMAP4('127.0.0.1', int(imap_port)) as imap:
    try:
        imap.login(user, password)
        out['clear'] = 'let in'
    except imaplib.IMAP4.error:
        out['clear'] = 'refused'
    imap.starttls(context)
    out['starttls'] = imap.login(user, password)[0]
message = email.message.EmailMessage()
message['From'], message['To'], message['Subject'] = user, user + ', someone@elsewhere.example.com', 'From smtplib'
message.set_content('.a line with a dot\\n')
with smtplib.SMTP('127.0.0.1', int(smtp_port)) as smtp:
    smtp.starttls(context=context)
    smtp.login(user, password)
    out['refused'] = smtp.send_message(message)
with smtplib.SMTP_SSL('127.0.0.1', int(smtps_port), context=context) as smtp:
    try:
        smtp.login(user, 'wrong')
    except smtplib.SMTPAuthenticationError as error:
        out['wrong'] = error.smtp_code
print(json.dumps(out))
`;

/** The server runs in this process: a program that talks to it must not block it. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  return new Promise((resolve, reject) =>
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${program} ended with ${code}: ${complaint}`)))),
  );
}

suite('clients that others wrote', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ seed: standardSeed(join(import.meta.dirname, '..', 'dist', 'seed')) });
  });
  afterEach(() => sandbox.close());

  test("Python's imaplib and smtplib", async () => {
    const { imap, smtp, user, caFile, store } = sandbox;
    const args = [caFile, imap.port, imap.tlsPort, smtp.port, smtp.tlsPort, user.address, user.password].map(String);
    const seen = JSON.parse(await run('python3', ['-c', PYTHON, ...args])) as Record<string, unknown>;
    const inbox = standardSeed(join(import.meta.dirname, '..', 'dist', 'seed')).messages.filter(({ folder }) => folder === 'INBOX');
    expect(seen).toEqual({
      folders: ['Archive', 'Drafts', 'INBOX', 'Junk', 'Projects', 'Projects/&AMQ-pfel &- Birnen', 'Sent', 'Trash'],
      inbox: inbox.length,
      unseen: 9,
      bytes: inbox[0]?.raw.length,
      copied: 'OK',
      created: 'OK',
      moved: 'OK',
      left: inbox.length - 1,
      appended: 'OK',
      python: 2,
      missing: 'NO',
      clear: 'refused',
      starttls: 'OK',
      refused: {},
      wrong: 535,
    });
    expect(store.account(user.address)?.folder('INBOX')?.messages.at(-1)?.raw.toString()).toContain('\r\n.a line with a dot\r\n');
    expect(store.outside.map(({ to }) => to)).toEqual([['someone@elsewhere.example.com']]);
  }, 30_000);

  test('mbsync copies every mail, byte for byte', async () => {
    const { imap, user, caFile } = sandbox;
    const folder = mkdtempSync(join(tmpdir(), 'mbsync-'));
    try {
      const config = join(folder, 'mbsyncrc');
      const account = [
        'IMAPAccount sandbox',
        'Host localhost',
        `Port ${imap.tlsPort}`,
        `User ${user.address}`,
        `Pass ${user.password}`,
        'SSLType IMAPS',
        `CertificateFile ${caFile}`,
        'SystemCertificates no',
      ];
      const stores = [
        '',
        'IMAPStore far',
        'Account sandbox',
        '',
        'MaildirStore near',
        `Path ${folder}/mail/`,
        `Inbox ${folder}/mail/INBOX`,
        'SubFolders Verbatim',
        '',
      ];
      writeFileSync(
        config,
        [
          ...account,
          ...stores,
          'Channel all',
          'Far :far:',
          'Near :near:',
          'Patterns *',
          'Create Near',
          `SyncState ${folder}/state/`,
          'CopyArrivalDate yes',
          '',
        ].join('\n'),
        { mode: 0o600 },
      );
      execFileSync('mkdir', ['-p', join(folder, 'mail'), join(folder, 'state')]);
      await run('mbsync', ['-c', config, 'all'], { ...process.env, HOME: folder });
      const copied = (path: string) =>
        ['cur', 'new'].flatMap((part) =>
          readdirSync(join(folder, 'mail', path, part)).map((name) => readFileSync(join(folder, 'mail', path, part, name))),
        );
      for (const path of ['INBOX', 'Sent', 'Drafts', 'Archive', 'Junk']) {
        // A Maildir holds lines without CR; mbsync marks its copies with a header of its own.
        const plain = (raw: Buffer) =>
          raw
            .toString('latin1')
            .replace(/\r\n/g, '\n')
            .replace(/^X-TUID: .*\n/m, '');
        const expected =
          sandbox.store
            .account(user.address)
            ?.folder(path)
            ?.messages.map(({ raw }) => plain(raw)) ?? [];
        expect(copied(path).map(plain).sort()).toEqual(expected.sort());
        expect(expected.length).toBeGreaterThan(0);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
