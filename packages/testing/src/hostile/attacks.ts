import type { Socket } from 'node:net';
import { honest, scripted } from './imap-script.ts';
import { smtpScript, type Reply } from './smtp-script.ts';

/** What a client does to a hostile server: it ends there, or has come through. */
export type Verb = 'connect' | 'search' | 'read' | 'move' | 'send';

/** A server that does one bad thing, and what a careful client makes of it. */
export interface Attack {
  readonly name: string;
  /** The class of attack, in the words of the field. */
  readonly kind: string;
  readonly protocol: 'imap' | 'smtp';
  readonly security: 'none' | 'starttls';
  readonly verb: Verb;
  /** The code of the error, or `ok`. */
  readonly expected: string;
  /** What the client must not have said. */
  readonly unsaid?: RegExp;
  start(): Promise<Hostile>;
}
export interface Hostile extends AsyncDisposable {
  readonly port: number;
  received(): string;
}

/** More than any cap allows; less than what would fill a machine. */
const ENDLESS = 256 * 1024 * 1024;
const MB = 1024 * 1024;

/** Writes a piece again and again, as fast as the client takes it, until it goes away. */
async function pour(socket: Socket, piece: string, bytes = ENDLESS): Promise<void> {
  const chunk = Buffer.from(piece.repeat(Math.ceil((64 * 1024) / piece.length)));
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += chunk.length)
    if (!socket.write(chunk)) await new Promise<void>((resolve) => socket.once('drain', resolve).once('close', () => resolve()));
}

/** One byte now and then: it passes every limit on silence. */
function drip(socket: Socket, byte = '*'): void {
  const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(byte)), 50);
}

type Answer = (tag: string, socket: Socket, line: string) => string | undefined;
const CAPABILITIES = 'MOVE UIDPLUS';

/** An honest server with one message (UID 5), but for one command. */
function at(command: RegExp, answer: Answer, greeting = '* OK hello\r\n'): () => Promise<Hostile> {
  return () =>
    scripted(greeting, (line, socket) => {
      const [tag = ''] = line.split(' ');
      if (command.test(line)) return answer(tag, socket, line);
      if (/UID SEARCH/.test(line)) return `* SEARCH 5\r\n${tag} OK done\r\n`;
      if (/UID FETCH/.test(line))
        return `* 1 FETCH (UID 5 FLAGS () RFC822.SIZE 20 BODY[] {18}\r\nSubject: x\r\n\r\ntext)\r\n${tag} OK done\r\n`;
      if (/ LIST /.test(line)) return `* LIST () "/" INBOX\r\n* LIST () "/" Done\r\n${tag} OK done\r\n`;
      return honest(line, { capabilities: CAPABILITIES });
    });
}

const does = (work: (socket: Socket) => unknown): Answer => {
  return (_, socket) => {
    void work(socket);
    return undefined;
  };
};

/** Another numbering after the connection came back. */
function renumbered(): Promise<Hostile> {
  let connections = 0;
  return scripted('* OK hello\r\n', (line, socket) => {
    const [tag = ''] = line.split(' ');
    if (/ SELECT /.test(line)) {
      connections++;
      return `* 1 EXISTS\r\n* OK [UIDVALIDITY ${6 + connections}] yes\r\n${tag} OK [READ-WRITE] done\r\n`;
    }
    if (/UID SEARCH/.test(line)) return `* SEARCH 5\r\n${tag} OK done\r\n`;
    if (/UID FETCH/.test(line)) {
      setTimeout(() => socket.destroy(), 20);
      return `* 1 FETCH (UID 5 FLAGS () RFC822.SIZE 20)\r\n${tag} OK done\r\n`;
    }
    if (/ LIST /.test(line)) return `* LIST () "/" INBOX\r\n* LIST () "/" Done\r\n${tag} OK done\r\n`;
    return honest(line, { capabilities: CAPABILITIES });
  });
}

const imap = (
  kind: string,
  verb: Verb,
  rows: readonly (readonly [name: string, expected: string, start: Attack['start'], unsaid?: RegExp])[],
) =>
  rows.map(([name, expected, start, unsaid]): Attack => ({
    name,
    kind,
    protocol: 'imap',
    security: kind.startsWith('STARTTLS') ? 'starttls' : 'none',
    verb,
    expected,
    start,
    ...(unsaid && { unsaid }),
  }));

const NOT_SIGNED_IN = /LOGIN|AUTHENTICATE/i;
const STARTTLS = { capabilities: 'STARTTLS AUTH=PLAIN' };

