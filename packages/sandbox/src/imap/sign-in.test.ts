import { connect as connectTls } from 'node:tls';
import { connect } from 'node:net';
import { once } from 'node:events';
import { Dialog, PASSWORD, start } from '../dialog.test.fixture.ts';
import type { Sandbox } from '../sandbox.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('without TLS', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await start({ allowClearText: false, acceptToken: () => true });
  });
  afterAll(() => sandbox.close());

  test('no login of any kind, and the capabilities say so', async () => {
    using dialog = await Dialog.open(sandbox);
    const { untagged } = await dialog.ask('CAPABILITY');
    expect(untagged[0]).toMatch(/^CAPABILITY IMAP4rev1 .*STARTTLS LOGINDISABLED$/);
    expect(await dialog.ask(`LOGIN demo@example.test ${PASSWORD}`)).toMatchObject({
      status: 'NO',
      text: expect.stringContaining('[PRIVACYREQUIRED]'),
    });
    expect(await dialog.ask(`AUTHENTICATE PLAIN ${base64(`\0demo@example.test\0${PASSWORD}`)}`)).toMatchObject({ status: 'NO' });
    expect(await dialog.ask('SELECT INBOX')).toMatchObject({ status: 'BAD' });
  });

  test('what is sent ahead of the handshake is never read as a command', async () => {
    const plain = connect(sandbox.imap.port, sandbox.host);
    await once(plain, 'data');
    plain.write(`a STARTTLS\r\nb LOGIN demo@example.test ${PASSWORD}\r\nc LIST "" *\r\n`);
    const [answer] = (await once(plain, 'data')) as [Buffer];
    expect(answer.toString()).toBe('a OK go ahead\r\n');
    plain.removeAllListeners('data');
    const secure = connectTls({ socket: plain, ca: sandbox.caPem, servername: 'localhost' });
    await once(secure, 'secureConnect');
    secure.write('d LIST "" *\r\n');
    const [first] = (await once(secure, 'data')) as [Buffer];
    expect(first.toString()).toBe('d BAD log in first\r\n');
    secure.destroy();
  });

  test('after STARTTLS the login works, and TLS is not offered again', async () => {
    const plain = connect(sandbox.imap.port, sandbox.host);
    await once(plain, 'data');
    plain.write('a STARTTLS\r\n');
    await once(plain, 'data');
    plain.removeAllListeners('data');
    const secure = connectTls({ socket: plain, ca: sandbox.caPem, servername: 'localhost' });
    await once(secure, 'secureConnect');
    secure.write(`b LOGIN demo@example.test ${PASSWORD}\r\n`);
    const [answer] = (await once(secure, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^b OK \[CAPABILITY (?!.*STARTTLS).*AUTH=PLAIN/);
    secure.write('c STARTTLS\r\n');
    expect(((await once(secure, 'data')) as [Buffer])[0].toString()).toMatch(/^c BAD/);
    secure.destroy();
  });
});

