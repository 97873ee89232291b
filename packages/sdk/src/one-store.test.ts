// One mailbox of the sandbox, whichever way one comes in.
import { Secret, type Credential, type Mailbox, type MailboxFeatures, type Sender } from '@mailwright/core';
import { startSandbox } from '@mailwright/sandbox';
import { openContext } from '@mailwright/testing';
import { BACKENDS, SENDERS } from './defaults.ts';

test('a mail that is sent over SMTP is read over Graph, moved over EWS, seen over IMAP, and all are told that it came', async () => {
  await using sandbox = await startSandbox({ seed: false });
  const { user, host, caPem, graph, ews } = sandbox;
  const password: Credential = { kind: 'password', username: user.address, password: new Secret(user.password) };
  const value = new Secret(graph.token({ user: user.address, permissions: ['Mail.ReadWrite'] }));
  const token: Credential = {
    kind: 'token',
    username: user.address,
    token: () => Promise.resolve({ value, expiresAt: new Date(Date.now() + 3_600_000) }),
  };
  const context = () => openContext({ tls: { ca: [caPem] } });
  const over = async (id: string, config: object, credential: Credential) => {
    const backend = BACKENDS.find((one) => one.id === id);
    if (!backend) throw new Error(`there is no backend ${id}`);
    return (await backend.open(backend.config.parse(config), credential, context())) as Mailbox & MailboxFeatures;
  };
  await using imap = await over('imap', { host, port: sandbox.imap.port, security: 'starttls' }, password);
  await using overGraph = await over('graph', { url: graph.url }, token);
  await using overEws = await over('ews', { url: ews.url }, password);
  const ways = [imap, overGraph, overEws];
  const begun = await Promise.all(ways.map((way) => way.changes('INBOX')));

  const [smtp] = SENDERS;
  const config = smtp?.config.parse({ host, port: sandbox.smtp.port, security: 'starttls' }) ?? {};
  await using sender = (await smtp?.open(config, password, context())) as Sender;
  await sender.send({
    from: { address: user.address },
    to: [{ address: user.address }],
    subject: 'Gr\u00fc\u00dfe an alle',
    text: 'one mail',
    messageId: '<one@example.test>',
    date: '2026-11-24T08:00:00.000Z',
  });

  for (const [at, way] of ways.entries()) {
    const [arrived, ...more] = (await way.changes('INBOX', begun[at]?.cursor)).arrived;
    expect(more).toEqual([]);
    if (!arrived) throw new Error('nothing came');
    const { subject, text = '', messageId } = await way.read(arrived);
    expect([subject, text.trim(), messageId]).toEqual(['Gr\u00fc\u00dfe an alle', 'one mail', '<one@example.test>']);
    if (way === overEws) expect(await way.move([arrived], 'role:trash')).toMatchObject([{ to: { folder: expect.any(String) as string } }]);
  }
  const seen = async (way: Mailbox, folder: string) => (await Array.fromAsync(way.search({ folder }))).map(({ messageId }) => messageId);
  for (const way of ways) expect([await seen(way, 'INBOX'), await seen(way, 'role:trash')]).toEqual([[], ['<one@example.test>']]);
}, 30_000);
