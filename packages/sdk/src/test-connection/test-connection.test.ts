import type { Need, Stage } from '@mailwright/core';
import { honest, scripted, smtpScript } from '@mailwright/testing';
import { named, startStand, type Stand } from './stand.test.fixture.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand[Symbol.asyncDispose]());

const line = ({ side, stage, state }: Stage) => `${side} ${stage} ${state}`;

test('R1.66 every stage of both sides, in order, each with its time', async () => {
  const { ok, stages } = await stand.emailWith().testConnection(stand.input());
  expect(ok).toBe(true);
  expect(stages.map(line).filter((one) => !one.includes(' name '))).toEqual([
    ...['reach', 'tls', 'greeting', 'sign-in', 'folders', 'rights', 'special-folders', 'round-trip'].map((one) => `reading ${one} ok`),
    ...['reach', 'tls', 'greeting', 'sign-in', 'sending', 'round-trip'].map((one) => `sending ${one} ok`),
  ]);
  expect(named(stages, 'rights')?.text).toMatch(/may read messages, mark and move out and erase/);
  expect(named(stages, 'special-folders')?.text).toMatch(/sent is "Sent", drafts is "Drafts", trash is "Trash"/);
  expect(named(stages, 'round-trip')?.text).toMatch(/takes \d+(\.\d)? ms/);
  expect(named(stages, 'sending', 'sending')?.text).toBe(`Mail from ${stand.sandbox.user.address} is taken.`);
  for (const { ms } of stages) expect(ms).toBeLessThan(10_000);
}, 30_000);

test('R2.8 R4.9 a test mail to the mailbox itself is seen to arrive, and stays there; one to somebody else is handed over', async () => {
  const inbox = () => stand.sandbox.store.account(stand.sandbox.user.address)?.folder('INBOX')?.messages.length ?? 0;
  const before = inbox();
  const own = await stand.emailWith().testConnection(stand.input(), { sendTo: stand.sandbox.user.address });
  expect(own.ok).toBe(true);
  expect(own.stages.at(-1)).toMatchObject({
    stage: 'arrival',
    side: 'reading',
    state: 'ok',
    text: expect.stringMatching(/arrived in INBOX \d+\.\d s .* left there/) as string,
  });
  expect(inbox()).toBe(before + 1);
  const other = await stand.emailWith().testConnection(stand.input(), { sendTo: 'You <you@elsewhere.example.com>' });
  expect(named(other.stages, 'test-mail', 'sending')).toMatchObject({
    state: 'ok',
    text: expect.stringContaining('you@elsewhere.example.com') as string,
  });
  expect(named(other.stages, 'arrival')).toBeUndefined();
}, 30_000);

test('what cannot be asked is said before anything is', async () => {
  const email = stand.emailWith();
  for (const sendTo of ['', 'nobody', 'a@example.test, b@example.test', 'a@example.test\r\nBcc: c@example.test'])
    await expect(email.testConnection(stand.input(), { sendTo })).rejects.toMatchObject({ code: 'input.invalid' });
  await expect(email.testConnection(stand.input({ readOnly: true }), { sendTo: 'a@example.test' })).rejects.toMatchObject({
    code: 'input.invalid',
  });
  await expect(email.testConnection(stand.input({ outgoing: undefined }), { sendTo: 'a@example.test' })).rejects.toMatchObject({
    code: 'input.invalid',
  });
});

test('a session that changes nothing is asked for no rights, and its sending side is left alone', async () => {
  const { ok, stages } = await stand.emailWith().testConnection(stand.input({ readOnly: true }));
  expect([ok, stages.some(({ side }) => side === 'sending')]).toEqual([true, false]);
  expect(named(stages, 'rights')?.text).toMatch(/read-only/);
  expect(named(stages, 'special-folders')).toBeUndefined();
}, 30_000);

