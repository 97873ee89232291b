// Who signs in is shown to the sending server; the mail says whose it is, and the server judges that (docs/decisions/0021-sender-of-a-shared-mailbox.md).
import { SHARED_MAILBOX, describeReal } from '@mailwright/testing';
import { ANY, SignInStand } from './sign-in.test.fixture.ts';

describeReal('mail from a shared mailbox', ['dovecot', 'postfix', 'openssl'], () => {
  let stand: SignInStand;
  beforeAll(async () => void (stand = await SignInStand.start({ postfix: true, sendAs: { demo: 'team' } })), 60_000);
  afterAll(() => stand.world.close());
  beforeEach(() => stand.begin());
  afterEach(() => stand.end());

  /** Sends alone: no mailbox is opened. */
  const sending = (mailbox: string) => {
    const auth = stand.generic('oauth-pkce', stand.identity.clients.native, { ...ANY, mailbox });
    return { timeZone: 'UTC', server: { backend: 'smtp', host: '127.0.0.1', port: stand.world.ports.submissions, auth } };
  };

  test('R1.28 R3.5 who may send as it does, with a sign-in of his own', async () => {
    const email = stand.process();
    const report = await email.testConnection(sending(SHARED_MAILBOX), { person: stand.person() });
    expect(report.stages.filter(({ state }) => state === 'failed')).toEqual([]);
    await email.connect(sending(SHARED_MAILBOX));
    await email.run('email.send', { to: 'svc@example.test', subject: 'from the team', text: 'x', saveToSent: false });
    let headers = '';
    for (let tries = 0; tries < 50 && !headers.includes('from the team'); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      headers = stand.world.doveadm('fetch', '-u', 'svc@example.test', 'hdr', 'mailbox', 'INBOX', 'subject', 'from the team');
    }
    expect(headers).toMatch(/^From: .*team@example\.test/im);
    expect(headers).toMatch(/^Return-Path: <team@example\.test>/im);
  }, 30_000);

  test('R3.5 who may not is told of the right, and nothing is sent', async () => {
    const email = stand.process();
    const { ok, stages } = await email.testConnection(sending('svc@example.test'), { person: stand.person() });
    expect(ok).toBe(false);
    const failed = stages.filter(({ state }) => state === 'failed');
    expect(failed).toMatchObject([{ stage: 'sending', code: 'auth.mailbox_forbidden', fix: expect.stringContaining('Send As') as string }]);
  }, 30_000);
});
