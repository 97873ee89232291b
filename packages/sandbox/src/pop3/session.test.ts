import { connect, type Socket } from 'node:net';
import { PASSWORD, SEED, start } from '../dialog.test.fixture.ts';
import type { Sandbox, SandboxOptions } from '../sandbox.ts';

const MAILS = ['Subject: one\r\n\r\n.dot\r\n..\r\n', 'Subject: two\r\n\r\nno end', 'no header\r\n', ''];

/** A client that says what a test tells it to, and hears one answer after the other. */
class Talk implements Disposable {
  readonly #socket: Socket;
  #held = '';
  #wake = () => {};
  closed = false;

  constructor({ pop3 }: Sandbox) {
    this.#socket = connect(pop3.port, '127.0.0.1');
    this.#socket
      .on('data', (chunk: Buffer) => ((this.#held += chunk.toString('latin1')), this.#wake()))
      .on('error', () => undefined)
      .on('close', () => ((this.closed = true), this.#wake()));
  }

  write(text: string): void {
    this.#socket.write(Buffer.from(text, 'latin1'));
  }

  /** A line, or all up to a line that is a dot; what came before the end of the connection. */
  async hear(multi = false): Promise<string> {
    const end = () => (multi && this.#held.startsWith('+') ? this.#held.search(/(?<=\r\n)\.\r\n/) + 3 : this.#held.indexOf('\r\n') + 2);
    const enough = () => (multi && this.#held.startsWith('+') ? end() > 2 : end() > 1);
    while (!enough() && !this.closed) await new Promise<void>((resolve) => (this.#wake = resolve));
    const length = enough() ? end() : this.#held.length;
    const said = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return said;
  }

  ask(line: string, multi = false): Promise<string> {
    this.write(`${line}\r\n`);
    return this.hear(multi);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

async function inside(sandbox: Sandbox): Promise<Talk> {
  const talk = new Talk(sandbox);
  await talk.hear();
  await talk.ask(`USER ${sandbox.user.address}`);
  expect(await talk.ask(`PASS ${PASSWORD}`)).toMatch(/^\+OK/);
  return talk;
}

async function withMails(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await start({ seed: false, ...options });
  const inbox = sandbox.store.account(sandbox.user.address)?.folder('INBOX');
  for (const mail of MAILS) inbox?.add(Buffer.from(mail));
  return sandbox;
}

test('dots are put in where a line begins with one, and the last line has its end', async () => {
  await using sandbox = await withMails();
  using talk = await inside(sandbox);
  expect(await talk.ask('RETR 1', true)).toBe(
    '+OK 29 octets\r\nSubject: one\r\n\r\n..dot\r\n...\r\n.\r\n'.replace('29', `${MAILS[0]?.length}`),
  );
  expect(await talk.ask('RETR 2', true)).toMatch(/no end\r\n\.\r\n$/);
  expect(await talk.ask('RETR 4', true)).toBe('+OK 0 octets\r\n.\r\n');
  expect(await talk.ask('TOP 1 0', true)).toMatch(/\r\nSubject: one\r\n\r\n\.\r\n$/);
  expect(await talk.ask('TOP 1 1', true)).toMatch(/\r\n\r\n\.\.dot\r\n\.\r\n$/);
  expect(await talk.ask('TOP 3 5', true)).toMatch(/\r\nno header\r\n\.\r\n$/);
});

test('marks are undone by RSET and by the end of the connection, and kept by QUIT', async () => {
  await using sandbox = await withMails();
  const left = () => sandbox.store.account(sandbox.user.address)?.folder('INBOX')?.messages.length;
  {
    using talk = await inside(sandbox);
    await talk.ask('DELE 1');
    expect(await talk.ask('RETR 1')).toMatch(/^-ERR/);
    expect(await talk.ask('DELE 1')).toMatch(/^-ERR/);
    expect(await talk.ask('LIST', true)).toBe('+OK\r\n2 22\r\n3 11\r\n4 0\r\n.\r\n');
    expect(await talk.ask('STAT')).toBe('+OK 3 33\r\n');
    await talk.ask('RSET');
    expect(await talk.ask('STAT')).toMatch(/^\+OK 4 /);
    await talk.ask('DELE 1');
  }
  using talk = await inside(sandbox);
  expect(await talk.ask('STAT')).toMatch(/^\+OK 4 /);
  await talk.ask('DELE 2');
  expect(left()).toBe(4);
  expect(await talk.ask('QUIT')).toMatch(/^\+OK/);
  expect(left()).toBe(3);
});

test('a message that came after the login is not there, one that another took away still is', async () => {
  await using sandbox = await withMails();
  const inbox = sandbox.store.account(sandbox.user.address)?.folder('INBOX');
  using talk = await inside(sandbox);
  inbox?.add(Buffer.from('Subject: new\r\n\r\n'));
  inbox?.remove(new Set([1]));
  expect(await talk.ask('RETR 5')).toMatch(/^-ERR/);
  expect(await talk.ask('RETR 1', true)).toContain('..dot');
});

test.each([
  'RETR',
  'RETR 0',
  'RETR 9',
  'RETR -1',
  'RETR 1x',
  'TOP 1',
  'TOP 1 -1',
  'DELE',
  'LIST 9',
  'UIDL 0',
  'XYZ',
  '',
  'USER a',
  `RETR ${'9'.repeat(400)}`,
])('%j is refused, and the next command goes on', async (line) => {
  await using sandbox = await withMails();
  using talk = await inside(sandbox);
  expect(await talk.ask(line)).toMatch(/^-ERR /);
  expect(await talk.ask('NOOP')).toBe('+OK\r\n');
});

test('nothing but a login before the login', async () => {
  await using sandbox = await withMails();
  using talk = new Talk(sandbox);
  await talk.hear();
  for (const line of ['STAT', 'RETR 1', 'DELE 1', 'NOOP', 'PASS x', 'AUTH CRAM-MD5', 'AUTH XOAUTH2'])
    expect(await talk.ask(line)).toMatch(/^-ERR/);
});

test('AUTH with its answer, or asking for it; a refused token is explained first', async () => {
  await using sandbox = await withMails({ acceptToken: (_, token) => token === 'good' });
  const { address } = sandbox.user;
  const plain = Buffer.from(`\0${address}\0${PASSWORD}`).toString('base64');
  const bearer = (token: string) => Buffer.from(`user=${address}\u0001auth=Bearer ${token}\u0001\u0001`).toString('base64');
  const steps: readonly (readonly string[])[] = [
    [`AUTH PLAIN ${plain}`, '+OK'],
    ['AUTH PLAIN', '+ ', plain, '+OK'],
    ['auth plain', '+ ', '*', '-ERR'],
    ['AUTH PLAIN', '+ ', '!', '-ERR'],
    [`AUTH PLAIN ${Buffer.from(`\0${address}\0wrong`).toString('base64')}`, '-ERR [AUTH]'],
    ['AUTH XOAUTH2', '+ ', bearer('good'), '+OK'],
    [`AUTH XOAUTH2 ${bearer('bad')}`, '+ ey', '', '-ERR [AUTH]'],
  ];
  for (const step of steps) {
    using talk = new Talk(sandbox);
    await talk.hear();
    for (let at = 0; at < step.length; at += 2) expect((await talk.ask(step[at] ?? '')).slice(0, step[at + 1]?.length)).toBe(step[at + 1]);
  }
});

test('a line without end ends the connection, and what it says is not kept', async () => {
  await using sandbox = await start({ seed: SEED });
  using talk = new Talk(sandbox);
  await talk.hear();
  talk.write('x'.repeat(100_000));
  expect(await talk.hear()).toMatch(/^-ERR the line is too long/);
  await talk.hear();
  expect(talk.closed).toBe(true);
});

test('commands that come together are answered one after the other', async () => {
  await using sandbox = await withMails();
  using talk = await inside(sandbox);
  talk.write('NOOP\r\nSTAT\r\nRETR 1\r\nNOOP\r\n');
  expect(await talk.hear()).toBe('+OK\r\n');
  expect(await talk.hear()).toMatch(/^\+OK 4 /);
  expect(await talk.hear(true)).toContain('..dot');
  expect(await talk.hear()).toBe('+OK\r\n');
});

test.each(['drop', 'do-and-drop', 'silence', { no: '[IN-USE] busy' }] as const)(
  'a test can have a command come to nothing: %j',
  async (fault) => {
    await using sandbox = await withMails({
      fault: (command, protocol) => (protocol === 'pop3' && command === 'DELE' ? fault : undefined),
    });
    using talk = await inside(sandbox);
    talk.write('DELE 1\r\nNOOP\r\n');
    const said = await talk.hear();
    expect(said).toBe(fault === 'silence' ? '+OK\r\n' : typeof fault === 'object' ? '-ERR [IN-USE] busy\r\n' : '');
  },
);
