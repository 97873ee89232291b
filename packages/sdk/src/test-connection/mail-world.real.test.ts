// Test connection on Debian's Dovecot, with its access lists, and Postfix.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReal, startMailWorld, type MailWorld } from '@mailwright/testing';
import { createEmail, memoryStore, memoryVault, type Email } from '../index.ts';
import { named } from './stand.test.fixture.ts';

const PASSWORDS = { demo: 'canary-Real-Test-1', reader: 'canary-Real-Test-2', marker: 'canary-Real-Test-3' };
const opened: Email[] = [];
afterEach(async () => {
  for (const email of opened.splice(0)) await email.close();
});

function emailFor(world: MailWorld): Email {
  const email = createEmail({
    ca: world.caFile,
    store: memoryStore(),
    files: join(tmpdir(), 'mw-none'),
    vaults: [memoryVault('v', PASSWORDS)],
  });
  opened.push(email);
  return email;
}
const input = ({ ports }: MailWorld, user: keyof typeof PASSWORDS, more: object = {}) => ({
  session: 'S',
  server: {
    backend: 'imap',
    host: '127.0.0.1',
    port: ports.imap,
    security: 'starttls',
    auth: { mode: 'basic', username: `${user}@example.test`, password: { credential: `v/${user}` } },
  },
  ...more,
});
const outgoing = ({ ports }: MailWorld, from?: string) => ({
  outgoing: { backend: 'smtp', host: '127.0.0.1', port: ports.submission, security: 'starttls', ...(from !== undefined && { from }) },
});

describeReal('rights in INBOX, as Dovecot has them', ['dovecot', 'openssl'], () => {
  const inbox = { reader: 'lr', marker: 'lrws' };

  test('told by its access lists', async () => {
    await using world = await startMailWorld({ users: PASSWORDS, acl: { offered: true, inbox } });
    const test = async (user: keyof typeof PASSWORDS) => named((await emailFor(world).testConnection(input(world, user))).stages, 'rights');
    expect(await test('demo')).toMatchObject({
      state: 'ok',
      text: expect.stringMatching(/by its access list, this login may read messages, mark, move out and erase and put mail in/) as string,
    });
    expect(await test('reader')).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/may not mark, move out and erase and put mail in/) as string,
    });
    expect(await test('marker')).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/may not move out and erase and put mail in/) as string,
    });
    const moving = await emailFor(world).testConnection(input(world, 'reader'), { uses: ['search', 'read', 'move'] });
    expect([moving.ok, named(moving.stages, 'rights')?.code]).toEqual([false, 'capability.unsupported']);
    const reading = await emailFor(world).testConnection(input(world, 'reader'), { uses: ['search', 'read'] });
    expect([reading.ok, named(reading.stages, 'rights')?.state]).toEqual([true, 'ok']);
  }, 60_000);

  test('not told: what opening the folder says', async () => {
    await using world = await startMailWorld({ users: PASSWORDS, acl: { offered: false, inbox } });
    const test = async (user: keyof typeof PASSWORDS) => named((await emailFor(world).testConnection(input(world, user))).stages, 'rights');
    expect(await test('demo')).toMatchObject({ state: 'ok', text: expect.stringContaining('as it was opened') as string });
    expect(await test('reader')).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/as it was opened, this login may not mark and move out and erase/) as string,
    });
  }, 60_000);
});

describeReal('both sides, and a test mail', ['dovecot', 'postfix', 'openssl'], () => {
  let world: MailWorld;
  beforeAll(async () => {
    world = await startMailWorld({ users: PASSWORDS, postfix: true, ownSenders: true });
  }, 60_000);
  afterAll(() => world?.close(), 30_000);

  test('R4.9 R1.66 a mail to the mailbox itself arrives by Postfix and LMTP, is told with its time, and stays', async () => {
    const report = await emailFor(world).testConnection(input(world, 'demo', outgoing(world)), { sendTo: 'Demo@Example.Test' });
    expect(report.stages.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(report.stages.at(-1)).toMatchObject({ stage: 'arrival', text: expect.stringMatching(/arrived in INBOX \d+\.\d s/) as string });
    expect(
      world.doveadm('search', '-u', 'demo@example.test', 'mailbox', 'INBOX', 'subject', 'Mailwright test').trim().split('\n'),
    ).toHaveLength(1);
    expect(JSON.stringify(report)).not.toContain(PASSWORDS.demo);
  }, 90_000);

  test('to somebody else it is handed over, and that is all that is said', async () => {
    const { ok, stages } = await emailFor(world).testConnection(input(world, 'demo', outgoing(world)), { sendTo: 'reader@example.test' });
    expect([ok, named(stages, 'test-mail', 'sending')?.state, named(stages, 'arrival')]).toEqual([true, 'ok', undefined]);
  }, 60_000);

  test('R3.5 a sender that the login does not own is refused before anything is sent', async () => {
    const { ok, stages } = await emailFor(world).testConnection(input(world, 'demo', outgoing(world, 'boss@example.test')));
    expect(ok).toBe(false);
    expect(named(stages, 'sending', 'sending')).toMatchObject({
      state: 'failed',
      code: 'auth.mailbox_forbidden',
      fix: expect.stringContaining('Send As') as string,
    });
    expect(named(stages, 'round-trip', 'sending')?.state).toBe('ok');
  }, 60_000);

  test('a recipient that Postfix does not take fails the test mail', async () => {
    const { ok, stages } = await emailFor(world).testConnection(input(world, 'demo', outgoing(world)), { sendTo: 'nobody@example.test' });
    expect([ok, named(stages, 'test-mail', 'sending')?.code]).toEqual([false, 'send.rejected']);
  }, 60_000);
});