describe('rights and special folders by what the bot does', () => {
  const reading = (more: string) => '* 1 EXISTS\r\n* OK [UIDVALIDITY 7] yes\r\n' + more;
  const server = (select: string, capabilities = '', more: (line: string) => string | undefined = () => undefined) =>
    scripted('* OK hello\r\n', (text) => {
      const [tag = ''] = text.split(' ');
      const own = more(text);
      if (own !== undefined) return own;
      if (/ SELECT /.test(text)) return `${select.replace('TAG', tag)}`;
      if (/UID SEARCH/.test(text)) return `* SEARCH\r\n${tag} OK done\r\n`;
      return honest(text, { capabilities });
    });
  const tested = async (port: number, uses?: readonly Need[]) => {
    const secured = { security: 'none', allowClearTextPassword: true };
    return stand
      .emailWith()
      .testConnection(
        { session: 'S', server: { backend: 'imap', host: '127.0.0.1', port, ...secured, auth: stand.auth() } },
        uses && { uses },
      );
  };
  const READ_ONLY = reading('* OK [PERMANENTFLAGS ()] none\r\nTAG OK [READ-ONLY] done\r\n');

  test('a folder that is opened read-only: a warning, a failure for a bot that moves, nothing for one that reads', async () => {
    await using script = await server(READ_ONLY);
    expect(named((await tested(script.port)).stages, 'rights')).toMatchObject({
      state: 'warning',
      text: expect.stringContaining('move out and erase') as string,
    });
    const moving = await tested(script.port, ['search', 'read', 'move']);
    expect(moving.ok).toBe(false);
    expect(named(moving.stages, 'rights')).toMatchObject({
      state: 'failed',
      code: 'capability.unsupported',
      text: expect.stringMatching(/cannot move \(INBOX is read-only\)/) as string,
    });
    expect(named((await tested(script.port, ['search', 'read'])).stages, 'rights')?.state).toBe('ok');
  }, 30_000);

  test('RFC 4314: the rights of this login, also where it may only mark', async () => {
    const acl = (letters: string) => (text: string) =>
      text.includes('MYRIGHTS') ? `* MYRIGHTS INBOX ${letters}\r\n${text.split(' ')[0]} OK done\r\n` : undefined;
    await using marking = await server(reading('TAG OK [READ-WRITE] done\r\n'), 'ACL', acl('lrswi'));
    expect(named((await tested(marking.port)).stages, 'rights')).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/by its access list, this login may not move out and erase/) as string,
    });
    await using old = await server(reading('TAG OK [READ-WRITE] done\r\n'), 'ACL', acl('lrswipcda'));
    expect(named((await tested(old.port)).stages, 'rights')).toMatchObject({
      state: 'ok',
      text: expect.stringContaining('put mail in') as string,
    });
  }, 30_000);

  test('a role without a folder: a warning, a failure for a bot that needs it', async () => {
    await using script = await server(reading('TAG OK [READ-WRITE] done\r\n'));
    expect(named((await tested(script.port)).stages, 'special-folders')).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/no folder for sent, no folder for drafts/i) as string,
    });
    const trashing = await tested(script.port, ['search', 'trash']);
    expect(named(trashing.stages, 'special-folders')).toMatchObject({ state: 'failed', code: 'folder.role_missing' });
    expect(named((await tested(script.port, ['search', 'move'])).stages, 'special-folders')?.state).toBe('ok');
  }, 30_000);
});

describe('a sender that is not taken', () => {
  test.each([
    ['MAIL', '553 5.7.1 <boss@example.test>: Sender address rejected: not owned by user demo', 'auth.mailbox_forbidden'],
    ['RCPT', '550 5.7.60 Client does not have permissions to send as this sender', 'auth.mailbox_forbidden'],
    ['MAIL', '530 5.7.57 Client not authenticated to send mail', 'auth.rejected'],
    ['MAIL', '550 5.7.1 Not you', 'send.rejected'],
    ['RCPT', '451 4.7.1 Later', 'server.throttled'],
  ] as const)(
    '%s answered with %s is %s; nothing is sent, and the test goes on',
    async (command, answer, code) => {
      const script = await smtpScript((said) => (said === command ? answer : 'honest'));
      const server = { backend: 'smtp', host: '127.0.0.1', port: script.port, security: 'none', from: 'boss@example.test' };
      const { ok, stages } = await stand.emailWith().testConnection({ session: 'S', server });
      expect([ok, named(stages, 'sending', 'sending')?.code, named(stages, 'round-trip', 'sending')?.state]).toEqual([false, code, 'ok']);
      expect(script.mails).toEqual([]);
      expect(script.heard.filter((one) => /^(DATA|RSET)/.test(one))).toEqual(['RSET']);
      await script.close();
    },
    30_000,
  );
});

