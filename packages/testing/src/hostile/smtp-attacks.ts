import { attacks, drip, pour, type Attack, type Hostile, type Row, type Verb } from './attack.ts';
import { smtpScript, type Reply } from './smtp-script.ts';

const smtpAt = (command: string, reply: Reply, features?: readonly string[]) => async (): Promise<Hostile> => {
  const script = await smtpScript((said) => (said === command ? reply : 'honest'), features);
  return { port: script.port, received: () => script.heard.join('\n'), [Symbol.asyncDispose]: () => script.close() };
};

const smtp = (kind: string, verb: Verb, rows: readonly Row[]) => attacks('smtp', kind, verb, rows);

/** What a hostile SMTP server may do to its client. */
export const SMTP_ATTACKS: readonly Attack[] = [
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
