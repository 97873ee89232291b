import { Readable } from 'node:stream';
import { EmailError, LIMITS, Secret, type Credential, type Draft, type Sender } from '@mailwright/core';
import { openContext } from '@mailwright/testing';
import fc from 'fast-check';
import { smtp } from './index.ts';
import { smtpScript, type Reply, type Script } from '@mailwright/testing';

const PASSWORD = 'canary-Smtp-pw-55';
const LOGIN: Credential = { kind: 'password', username: 'demo@example.test', password: new Secret(PASSWORD) };
const draft = (changes: Partial<Draft> = {}): Draft => ({
  from: { address: 'demo@example.test' },
  to: [{ address: 'a@example.test' }],
  subject: 'Hello',
  text: 'Hi\n',
  messageId: '<m1@example.test>',
  date: '2026-11-24T10:00:00Z',
  ...changes,
});

let script: Script;
let sender: Sender | undefined;
const open = async (config: object = {}, credential: Credential = { kind: 'none' }, limits = LIMITS) => {
  const values = smtp.config.parse({ host: '127.0.0.1', port: script.port, security: 'none', ...config });
  return (sender = await smtp.open(values, credential, openContext({ limits })));
};
const start = async (odd?: (command: string, nth: number) => Reply, features?: readonly string[]) => {
  script = await smtpScript(odd, features);
};
afterEach(async () => {
  await sender?.[Symbol.asyncDispose]();
  sender = undefined;
  await script.close();
});

test('R4.5 sends over one connection, with the Message-ID that was fixed before', async () => {
  await start();
  await open();
  expect(await sender?.send(draft())).toEqual({
    messageId: '<m1@example.test>',
    state: 'sent',
    accepted: ['a@example.test'],
    rejected: [],
  });
  await sender?.send(draft({ messageId: '<m2@example.test>', cc: [{ address: 'A@example.test' }], bcc: [{ address: 'b@example.test' }] }));
  expect(script.connections()).toBe(1);
  expect(script.mails[1]).toContain('Message-ID: <m2@example.test>');
  expect(script.mails[1]).not.toContain('b@example.test');
  expect(script.heard.filter((line) => line.startsWith('RCPT'))).toEqual([
    'RCPT TO:<a@example.test>',
    'RCPT TO:<A@example.test>',
    'RCPT TO:<b@example.test>',
  ]);
});

test('R1.33 no password over an unencrypted connection, before any traffic', async () => {
  await start();
  await expect(open({}, LOGIN)).rejects.toMatchObject({ code: 'input.invalid' });
  expect(script.connections()).toBe(0);
  await open({ allowClearTextPassword: true }, LOGIN);
  expect(script.heard.some((line) => line.startsWith('AUTH'))).toBe(true);
});

test('STARTTLS that is not offered: not one byte of the password is sent', async () => {
  await start();
  await expect(open({ security: 'starttls' }, LOGIN)).rejects.toMatchObject({ code: 'connection.starttls_missing' });
  expect(script.heard.join('\n')).not.toMatch(/AUTH/);
});

test('R3.10 a refused login is not tried again, and its error hides the password that the server echoes', async () => {
  await start((command) =>
    command === 'AUTH' ? `535 5.7.8 no ${PASSWORD} ${Buffer.from(`\0demo@example.test\0${PASSWORD}`).toString('base64')}` : 'honest',
  );
  const error = (await open({ allowClearTextPassword: true }, LOGIN).catch((thrown: unknown) => thrown)) as EmailError;
  expect(error).toMatchObject({ code: 'auth.rejected', retry: 'never' });
  expect(JSON.stringify(error) + String(error.stack)).not.toContain(PASSWORD);
  expect(JSON.stringify(error)).toContain('[secret]');
  expect(script.heard.filter((line) => line.startsWith('AUTH'))).toHaveLength(1);
});

test('lost after the final dot: the outcome is unknown, and nothing is sent again', async () => {
  await start((command) => (command === '.' ? 'drop' : 'honest'));
  await open();
  await expect(sender?.send(draft())).rejects.toMatchObject({ code: 'send.outcome_unknown', details: { messageId: '<m1@example.test>' } });
  expect([script.mails.length, script.connections()]).toEqual([1, 1]);
});

test('lost before DATA: once more on a new connection, with the same Message-ID', async () => {
  await start((command, nth) => (command === 'RCPT' && nth === 1 ? 'drop' : 'honest'));
  await open();
  expect((await sender?.send(draft()))?.state).toBe('sent');
  expect([script.mails.length, script.connections()]).toEqual([1, 2]);
  expect(script.mails[0]).toContain('<m1@example.test>');
});

test('"not now" ahead of DATA is tried again, then told', async () => {
  await start((command, nth) => (command === 'MAIL' && nth === 1 ? '451 4.3.0 later' : 'honest'));
  await open();
  expect((await sender?.send(draft()))?.state).toBe('sent');
  await sender?.[Symbol.asyncDispose]();
  await script.close();
  await start((command) => (command === 'MAIL' ? '451 4.3.0 later' : 'honest'));
  await open();
  await expect(sender?.send(draft())).rejects.toMatchObject({ code: 'server.throttled', retry: 'later' });
  expect(script.heard.filter((line) => line.startsWith('MAIL'))).toHaveLength(3);
}, 30_000);

test('R6.1 some recipients refused: the rest get it; all refused: an error that names them', async () => {
  await start((command, nth) => (command === 'RCPT' && nth !== 1 ? '550 5.1.1 no such user' : 'honest'));
  await open();
  const sent = await sender?.send(draft({ to: [{ address: 'good@example.test' }, { address: 'bad@example.test' }] }));
  expect(sent).toMatchObject({
    accepted: ['good@example.test'],
    rejected: [{ address: 'bad@example.test', serverSaid: expect.stringContaining('no such user') }],
  });
  await expect(sender?.send(draft())).rejects.toMatchObject({ code: 'send.rejected', details: { addresses: ['a@example.test'] } });
});

