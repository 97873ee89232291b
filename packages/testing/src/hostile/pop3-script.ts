import type { Socket } from 'node:net';
import { scripted, type Scripted } from './imap-script.ts';

export interface Pop3Script {
  /** Bytes of the messages, without dots put in. */
  readonly mails?: readonly string[];
  readonly capabilities?: readonly string[];
  readonly greeting?: string;
  /** Called for each connection, after the greeting. */
  readonly begin?: (socket: Socket) => void;
}

const MAIL = 'From: a@example.test\r\nSubject: x\r\n\r\ntext\r\n';
const CAPABILITIES = ['TOP', 'UIDL', 'USER', 'SASL PLAIN', 'PIPELINING'];

/**
 * A POP3 server with one message, honest unless `odd` says something else to a line: bytes, or undefined for silence; `honest` leaves it
 * to the server.
 */
export function pop3Script(
  odd: (line: string, socket: Socket) => string | undefined = () => 'honest',
  script: Pop3Script = {},
): Promise<Scripted> {
  const answer = (line: string, socket: Socket) => {
    const said = odd(line, socket);
    return said === 'honest' ? honestPop3(line, script) : said;
  };
  return scripted(script.greeting ?? '+OK ready\r\n', answer, script.begin);
}

/** What an honest POP3 server says (RFC 1939), for what a test does not care about. Nothing is remembered from line to line. */
export function honestPop3(line: string, { mails = [MAIL], capabilities = CAPABILITIES }: Pop3Script = {}): string {
  const [name = '', word = ''] = line.split(' ');
  const mail = mails[Number(word) - 1];
  const rows = (row: (mail: string, number: number) => string) =>
    lines(mails.map((one, at) => `${at + 1} ${row(one, at + 1)}\r\n`).join(''));
  if (/^(UIDL|LIST) \d/i.test(line)) return mail === undefined ? '-ERR no such message\r\n' : `+OK ${word} ${mail.length}\r\n`;
  switch (name.toUpperCase()) {
    case 'CAPA':
      return lines(capabilities.map((one) => `${one}\r\n`).join(''));
    case 'UIDL':
      return rows((_, number) => `id-${number}`);
    case 'LIST':
      return rows((one) => `${one.length}`);
    case 'TOP':
      return mail === undefined ? '-ERR no such message\r\n' : lines(`${mail.split('\r\n\r\n')[0] ?? ''}\r\n\r\n`);
    case 'RETR':
      return mail === undefined ? '-ERR no such message\r\n' : lines(mail);
    default:
      return '+OK\r\n';
  }
}

const lines = (text: string) => `+OK\r\n${text.replace(/(^|\r\n)\./g, '$1..')}.\r\n`;
