import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Secret, type Credential, type EmailError, type MessageRef } from '@mailwright/core';
import { dialer, httpsClient } from '@mailwright/network';
import { standardSeed } from '@mailwright/sandbox';
import { describeReal, startMailWorld, type MailWorld } from '@mailwright/testing';
import { collect, openAt, password, type Trial } from './stand.test.fixture.ts';

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const USER = 'demo@example.test';

describeReal('Dovecot', ['dovecot', 'pop3-login', 'openssl'], () => {
  let world: MailWorld;
  let ca: string;
  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: 'demo-pw-1234', other: 'other-pw-1234' }, identity: true });
    ca = readFileSync(world.caFile, 'utf8');
    world.seed(
      'demo',
      'INBOX',
      standardSeed().messages.map(({ raw, receivedAt }) => ({ raw, receivedAt: new Date(receivedAt) })),
    );
    const numbered = Array.from({ length: 60 }, (_, n) => ({ raw: Buffer.from(`Subject: mail ${n}\r\n\r\n.\r\n..${n}\r\n`) }));
    world.seed('other', 'INBOX', numbered);
  }, 60_000);
  afterAll(() => world.close());

  const open = ({ config, credential = password(USER, 'demo-pw-1234'), ...trial }: Trial = {}) =>
    openAt(world.ports.pop3s, {
      ...trial,
      config: { security: 'tls', ...config },
      credential,
      context: { tls: { ca: [ca] }, ...trial.context },
    });
  const starttls = () => ({ port: world.ports.pop3, security: 'starttls' });
  const other = password('other@example.test', 'other-pw-1234');
  const subjects = () =>
    world.doveadm('fetch', '-u', 'other@example.test', 'hdr.subject', 'mailbox', 'INBOX', 'all').match(/mail \d+/g) ?? [];

  test.each([
    ['expired', 'connection.tls_expired'],
    ['wrongHost', 'connection.tls_mismatch'],
    ['selfSigned', 'connection.tls_untrusted'],
  ] as const)('the certificate that is %s is %s, with TLS and with STLS', async (which, code) => {
    for (const config of [{}, starttls()]) {
      const error = await open({ config: { ...config, host: world.hosts[which] } }).then(
        () => undefined,
        (thrown: EmailError) => thrown,
      );
      expect(error?.code).toBe(code);
    }
  });

  test('a certificate that nobody vouches for is accepted by its fingerprint, with TLS and with STLS', async () => {
    const error = (await open({ config: { host: world.hosts.selfSigned } }).catch(
      (thrown: EmailError) => thrown,
    )) as EmailError<'connection.tls_untrusted'>;
    const trustCertificate = error.details.sha256;
    for (const config of [{}, starttls()]) {
      await using mailbox = await open({ config: { ...config, host: world.hosts.selfSigned, trustCertificate } });
      expect(mailbox.alive()).toBe(true);
      const other = `${trustCertificate?.startsWith('00') ? '11' : '00'}${trustCertificate?.slice(2)}`;
      await expect(open({ config: { ...config, host: world.hosts.selfSigned, trustCertificate: other } })).rejects.toMatchObject({
        code: 'connection.tls_untrusted',
      });
    }
  });

  test('a wrong password', async () => {
    await expect(open({ credential: password(USER, 'not-the-password') })).rejects.toMatchObject({ code: 'auth.rejected' });
  });

  test('a token by XOAUTH2, with TLS and behind STLS; one that is not good is refused', async () => {
    const { port = 0, tenant = '', clients } = world.identity ?? {};
    const grant = { grant_type: 'password', client_id: clients?.ropc ?? '', username: USER, password: 'demo-pw-1234', scope: 'openid' };
    const answer = await httpsClient({ ca: [ca], dial: dialer() })({
      url: `https://localhost:${port}/${tenant}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(new URLSearchParams(grant)),
    });
    const { access_token: good } = JSON.parse(answer.text) as { access_token: string };
    const token = (value: string): Credential => ({
      kind: 'token',
      username: USER,
      token: () => Promise.resolve({ value: new Secret(value), expiresAt: new Date(Date.now() + 3_600_000) }),
    });
    for (const config of [{}, starttls()]) {
      await using mailbox = await open({ config, credential: token(good) });
      expect(mailbox.alive()).toBe(true);
      await expect(open({ config, credential: token('no-such-token') })).rejects.toMatchObject({ code: 'auth.token_expired' });
    }
  });

  test('every sample mail byte for byte', async () => {
    await using mailbox = await open();
    const whole = await collect(mailbox.search({ folder: 'INBOX', load: 'message' }));
    const ended = (raw: Buffer) => (raw.toString('latin1').endsWith('\r\n') ? raw : Buffer.concat([raw, Buffer.from('\r\n')]));
    const seeds = standardSeed().messages.map(({ raw }) => hash(ended(raw)));
    const found = await Promise.all(whole.map(async (message) => hash(Buffer.concat(await (await message.raw()).toArray()))));
    expect(found.toSorted()).toEqual(seeds.toSorted());
  });

  test('what is erased goes when the session is closed, seen by doveadm', async () => {
    const mailbox = await open({ credential: other });
    const all = await collect(mailbox.search({ folder: 'INBOX', filter: { op: 'matches', field: 'subject', pattern: 'mail [1-3]?7$' } }));
    expect(all.map(({ subject }) => subject)).toEqual(['mail 7', 'mail 17', 'mail 27', 'mail 37']);
    const results = await mailbox.erase(all.map(({ ref }) => ref));
    expect(results.map(({ pending, error }) => [pending, error])).toEqual(all.map(() => [true, undefined]));
    expect(subjects()).toHaveLength(60);
    await mailbox[Symbol.asyncDispose]();
    expect(subjects()).toHaveLength(56);
    expect(subjects()).not.toContain('mail 17');
    await using again = await open({ credential: other });
    expect(await again.read(all[0]?.ref as MessageRef).catch((error: EmailError) => error.code)).toBe('message.not_found');
    expect((await collect(again.search({ folder: 'INBOX' }))).length).toBe(56);
  });

  test('a kicked session is not alive, and its error names what was not erased', async () => {
    const mailbox = await open({ credential: other });
    const [first] = await collect(mailbox.search({ folder: 'INBOX' }));
    await mailbox.erase([first?.ref as MessageRef]);
    world.doveadm('kick', 'other@example.test');
    for (const end = Date.now() + 5000; mailbox.alive() && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(mailbox.probe?.noop?.()).rejects.toMatchObject({ code: 'connection.lost' });
    await expect(mailbox[Symbol.asyncDispose]()).rejects.toMatchObject({
      code: 'message.not_erased',
      details: { messages: [first?.ref.id] },
    });
    expect(subjects()).toHaveLength(56);
  });
});