const IMAP: readonly Attack[] = [
  ...imap('STARTTLS: stripping and injection', 'connect', [
    ['STARTTLS is not offered', 'connection.starttls_missing', at(/^$/, () => ''), NOT_SIGNED_IN],
    [
      'STARTTLS is refused',
      'connection.starttls_missing',
      at(/STARTTLS|CAPABILITY/, (tag, _, line) => (/STARTTLS/.test(line) ? `${tag} NO not now\r\n` : honest(line, STARTTLS))),
      NOT_SIGNED_IN,
    ],
    [
      'answers slipped in behind STARTTLS',
      'connection.tls_failed',
      at(/STARTTLS|CAPABILITY/, (tag, _, line) =>
        /STARTTLS/.test(line) ? `${tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n` : honest(line, STARTTLS),
      ),
      NOT_SIGNED_IN,
    ],
    ['signed in before the sign-in (PREAUTH)', 'server.unexpected', at(/^$/, () => '', '* PREAUTH welcome\r\n'), NOT_SIGNED_IN],
  ]),
  ...imap('silence and dripping', 'connect', [
    ['nothing is said', 'connection.timeout', at(/^$/, () => '', '')],
    ['the greeting drips', 'connection.timeout', () => scripted('*', () => undefined, drip)],
    ['the sign-in is never answered', 'connection.timeout', at(/LOGIN|AUTHENTICATE/, () => undefined)],
    ['the answer to the sign-in drips', 'connection.timeout', at(/LOGIN|AUTHENTICATE/, does(drip))],
  ]),
  ...imap('silence and dripping', 'search', [
    ['a folder is never opened', 'connection.timeout', at(/SELECT/, () => undefined)],
    ['a search is never answered', 'connection.timeout', at(/UID SEARCH/, () => undefined)],
    ['the answer to a search drips', 'connection.timeout', at(/UID SEARCH/, does(drip))],
    [
      'a literal that stops half-way',
      'connection.timeout',
      at(/UID FETCH/, () => '* 1 FETCH (UID 5 BODY[HEADER.FIELDS (SUBJECT)] {1000}\r\nSubject: x'),
    ],
    [
      'a literal that drips',
      'connection.timeout',
      at(
        /UID FETCH/,
        does((socket) => (socket.write('* 1 FETCH (UID 5 BODY[HEADER.FIELDS (SUBJECT)] {100000}\r\n'), drip(socket))),
      ),
    ],
  ]),
  ...imap('literals, long lines and floods', 'connect', [
    [
      'a greeting without end',
      'server.unexpected',
      () =>
        scripted(
          '',
          () => undefined,
          (socket) => void pour(socket, '*'),
        ),
    ],
    [
      'capabilities without end',
      'server.unexpected',
      at(
        /CAPABILITY/,
        does((socket) => (socket.write('* CAPABILITY IMAP4rev1'), pour(socket, ' X-MORE'))),
      ),
    ],
  ]),
  ...imap('literals, long lines and floods', 'search', [
    [
      'a line without end',
      'server.unexpected',
      at(
        /UID SEARCH/,
        does((socket) => pour(socket, 'x')),
      ),
    ],
    [
      'a search with ten million hits',
      'server.unexpected',
      at(
        /UID SEARCH/,
        does((socket) => (socket.write('* SEARCH'), pour(socket, ' 1234567'))),
      ),
    ],
    [
      'unasked lines without end',
      'server.unexpected',
      at(
        /UID SEARCH/,
        does((socket) => pour(socket, '* 1 EXISTS\r\n')),
      ),
    ],
    [
      'a literal of 9 GB is announced',
      'message.too_large',
      at(/UID FETCH/, () => '* 1 FETCH (UID 5 BODY[HEADER.FIELDS (SUBJECT)] {9999999999}\r\n'),
    ],
    [
      'lists within lists without end',
      'server.unexpected',
      at(
        /UID FETCH/,
        does((socket) => (socket.write('* 1 FETCH '), pour(socket, '('))),
      ),
    ],
    [
      'folders without end',
      'connection.timeout',
      at(
        / LIST /,
        does((socket) => pour(socket, '* LIST () "/" a\r\n')),
      ),
    ],
  ]),
  ...imap('lies', 'search', [
    [
      'goodbye in the middle of an answer',
      'connection.lost',
      at(/UID FETCH/, (_, socket) => (setTimeout(() => socket.destroy(), 10), '* 1 FETCH (UID 5 FLAGS ())\r\n* BYE enough\r\n')),
    ],
    [
      'messages that nobody asked for',
      'ok',
      at(
        /UID FETCH/,
        (tag) => `${'* 9 FETCH (UID 99 RFC822.SIZE 5)\r\n'.repeat(1000)}* 1 FETCH (UID 5 RFC822.SIZE 5)\r\n${tag} OK done\r\n`,
      ),
    ],
    ['an answer under another tag', 'connection.timeout', at(/UID SEARCH/, () => '* SEARCH 5\r\nZZZ OK done\r\n')],
  ]),
  ...imap('lies', 'move', [
    ['a move that is said to be done and is not', 'server.refused', at(/UID MOVE/, (tag) => `${tag} OK done\r\n`)],
    ['another numbering after a reconnect (UIDVALIDITY)', 'folder.changed', renumbered, /UID (MOVE|COPY|STORE)/],
  ]),
  ...imap('secrets echoed', 'connect', [
    [
      'the refusal of a sign-in repeats the line',
      'auth.rejected',
      at(/LOGIN|AUTHENTICATE/, (tag, _, line) => `${tag} NO [AUTHENTICATIONFAILED] you said ${line}\r\n`),
    ],
  ]),
  ...imap('secrets echoed', 'move', [['a later refusal repeats the password', 'server.refused', echoing]]),
];