describe('logins', () => {
  let sandbox: Sandbox;
  const asked: string[] = [];
  beforeAll(async () => {
    sandbox = await start({
      acceptToken: (address, token) => {
        asked.push(address);
        return token === 'good-token';
      },
    });
  });
  afterAll(() => sandbox.close());

  test.each([
    ['atoms', [`LOGIN demo@example.test ${PASSWORD}`], 'OK'],
    ['quoted', [`LOGIN "demo@example.test" "${PASSWORD}"`], 'OK'],
    ['literals', ['LOGIN ', Buffer.from('demo@example.test'), ' ', Buffer.from(PASSWORD)], 'OK'],
    ['another case', [`login DEMO@Example.Test ${PASSWORD}`], 'OK'],
    ['a wrong password', ['LOGIN demo@example.test wrong'], 'NO'],
    ['an unknown user', [`LOGIN other@example.test ${PASSWORD}`], 'NO'],
    ['no password', ['LOGIN demo@example.test'], 'BAD'],
    ['too much', [`LOGIN demo@example.test ${PASSWORD} more`], 'BAD'],
    ['PLAIN', [`AUTHENTICATE PLAIN ${base64(`\0demo@example.test\0${PASSWORD}`)}`], 'OK'],
    ['PLAIN as oneself', [`AUTHENTICATE PLAIN ${base64(`demo@example.test\0demo@example.test\0${PASSWORD}`)}`], 'OK'],
    ['PLAIN as another', [`AUTHENTICATE PLAIN ${base64(`chief@example.test\0demo@example.test\0${PASSWORD}`)}`], 'NO'],
    ['PLAIN, wrong password', [`AUTHENTICATE PLAIN ${base64('\0demo@example.test\0wrong')}`], 'NO'],
    ['PLAIN, no base64', ['AUTHENTICATE PLAIN ???'], 'BAD'],
    ['an unknown mechanism', ['AUTHENTICATE CRAM-MD5'], 'NO'],
    ['XOAUTH2', [`AUTHENTICATE XOAUTH2 ${base64('user=demo@example.test\u0001auth=Bearer good-token\u0001\u0001')}`], 'OK'],
    [
      'OAUTHBEARER',
      [`AUTHENTICATE OAUTHBEARER ${base64('n,a=demo@example.test,\u0001host=h\u0001port=1\u0001auth=Bearer good-token\u0001\u0001')}`],
      'OK',
    ],
  ])('%s', async (_name, pieces, status) => {
    using dialog = await Dialog.open(sandbox);
    const answer = await dialog.ask(...pieces);
    expect(answer.status).toBe(status);
    if (status === 'NO' && !pieces.join().includes('CRAM')) expect(answer.text).toContain('[AUTHENTICATIONFAILED]');
    expect((await dialog.ask('LIST "" ""')).status).toBe(status === 'OK' ? 'OK' : 'BAD');
  });

  test('the answer in a line of its own, also given up', async () => {
    using dialog = await Dialog.open(sandbox);
    dialog.write('x AUTHENTICATE PLAIN\r\n');
    expect(await dialog.line()).toBe('+ ');
    dialog.write('*\r\n');
    expect(await dialog.line()).toMatch(/^x BAD/);
    dialog.write('y AUTHENTICATE PLAIN\r\n');
    await dialog.line();
    dialog.write(`${base64(`\0demo@example.test\0${PASSWORD}`)}\r\n`);
    expect(await dialog.line()).toMatch(/^y OK \[CAPABILITY/);
    expect(await dialog.ask(`LOGIN demo@example.test ${PASSWORD}`)).toMatchObject({ status: 'BAD' });
  });

  test('a refused token is explained first', async () => {
    asked.length = 0;
    using dialog = await Dialog.open(sandbox);
    dialog.write(`x AUTHENTICATE XOAUTH2 ${base64('user=DEMO@example.test\u0001auth=Bearer stale\u0001\u0001')}\r\n`);
    const challenge = (await dialog.line()).slice(2);
    expect(JSON.parse(Buffer.from(challenge, 'base64').toString())).toMatchObject({ status: 'invalid_token' });
    dialog.write('\r\n');
    expect(await dialog.line()).toMatch(/^x NO \[AUTHENTICATIONFAILED\]/);
    expect(asked).toEqual(['demo@example.test']);
  });

  test('LOGOUT says goodbye and closes', async () => {
    using dialog = await Dialog.open(sandbox);
    expect((await dialog.ask('LOGOUT')).untagged[0]).toMatch(/^BYE/);
    expect(await dialog.end()).toBe('');
  });

  test('ID, ENABLE, NAMESPACE and NOOP answer', async () => {
    using dialog = await Dialog.in(sandbox);
    expect((await dialog.ask('ID ("name" "test" "version" NIL)')).untagged[0]).toMatch(/^ID \("name"/);
    expect((await dialog.ask('ENABLE CONDSTORE UTF8=ACCEPT')).untagged).toEqual(['ENABLED']);
    expect((await dialog.ask('NAMESPACE')).untagged).toEqual(['NAMESPACE (("" "/")) NIL NIL']);
    expect(await dialog.ask('NOOP')).toMatchObject({ status: 'OK', untagged: [] });
  });
});

test('an extension that is switched off is not offered, and its commands are none', async () => {
  const off = {
    move: false,
    uidplus: false,
    specialUse: false,
    idle: false,
    esearch: false,
    namespace: false,
    unselect: false,
    listExtended: false,
    saslIr: false,
    literals: 'none',
  } as const;
  await using sandbox = await start({ extensions: off });
  using dialog = await Dialog.in(sandbox);
  expect((await dialog.ask('CAPABILITY')).untagged).toEqual(['CAPABILITY IMAP4rev1 CHILDREN ID ENABLE STARTTLS AUTH=PLAIN']);
  for (const command of [
    'UID MOVE 1 Trash',
    'UID EXPUNGE 1',
    'IDLE',
    'NAMESPACE',
    'UNSELECT',
    'SEARCH RETURN (COUNT) ALL',
    'LIST (SUBSCRIBED) "" *',
  ])
    expect([command, (await dialog.ask(command)).status]).toEqual([command, 'BAD']);
  expect((await dialog.ask('UID COPY 1 Trash')).text).not.toContain('COPYUID');
  expect((await dialog.ask('LIST "" Sent')).untagged).toEqual(['LIST (\\HasNoChildren) "/" "Sent"']);
});
