import { readFileSync } from 'node:fs';
import { Secret, type Draft } from '@mailwright/core';
import { describeReal, openContext, startMailWorld, type MailWorld } from '@mailwright/testing';
import { smtp } from './index.ts';

describeReal("on Debian's Postfix", ['dovecot', 'postfix', 'openssl'], () => {
  let world: MailWorld;
  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: 'p"a\\s s wörd%{}$&<>\'', other: 'other-pw-1234' }, postfix: true });
  }, 60_000);
  afterAll(() => world?.close(), 30_000);

  const open = (config: object, password = world.users['demo'] ?? '') => {
    const stages: string[] = [];
    const ctx = openContext({ tls: { ca: [readFileSync(world.caFile, 'utf8')] } });
    const credential = { kind: 'password', username: 'demo@example.test', password: new Secret(password) } as const;
    return smtp
      .open(smtp.config.parse({ host: '127.0.0.1', ...config }), credential, { ...ctx, stage: ({ stage }) => stages.push(stage) })
      .then((sender) => ({ sender, stages }));
  };
  const draft = (to: string): Draft => ({
    from: { address: 'demo@example.test' },
    to: [{ address: to }],
    subject: 'Through Postfix',
    text: '.dot\n',
    messageId: `<${to}>`,
    date: '2026-11-24T10:00:00Z',
  });

  test.each(['starttls', 'tls'] as const)('R2.13 %s: signed in with an odd password, delivered', async (security) => {
    const { sender, stages } = await open({ security, port: security === 'tls' ? world.ports.submissions : world.ports.submission });
    expect(stages).toEqual(['name', 'reach', 'tls', 'greeting', 'sign-in']);
    expect((await sender.send(draft('other@example.test'))).accepted).toEqual(['other@example.test']);
    await sender[Symbol.asyncDispose]();
  });

  test('an unknown recipient and a wrong password are told apart', async () => {
    const { sender } = await open({ security: 'starttls', port: world.ports.submission });
    await expect(sender.send(draft('nobody@example.test'))).rejects.toMatchObject({ code: 'send.rejected' });
    await sender[Symbol.asyncDispose]();
    await expect(open({ security: 'starttls', port: world.ports.submission }, 'wrong-pw-123')).rejects.toMatchObject({
      code: 'auth.rejected',
    });
  });

  test('an untrusted certificate is refused, unless it is the one that was accepted', async () => {
    const ctx = openContext();
    const config = (trustCertificate?: string) =>
      smtp.config.parse({
        host: '127.0.0.1',
        port: world.ports.submission,
        security: 'starttls',
        ...(trustCertificate && { trustCertificate }),
      });
    const credential = { kind: 'none' } as const;
    const error = await smtp.open(config(), credential, ctx).catch((thrown: { code: string; details: { sha256?: string } }) => thrown);
    expect(error).toMatchObject({ code: 'connection.tls_untrusted' });
    await expect(smtp.open(config('00'.repeat(32)), credential, ctx)).rejects.toMatchObject({
      code: 'connection.tls_untrusted',
      details: { sha256: expect.stringMatching(/^[0-9A-F:]{95}$/) },
    });
    const { details } = (await smtp.open(config('00'.repeat(32)), credential, ctx).catch((thrown: unknown) => thrown)) as {
      details: { sha256: string };
    };
    await (await smtp.open(config(details.sha256), credential, ctx))[Symbol.asyncDispose]();
  });
});