/** Remembers the sign-in and says it again where nobody expects it, as it came and decoded. */
function echoing(): Promise<Hostile> {
  let said = '';
  return at(/LOGIN|AUTHENTICATE|UID MOVE/, (tag, _, line) => {
    if (/UID MOVE/.test(line))
      return `${tag} NO ${said} ${Buffer.from(said.split(' ').at(-1) ?? '', 'base64')
        .toString('latin1')
        .replaceAll('\u0000', ' ')}\r\n`;
    said = line;
    return `${tag} OK welcome\r\n`;
  })();
}

const smtpAt = (command: string, reply: Reply, features?: readonly string[]) => async (): Promise<Hostile> => {
  const script = await smtpScript((said) => (said === command ? reply : 'honest'), features);
  return { port: script.port, received: () => script.heard.join('\n'), [Symbol.asyncDispose]: () => script.close() };
};

const smtp = (
  kind: string,
  verb: Verb,
  rows: readonly (readonly [name: string, expected: string, start: Attack['start'], unsaid?: RegExp])[],
) => imap(kind, verb, rows).map((attack): Attack => ({ ...attack, protocol: 'smtp' }));

const SMTP: readonly Attack[] = [
  ...smtp('STARTTLS: stripping and injection', 'connect', [
    ['STARTTLS is not offered', 'connection.starttls_missing', smtpAt('-', 'honest'), /AUTH/],
    ['STARTTLS is refused', 'connection.starttls_missing', smtpAt('STARTTLS', '454 not now', ['STARTTLS', 'AUTH PLAIN']), /AUTH/],
    [
      'answers slipped in behind STARTTLS',
      'connection.timeout',
      smtpAt('STARTTLS', '220 go\r\n250-AUTH PLAIN\r\n250 SIZE 1', ['STARTTLS']),
      /AUTH/,
    ],
  ]),
  ...smtp('silence and dripping', 'connect', [
    ['nothing is said', 'connection.timeout', smtpAt('CONNECT', undefined)],
    ['the greeting drips', 'connection.timeout', smtpAt('CONNECT', (socket) => drip(socket, '2'))],
    ['the sign-in is never answered', 'connection.timeout', smtpAt('AUTH', undefined)],
  ]),
  ...smtp('silence and dripping', 'send', [
    ['MAIL is never answered', 'connection.timeout', smtpAt('MAIL', undefined)],
    ['the answer to DATA drips', 'connection.timeout', smtpAt('DATA', (socket) => drip(socket, '3'))],
    ['silence after the final dot', 'send.outcome_unknown', smtpAt('.', undefined)],
    ['the end after the final dot', 'send.outcome_unknown', smtpAt('.', 'drop')],
    ['the end before DATA, each time', 'connection.lost', smtpAt('RCPT', 'drop')],
  ]),
  ...smtp('literals, long lines and floods', 'connect', [
    ['a greeting without end', 'server.unexpected', smtpAt('CONNECT', (socket) => void pour(socket, '2'))],
    ['a reply of lines without end', 'server.unexpected', smtpAt('EHLO', (socket) => void pour(socket, '250-MORE\r\n'))],
  ]),
  ...smtp('literals, long lines and floods', 'send', [
    ['a reply without end to a mail', 'server.unexpected', smtpAt('MAIL', (socket) => void pour(socket, '2'))],
  ]),
  ...smtp('not now', 'connect', [['too many connections', 'server.throttled', smtpAt('CONNECT', '421 4.7.0 too many')]]),
  ...smtp('not now', 'send', [['a mailbox that is busy', 'server.throttled', smtpAt('MAIL', '451 4.3.0 later')]]),
  ...smtp('secrets echoed', 'connect', [['the refusal of a sign-in repeats it', 'auth.rejected', echoingSmtp]]),
];

async function echoingSmtp(): Promise<Hostile> {
  const script = await smtpScript((command) =>
    command === 'AUTH' ? (socket) => void socket.write(`535 5.7.8 you said ${script.heard.at(-1) ?? ''}\r\n`) : 'honest',
  );
  return { port: script.port, received: () => script.heard.join('\n'), [Symbol.asyncDispose]: () => script.close() };
}

/** Every attack of a server on its client, over IMAP and SMTP. The most that any may make a process grow, in bytes, is `GROWTH`. */
export const ATTACKS: readonly Attack[] = [...IMAP, ...SMTP];
export const GROWTH = 64 * MB;
