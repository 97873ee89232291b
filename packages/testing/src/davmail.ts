import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { running } from './proxies.ts';
import { program } from './real.ts';

/** DavMail: mail servers of its own, without TLS, that speak EWS with an Exchange server behind them. */
export interface DavMail extends AsyncDisposable {
  readonly imap: number;
  readonly pop3: number;
  readonly smtp: number;
  /** What it wrote down. */
  log(): string;
}

/** Looks for its port, 25 ms apart: Java takes its time where others need the machine. */
const LOOKS = 2400;

/** Debian's DavMail in front of the EWS server at this URL, on loopback and without a window. */
export async function startDavMail(url: string): Promise<DavMail> {
  const folder = mkdtempSync(join(tmpdir(), 'dm-'));
  const [imap = 0, pop3 = 0, smtp = 0] = await freePorts(3);
  const log = join(folder, 'davmail.log');
  const settings = {
    server: true,
    mode: 'EWS',
    url,
    imapPort: imap,
    popPort: pop3,
    smtpPort: smtp,
    caldavPort: '',
    ldapPort: '',
    bindAddress: '127.0.0.1',
    allowRemote: false,
    disableUpdateCheck: true,
    logFilePath: log,
  };
  const lines = Object.entries(settings).map(([name, value]) => `davmail.${name}=${value}\n`);
  const file = join(folder, 'davmail.properties');
  writeFileSync(file, lines.join(''));
  const child = spawn(program('davmail-server') ?? 'davmail-server', [file], { cwd: folder, stdio: 'ignore' });
  const server = await running(child, smtp, '127.0.0.1', () => readFileSync(log, 'utf8'), folder, LOOKS);
  return { imap, pop3, smtp, log: () => server.log(), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
