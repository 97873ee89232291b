import { TOKEN_REFUSED, byPassword, byPlain, byToken, decoded } from '../login.ts';
import type { Account } from '../store/account.ts';
import { Refusal } from './refusal.ts';
import type { Pop3Session } from './session.ts';

interface Command {
  /** Before the login alone (true), or after it (false); always where it is left out. */
  readonly guest?: boolean;
  /** The answer; undefined where it was given already. */
  run(session: Pop3Session, rest: string): readonly Buffer[] | undefined | Promise<readonly Buffer[] | undefined>;
}

/** Bytes in which the end of a header is looked for. */
const LONGEST_HEADER = 4 * 1024 * 1024;
const END = Buffer.from('.\r\n');
const ok = (words = ''): readonly Buffer[] => [Buffer.from(words === '' ? '+OK\r\n' : `+OK ${words}\r\n`)];
const list = (rows: readonly string[], words?: string): readonly Buffer[] => [
  ...ok(words),
  ...rows.map((row) => Buffer.from(`${row}\r\n`)),
  END,
];

export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries<Command>({
    CAPA: { run: (session) => list(capabilities(session)) },
    NOOP: { guest: false, run: () => ok() },
    STLS: {
      guest: true,
      run({ connection, settings }) {
        if (connection.secure()) throw new Refusal('TLS is there already');
        connection.write(ok('go ahead'));
        connection.startTls(settings.context);
        return undefined;
      },
    },
    USER: {
      guest: true,
      run(session, rest) {
        checkProtection(session);
        session.user = rest;
        return ok();
      },
    },
    PASS: {
      guest: true,
      run(session, rest) {
        const { user } = session;
        if (user === undefined) throw new Refusal('USER first');
        session.user = undefined;
        return welcome(session, byPassword(session.settings, user, rest));
      },
    },
    AUTH: { guest: true, run: authenticate },
    STAT: {
      guest: false,
      run: (session) => {
        const sizes = session.rows(({ raw }) => raw.length).map((row) => Number(row.split(' ')[1]));
        return ok(`${sizes.length} ${sizes.reduce((sum, size) => sum + size, 0)}`);
      },
    },
    LIST: { guest: false, run: (session, rest) => listed(session, rest, ({ raw }) => raw.length) },
    UIDL: {
      guest: false,
      run: (session, rest) => listed(session, rest, ({ uid }) => `${session.account?.folder('INBOX')?.uidValidity ?? 0}-${uid}`),
    },
    RETR: { guest: false, run: (session, rest) => sent(session.message(rest.trim()).message.raw) },
    TOP: {
      guest: false,
      run(session, rest) {
        const [number, lines = ''] = rest.trim().split(/ +/);
        if (!/^\d{1,9}$/.test(lines)) throw new Refusal('how many lines?');
        return sent(top(session.message(number).message.raw, Number(lines)));
      },
    },
    DELE: {
      guest: false,
      run(session, rest) {
        session.marked.add(session.message(rest.trim()).number);
        return ok('marked');
      },
    },
    RSET: { guest: false, run: (session) => (session.marked.clear(), ok()) },
    QUIT: {
      run(session) {
        const uids = [...session.marked].map((number) => session.messages[number - 1]?.uid ?? 0);
        session.account?.folder('INBOX')?.remove(new Set(uids));
        session.ended = true;
        return ok('see you');
      },
    },
  }),
);

function listed(session: Pop3Session, rest: string, row: Parameters<Pop3Session['rows']>[0]): readonly Buffer[] {
  if (rest.trim() === '') return list(session.rows(row));
  const { number, message } = session.message(rest.trim());
  return ok(`${number} ${row(message)}`);
}

function capabilities(session: Pop3Session): string[] {
  const mechanisms = ['PLAIN', ...(session.settings.acceptToken ? ['XOAUTH2', 'OAUTHBEARER'] : [])];
  return [
    'TOP',
    'UIDL',
    'RESP-CODES',
    'AUTH-RESP-CODE',
    'PIPELINING',
    ...(session.connection.secure() ? [] : ['STLS']),
    ...(session.mayLogIn() ? ['USER', `SASL ${mechanisms.join(' ')}`] : []),
  ];
}

function checkProtection(session: Pop3Session): void {
  if (!session.mayLogIn()) throw new Refusal('[AUTH] STLS first');
}

/** RFC 5034: the answer comes with the command, or when it is asked for. */
async function authenticate(session: Pop3Session, rest: string): Promise<readonly Buffer[]> {
  checkProtection(session);
  const [word = '', initial] = rest.trim().split(/ +/);
  const mechanism = word.toUpperCase();
  const { settings } = session;
  if (mechanism !== 'PLAIN' && !(settings.acceptToken && /^(XOAUTH2|OAUTHBEARER)$/.test(mechanism)))
    throw new Refusal('this is not offered');
  const answer = decoded(initial ?? (await challenge(session, '')));
  if (answer === undefined) throw new Refusal('this is no base64');
  if (mechanism === 'PLAIN') return welcome(session, byPlain(settings, answer));
  const account = byToken(settings, answer);
  if (!account) await challenge(session, TOKEN_REFUSED);
  return welcome(session, account);
}

async function challenge({ connection }: Pop3Session, text: string): Promise<string> {
  connection.line(`+ ${text}`);
  const { text: answer } = (await connection.next()) ?? { text: '*' };
  if (answer === '*') throw new Refusal('given up');
  return answer;
}

function welcome(session: Pop3Session, account: Account | undefined): readonly Buffer[] {
  if (!account) throw new Refusal('[AUTH] the user name or password is wrong');
  session.enter(account);
  return ok(`${session.messages.length} messages`);
}

/** Lines of text as they go over the wire: a dot is put before one that begins with a dot, and the last one has its end (RFC 1939 section 3). */
function sent(raw: Buffer): readonly Buffer[] {
  const pieces: Buffer[] = [...ok(`${raw.length} octets`)];
  let from = 0;
  const stuff = (at: number) => {
    pieces.push(raw.subarray(from, at), Buffer.from('.'));
    from = at;
  };
  if (raw[0] === 0x2e) stuff(0);
  for (let at = raw.indexOf('\r\n.'); at !== -1; at = raw.indexOf('\r\n.', at + 2)) stuff(at + 2);
  pieces.push(raw.subarray(from));
  return [...pieces, ...(raw.length === 0 || raw.toString('latin1', raw.length - 2) === '\r\n' ? [] : [Buffer.from('\r\n')]), END];
}

/** The header, the empty line, and some lines of the body. */
function top(raw: Buffer, lines: number): Buffer {
  const begin = /^\r?\n|\n\r?\n/.exec(raw.toString('latin1', 0, LONGEST_HEADER));
  if (!begin) return raw;
  let end = begin.index + begin[0].length;
  for (let line = 0; line < lines && end < raw.length; line++) {
    const next = raw.indexOf(10, end);
    end = next === -1 ? raw.length : next + 1;
  }
  return raw.subarray(0, end);
}
