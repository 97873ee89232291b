import type { Socket } from 'node:net';
import { attacks, drip, pour, type Attack, type Hostile, type Row, type Verb } from './attack.ts';
import { honest, scripted } from './imap-script.ts';

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

const imap = (kind: string, verb: Verb, rows: readonly Row[]) => attacks('imap', kind, verb, rows);

const NOT_SIGNED_IN = /LOGIN|AUTHENTICATE/i;
const STARTTLS = { capabilities: 'STARTTLS AUTH=PLAIN' };

/** What a hostile IMAP server may do to its client. */
export const IMAP_ATTACKS: readonly Attack[] = [
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
      'server.unexpected',
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
