import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { toMail, type Mailbox, type MailboxFeatures } from '@mailwright/core';
import { describeReal, startMailWorld } from '@mailwright/testing';
import { collect, openAt, password } from './trial.test.fixture.ts';

/** What a client sent, and all that the server said until the next piece came. Tags are written `{tag}`. */
interface Exchange {
  readonly sent: string;
  answer: string;
}

const MAILS = [
  'From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@example.com>\r\n\r\n{5}\r\n* OK no\r\n)\r\n',
  'Subject: "quoted" (and) {3}\r\nMessage-ID: <2@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGr\u00fc\u00dfe, \u8acb\u6c42\u66f8\r\n',
  'Subject: an attachment\r\nMessage-ID: <3@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee it.\r\n--b\r\nContent-Type: application/pdf; name="a \\"b\\".pdf"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQKLgo=\r\n--b--\r\n',
].map((text) => ({ raw: Buffer.from(text) }));

const login = { config: { security: 'none', allowClearTextPassword: true }, credential: password('demo@example.test', 'demo-pw-1234') };

/** A session that uses most of what a server may say; everything that came of it. */
async function work(mailbox: Mailbox): Promise<string> {
  const full = mailbox as Mailbox & MailboxFeatures;
  const told: unknown[] = [await full.listFolders()];
  const found = await collect(full.search({ folder: 'INBOX', load: 'message' }));
  for (const message of found) {
    const contents = await Promise.all(message.attachments.map(async (one) => (await buffer(await one.open())).toString('latin1')));
    told.push(toMail(message), contents, (await buffer(await message.raw())).toString('latin1'));
  }
  const filter = { op: 'contains', field: 'subject', value: 'grüße' } as const;
  told.push((await collect(full.search({ folder: 'INBOX', filter }))).map(({ ref }) => ref));
  const refs = found.map(({ ref }) => ref);
  told.push(await full.mark(refs, { seen: true }), await full.copy(refs.slice(0, 2), 'Done'));
  told.push(await full.read({ folder: 'INBOX', id: `${refs[0]?.id}9` }).catch((error: { code?: string }) => error.code));
  await full[Symbol.asyncDispose]();
  return JSON.stringify(told);
}

const withoutTag = (text: string) => text.replace(/^[0-9A-Z]+ /, '{tag} ');

/** The session with a server, and its conversation. */
async function record(port: number): Promise<{ readonly exchanges: readonly Exchange[]; readonly told: string }> {
  const exchanges: Exchange[] = [{ sent: '', answer: '' }];
  let tag = '';
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('data', (piece: Buffer) => {
      const sent = piece.toString('latin1');
      tag = /^([0-9A-Z]+) [A-Z]/.exec(sent)?.[1] ?? tag;
      exchanges.push({ sent: withoutTag(sent), answer: '' });
      upstream.write(piece);
    });
    upstream.on('data', (piece: Buffer) => {
      const current = exchanges.at(-1) as Exchange;
      current.answer += piece.toString('latin1');
      client.write(piece);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const told = await work(await openAt((server.address() as AddressInfo).port, login));
    return { exchanges, told };
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A socket whose other end says what was recorded, each answer in pieces. */
function replayed(exchanges: readonly Exchange[], cut: (answer: Buffer) => readonly Buffer[]): Socket {
  const [client, server] = duplexPair();
  const left = [...exchanges];
  let tag = '';
  let recordedTag = '';
  const say = () => {
    const { answer = '' } = left.shift() ?? {};
    recordedTag = /^([0-9A-Z]+) (?:OK|NO|BAD)[ \r]/m.exec(answer)?.[1] ?? recordedTag;
    const mine = recordedTag === '' ? answer : answer.replace(new RegExp(`^${recordedTag} (?=OK|NO|BAD)`, 'm'), `${tag} `);
    for (const piece of cut(Buffer.from(mine, 'latin1'))) server.write(piece);
  };
  server.on('data', (piece: Buffer) => {
    const text = piece.toString('latin1');
    tag = /^([0-9A-Z]+) [A-Z]/.exec(text)?.[1] ?? tag;
    if (left[0] && left[0].sent !== withoutTag(text)) server.destroy(new Error(`said ${text}, not ${left[0].sent}`));
    else say();
  });
  say();
  const nothing = () => client;
  const socket = { setKeepAlive: nothing, setNoDelay: nothing, setTimeout: nothing, ref: nothing, unref: nothing };
  return Object.assign(client, socket) as unknown as Socket;
}

/** Bytes between two cuts. Each place of each answer is cut in one of so many sessions. */
const APART = 61;
const pieces = (answer: Buffer, first: number) =>
  Array.from({ length: Math.ceil((answer.length - first) / APART) + 1 }, (_, at) =>
    answer.subarray(at === 0 ? 0 : first + (at - 1) * APART, first + at * APART),
  ).filter((piece) => piece.length > 0);

describeReal('a conversation recorded with Dovecot', ['dovecot', 'openssl'], () => {
  test('is the same wherever its answers are cut', async () => {
    await using world = await startMailWorld();
    world.seed(
      'demo',
      'INBOX',
      MAILS.map((mail, at) => ({ ...mail, receivedAt: new Date(Date.UTC(2026, 10, 1, at)) })),
    );
    world.doveadm('mailbox', 'create', '-u', 'demo@example.test', 'Done');
    const { exchanges, told } = await record(world.ports.imap);
    expect(told).toContain('%PDF-1.4');
    expect(told).toContain('message.not_found');
    const replay = async (cut: (answer: Buffer) => readonly Buffer[]) =>
      work(await openAt(143, { ...login, context: { dial: () => Promise.resolve(replayed(exchanges, cut)) } }));
    expect(await replay((answer) => [answer])).toBe(told);
    expect(await replay((answer) => Array.from(answer, (byte) => Buffer.from([byte])))).toBe(told);
    expect(Math.max(...exchanges.map(({ answer }) => answer.length))).toBeGreaterThan(APART);
    for (let first = 1; first <= APART; first++)
      expect({ first, told: await replay((answer) => pieces(answer, first)) }).toEqual({ first, told });
  }, 120_000);
});