/** RFC 5321 section 4.1.4: one MAIL, and no other before DATA, RSET or a new greeting. */
const nested = (refuse: (command: string, nth: number) => Reply) => {
  let begun = false;
  return (command: string, nth: number): Reply => {
    if (command === 'MAIL' && begun) return '503 5.5.1 Error: nested MAIL command';
    if (['MAIL', 'RSET', '.', 'EHLO'].includes(command)) begun = command === 'MAIL';
    return refuse(command, nth);
  };
};

test('a mail whose recipients are all refused does not cost the next one', async () => {
  await start(nested((command, nth) => (command === 'RCPT' && nth === 1 ? '550 5.1.1 no such user' : 'honest')));
  await open();
  await expect(sender?.send(draft())).rejects.toMatchObject({ code: 'send.rejected' });
  expect((await sender?.send(draft({ messageId: '<m2@example.test>' })))?.state).toBe('sent');
  expect([script.mails.length, script.connections()]).toEqual([1, 1]);
});

test('"not now" for a recipient (greylisting) is tried again as a mail of its own', async () => {
  await start(nested((command, nth) => (command === 'RCPT' && nth === 1 ? '451 4.7.1 greylisted' : 'honest')));
  await open();
  expect((await sender?.send(draft()))?.state).toBe('sent');
  expect(script.mails).toHaveLength(1);
});

test('a refused RSET ends in another connection', async () => {
  await start(nested((command) => (command === 'RCPT' ? '550 5.1.1 no such user' : command === 'RSET' ? 'drop' : 'honest')));
  await open();
  await expect(sender?.send(draft())).rejects.toMatchObject({ code: 'send.rejected' });
  await expect(sender?.send(draft())).rejects.toMatchObject({ code: 'send.rejected', details: { addresses: ['a@example.test'] } });
  expect(script.connections()).toBe(2);
});

test('too large for the server: told before the mail is sent', async () => {
  await start(undefined, ['SIZE 2000']);
  await open();
  await expect(sender?.send(draft({ text: 'x'.repeat(5000) }))).rejects.toMatchObject({ code: 'message.too_large' });
  expect(script.mails).toEqual([]);
});

test('a silent server ends within the deadline', async () => {
  await start((command) => (command === 'MAIL' ? undefined : 'honest'));
  await open({}, undefined, { ...LIMITS, send: 300, throughput: 1e9 });
  const began = performance.now();
  await expect(sender?.send(draft())).rejects.toMatchObject({ code: 'connection.timeout' });
  expect(performance.now() - began).toBeLessThan(5000);
});

test('an idle connection that the server closed is no error', async () => {
  await start();
  await open();
  await sender?.send(draft());
  script.kick();
  expect((await sender?.send(draft({ messageId: '<m9@example.test>' })))?.messageId).toBe('<m9@example.test>');
});

test.each(['a@example.test\r\nRCPT TO:<evil@example.test>', 'no address', 'a b@example.test', `${'x'.repeat(1001)}@example.test`])(
  '%j never reaches the wire',
  async (address) => {
    await start();
    await open();
    expect(() => sender?.send(draft({ to: [{ address }] }))).toThrow(expect.objectContaining({ code: 'input.invalid' }));
    expect(script.heard.some((line) => line.startsWith('MAIL'))).toBe(false);
  },
);

test('a mail ends where it ends: no text makes two of one', async () => {
  await start();
  await open();
  const piece = fc.constantFrom('.', '\r\n', '\n', '\r', '\r\n.\r\n', '\n.\n', '\r.\r', 'MAIL FROM:<evil@example.test>', 'x', '..', 'é');
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const text = pieces.join('');
      const attachment = {
        filename: 'a.bin',
        contentType: 'application/octet-stream',
        open: () => Promise.resolve(Readable.from([Buffer.from(text)])),
      };
      await sender?.send(draft({ text, attachments: [attachment] }));
      expect(script.mails.length).toBe(++count);
      const mail = script.mails.at(-1) ?? '';
      expect(mail).not.toMatch(/[^\r]\n|\r[^\n]/);
    }),
    { numRuns: 100 },
  );
  expect(script.heard.filter((line) => line.startsWith('MAIL'))).toHaveLength(count);
});

test('an attachment that breaks off in the middle keeps its own error, and no mail is sent', async () => {
  await start();
  await open();
  let opened = 0;
  async function* content(breaks: boolean) {
    yield Buffer.alloc(100_000, 'x');
    await Promise.resolve();
    if (breaks) throw new EmailError('attachment.disk', { path: 'a.bin', reason: 'away' });
  }
  // The first time it is only measured.
  const attachment = {
    filename: 'a.bin',
    contentType: 'application/octet-stream',
    open: () => Promise.resolve(Readable.from(content(opened++ > 0), { objectMode: false })),
  };
  await expect(sender?.send(draft({ attachments: [attachment] }))).rejects.toMatchObject({ code: 'attachment.disk', retry: 'never' });
  expect(opened).toBe(2);
  expect(script.mails).toHaveLength(0);
  await sender?.send(draft());
  expect(script.mails).toHaveLength(1);
});

test('R5.4 Microsoft 365 takes nothing on port 465: refused before any traffic', async () => {
  await start();
  await expect(open({ host: 'smtp.office365.com', port: 465, security: 'tls' })).rejects.toMatchObject({ code: 'input.invalid' });
});