describe('time and a stop', () => {
  const silent = (port: number) => ({ backend: 'imap', host: '127.0.0.1', port, security: 'starttls', auth: stand.auth() });

  test('a stop ends it within a second, and tells what was not tried', async () => {
    await using script = await scripted('', () => undefined);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 300);
    const began = performance.now();
    const { ok, stages } = await stand.emailWith().testConnection(stand.input({ server: silent(script.port) }), { signal: stop.signal });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(ok).toBe(false);
    expect(stages.slice(0, 2).map(({ state }) => state)).toEqual(['ok', 'ok']);
    expect(stages[2]).toMatchObject({
      state: 'not-tried',
      code: 'automation.cancelled',
      text: expect.stringContaining('Stopped before') as string,
    });
    expect(stages.slice(3).every(({ state, code }) => state === 'not-tried' && code === 'automation.cancelled')).toBe(true);
    expect(new Set(stages.map(({ side }) => side))).toEqual(new Set(['reading', 'sending']));
  }, 30_000);

  test('a vault that hangs is stopped just as well, and so is the waiting for a test mail', async () => {
    const hanging = { id: 'v', read: () => new Promise<never>(() => undefined) };
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 200);
    const began = performance.now();
    const first = await stand.emailWith({ vaults: [hanging] }).testConnection(stand.input(), { signal: stop.signal });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(named(first.stages, 'sign-in')).toMatchObject({ state: 'not-tried', code: 'automation.cancelled' });
    // A server that takes the mail and keeps it.
    const script = await smtpScript();
    const outgoing = { backend: 'smtp', host: '127.0.0.1', port: script.port, security: 'none', auth: { mode: 'none' } };
    const waiting = new AbortController();
    let handed = 0;
    const onStage = ({ stage }: Stage) => {
      if (stage !== 'test-mail') return;
      handed = performance.now();
      setTimeout(() => waiting.abort(), 1500);
    };
    const { stages } = await stand.emailWith().testConnection(stand.input({ outgoing }), {
      sendTo: stand.sandbox.user.address,
      signal: waiting.signal,
      onStage,
    });
    expect(performance.now() - handed).toBeLessThan(10_000);
    expect(stages.at(-1)).toMatchObject({ stage: 'arrival', state: 'not-tried', code: 'automation.cancelled' });
    await script.close();
  }, 30_000);

  test('ten seconds a stage: a server that says nothing does not take longer, and the other side is tested all the same', async () => {
    await using script = await scripted('', () => undefined);
    const began = performance.now();
    const { stages } = await stand.emailWith().testConnection(stand.input({ server: silent(script.port) }));
    expect(performance.now() - began).toBeLessThan(14_000);
    expect(stages.find(({ state }) => state === 'failed')).toMatchObject({ code: 'connection.timeout' });
    expect(named(stages, 'sign-in', 'sending')?.state).toBe('ok');
  }, 30_000);
});

test('every stage is told in the language that is asked for, an error with its fix too', async () => {
  const { server, outgoing } = stand.input();
  const { stages } = await stand.emailWith().testConnection({ session: 'S', server, outgoing }, { language: 'de-AT' });
  expect(named(stages, 'reach')?.text).toMatch(/^Port \d+ antwortet\.$/);
  expect(named(stages, 'rights')?.text).toMatch(/lesen, markieren und hinausverschieben und löschen/);
  const refused = await stand
    .emailWith()
    .testConnection(
      { session: 'S', server: { ...server, auth: { ...stand.auth(), password: { insecure: 'wrong' } } } },
      { language: 'pt-BR' },
    );
  expect(named(refused.stages, 'sign-in')).toMatchObject({
    text: expect.stringContaining('recusou o login') as string,
    fix: expect.stringContaining('Verifique a credencial') as string,
  });
  expect(named(refused.stages, 'folders')?.text).toBe('Não tentado, pois uma fase anterior falhou.');
}, 30_000);
