import type { Socket } from 'node:net';
import { attacks, drip, pour, type Attack, type Hostile, type Row, type Verb } from './attack.ts';
import { pop3Script, type Pop3Script } from './pop3-script.ts';

type Answer = (socket: Socket, line: string) => string | undefined;

/** An honest server with one message, but for one command. */
function at(command: RegExp, answer: Answer, script: Pop3Script = {}): () => Promise<Hostile> {
  return () => pop3Script((line, socket) => (command.test(line) ? answer(socket, line) : 'honest'), script);
}
const says =
  (text: string): Answer =>
  () =>
    text;
const does = (work: (socket: Socket) => unknown): Answer => {
  return (socket) => {
    void work(socket);
    return undefined;
  };
};
/** Says something first, and goes on in its own way. */
const begins = (text: string, work: (socket: Socket) => unknown): Answer => does((socket) => (socket.write(text), work(socket)));
const never = /^$/;

const pop3 = (kind: string, verb: Verb, rows: readonly Row[]) => attacks('pop3', kind, verb, rows);
const NOT_SIGNED_IN = /USER|PASS|AUTH/;
const STLS = { capabilities: ['STLS', 'USER', 'UIDL', 'TOP'] };

/** What a hostile POP3 server may do to its client. */
export const POP3_ATTACKS: readonly Attack[] = [
  ...pop3('STARTTLS: stripping and injection', 'connect', [
    ['STARTTLS is not offered', 'connection.starttls_missing', at(never, says('')), NOT_SIGNED_IN],
    ['STARTTLS is refused', 'connection.starttls_missing', at(/STLS/, says('-ERR not now\r\n'), STLS), NOT_SIGNED_IN],
    [
      'answers slipped in behind STARTTLS',
      'connection.tls_failed',
      at(/STLS/, says('+OK go\r\n+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n'), STLS),
      NOT_SIGNED_IN,
    ],
  ]),
  ...pop3('silence and dripping', 'connect', [
    ['nothing is said', 'connection.timeout', at(never, says(''), { greeting: '' })],
    ['the greeting drips', 'connection.timeout', at(never, says(''), { greeting: '+', begin: (socket) => drip(socket, 'O') })],
    ['the sign-in is never answered', 'connection.timeout', at(/PASS/, () => undefined)],
    [
      'the answer to the sign-in drips',
      'connection.timeout',
      at(
        /PASS/,
        does((socket) => drip(socket, '+')),
      ),
    ],
    ['the list of messages never ends', 'connection.timeout', at(/UIDL/, says('+OK\r\n1 a\r\n'))],
    [
      'the list of messages drips',
      'connection.timeout',
      at(
        /UIDL/,
        begins('+OK\r\n', (socket) => drip(socket, '1')),
      ),
    ],
  ]),
  ...pop3('silence and dripping', 'read', [
    ['a message is never sent', 'connection.timeout', at(/RETR/, () => undefined)],
    ['a message without its last dot', 'connection.timeout', at(/RETR/, says('+OK\r\nSubject: x\r\n\r\ntext\r\n'))],
    ['a message with a last dot that ends in LF', 'connection.timeout', at(/RETR/, says('+OK\r\nSubject: x\r\n\r\ntext\r\n.\n'))],
    [
      'a message drips',
      'connection.timeout',
      at(
        /RETR/,
        begins('+OK\r\nSubject: x\r\n\r\n', (socket) => drip(socket, 'x')),
      ),
    ],
  ]),
  ...pop3('literals, long lines and floods', 'connect', [
    ['a greeting without end', 'server.unexpected', at(never, says(''), { greeting: '', begin: (socket) => void pour(socket, '+OK ') })],
    [
      'capabilities without end',
      'server.unexpected',
      at(
        /CAPA/,
        begins('+OK\r\n', (socket) => pour(socket, 'X-MORE\r\n')),
      ),
    ],
    [
      'a list of messages without end',
      'server.unexpected',
      at(
        /UIDL/,
        begins('+OK\r\n', (socket) => pour(socket, '1 a\r\n')),
      ),
    ],
  ]),
  ...pop3('literals, long lines and floods', 'search', [
    [
      'a header without end',
      'connection.timeout',
      at(
        /TOP/,
        begins('+OK\r\n', (socket) => pour(socket, 'X: y\r\n')),
      ),
    ],
    [
      'sizes without end',
      'server.unexpected',
      at(
        /LIST/,
        begins('+OK\r\n', (socket) => pour(socket, '1 2\r\n')),
      ),
    ],
  ]),
  ...pop3('literals, long lines and floods', 'read', [
    [
      'a message without end',
      'message.too_large',
      at(
        /RETR/,
        begins('+OK\r\n', (socket) => pour(socket, 'x\r\n')),
      ),
    ],
    [
      'a status line without end',
      'server.unexpected',
      at(
        /RETR/,
        does((socket) => pour(socket, '+OK ')),
      ),
    ],
  ]),
  ...pop3('lies', 'read', [
    ['a message of negative size', 'ok', at(/LIST/, says('+OK\r\n1 -99\r\n.\r\n'))],
    ['sizes of messages that are not there', 'ok', at(/LIST/, says('+OK\r\n7 5\r\n8 999999999999999999999\r\n.\r\n'))],
    ['a NUL in a message', 'ok', at(/RETR/, says('+OK\r\nSubject: \u0000\r\n\r\n\u0000\u0000\r\n.\r\n'))],
    [
      'goodbye in the middle of a message',
      'connection.lost',
      at(
        /RETR/,
        begins('+OK\r\nSubject: x\r\n', (socket) => socket.end('-ERR enough\r\n')),
      ),
    ],
    ['an answer that nobody asked for', 'connection.lost', at(/LIST/, says('+OK\r\n1 20\r\n.\r\n-ERR go away\r\n'))],
    ['another protocol', 'server.unexpected', at(/RETR/, says('* BYE\r\n'))],
  ]),
  ...pop3('secrets echoed', 'connect', [
    ['the refusal of a sign-in repeats the line', 'auth.rejected', at(/PASS/, (_, line) => `-ERR [AUTH] you said ${line}\r\n`)],
  ]),
  ...pop3('secrets echoed', 'read', [['a message is refused with the password', 'ok', echoing]]),
];

/** Remembers the sign-in and says it again where nobody expects it. */
function echoing(): Promise<Hostile> {
  let said = '';
  return at(/PASS|TOP|RETR/, (_, line) => {
    if (!line.startsWith('PASS')) return `-ERR you said ${said}\r\n`;
    said = line;
    return '+OK\r\n';
  })();
}
