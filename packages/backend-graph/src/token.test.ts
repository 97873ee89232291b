import { EmailError } from '@mailwright/core';
import { canary } from '@mailwright/testing';
import { ALL, draftOf, standFor } from './stand.test.fixture.ts';

const bearer = (sandbox: { graph: { token(grant: object): string }; user: { address: string } }, more: object = {}) =>
  sandbox.graph.token({ user: sandbox.user.address, permissions: ALL, ...more });

test('a token that ended in the middle is renewed once, and the question asked again', async () => {
  await using stand = await standFor();
  const given: string[] = [];
  let ended = false;
  const open = () =>
    stand.open({
      token: (fresh) => {
        given.push(fresh ? 'fresh' : 'kept');
        return fresh || !ended ? bearer(stand.sandbox) : bearer(stand.sandbox, { expiresIn: -1000 });
      },
    });
  ended = true;
  await using _ = await open();
  expect(given).toEqual(['kept', 'fresh']);
});

test.each([
  ['a second refusal is final', { expiresIn: -1000 }, 'auth.token_expired'],
  ['no right to read', { permissions: ['User.Read'] }, 'auth.mailbox_forbidden'],
])('%s, and no token is in the error', async (_, more, code) => {
  await using stand = await standFor();
  const tokens: string[] = [];
  const error = await stand.open({ token: () => (tokens.push(bearer(stand.sandbox, more)), tokens.at(-1) ?? '') }).then(
    () => undefined,
    (thrown: EmailError) => thrown,
  );
  expect(error?.code).toBe(code);
  expect(tokens.length).toBeLessThanOrEqual(2);
  const told = JSON.stringify(error) + String(error?.stack) + String((error?.cause as Error | undefined)?.stack);
  for (const token of tokens) expect(told).not.toContain(token);
});

test('R4.11 a shared mailbox and an application open the mailbox that is named', async () => {
  const users = [
    { address: 'demo@example.test', password: canary('password') },
    { address: 'team@example.test', password: canary('password') },
  ];
  await using stand = await standFor({ sandbox: { users } });
  const { sandbox } = stand;
  sandbox.store.deliver('ann@example.com', ['team@example.test'], Buffer.from('Subject: for the team\r\n\r\nx\r\n'));
  const context = { mailbox: 'team@example.test' };
  const shared = () => bearer(sandbox, { permissions: ['Mail.ReadWrite.Shared'], mailboxes: ['team@example.test'] });
  const application = () => sandbox.graph.token({ permissions: ALL });
  for (const token of [shared, application]) {
    await using mailbox = await stand.open({ context, token });
    const [first] = await Array.fromAsync(mailbox.search({ folder: 'INBOX' }));
    expect(first?.subject).toBe('for the team');
    expect((await mailbox.move([first?.ref as never], 'INBOX'))[0]?.error).toBeUndefined();
  }
  await expect(stand.open({ context, token: () => bearer(sandbox) })).rejects.toMatchObject({ code: 'auth.mailbox_forbidden' });
  await expect(stand.open({ context: { mailbox: 'nobody@example.test' }, token: application })).rejects.toMatchObject({
    code: 'auth.mailbox_forbidden',
  });
});

test('a password is refused before anything is sent', async () => {
  const { graph } = await import('./index.ts');
  const dial = () => Promise.reject(new Error('dialed'));
  const { openContext } = await import('@mailwright/testing');
  await expect(graph.open(graph.config.parse({}), { kind: 'none' }, openContext({ dial }))).rejects.toMatchObject({
    code: 'input.invalid',
  });
});

test('each cloud has its own host, and another address must be https', async () => {
  const { graph } = await import('./index.ts');
  const hosts = ['global', 'us-gcc-high', 'us-dod', 'china'].map((cloud) => graph.hostOf?.(graph.config.parse({ cloud }), 'oauth-pkce'));
  expect(hosts).toEqual(['graph.microsoft.com', 'graph.microsoft.us', 'dod-graph.microsoft.us', 'microsoftgraph.chinacloudapi.cn']);
  expect(graph.config.safeParse({ url: 'http://graph.example.test/v1.0' }).success).toBe(false);
  expect(graph.hostOf?.(graph.config.parse({ url: 'https://Graph.Example.test:8443/v1.0/' }), 'oauth-vault')).toBe('graph.example.test');
});

test('an application that may send and nothing else sends, once, and says why it cannot read', async () => {
  await using stand = await standFor();
  const { sandbox } = stand;
  const context = { mailbox: sandbox.user.address };
  await using mailbox = await stand.open({ context, token: () => sandbox.graph.token({ permissions: ['Mail.Send'] }) });
  expect(await mailbox.send(draftOf())).toMatchObject({ state: 'sent', accepted: ['ann@example.com', 'hidden@example.com'] });
  expect(sandbox.store.outside).toHaveLength(1);
  await expect(Array.fromAsync(mailbox.search({ folder: 'INBOX' }))).rejects.toMatchObject({ code: 'auth.mailbox_forbidden' });
  await expect(mailbox.read({ folder: 'INBOX', id: 'x' })).rejects.toMatchObject({ code: 'auth.mailbox_forbidden' });
  stand.faults.set('POST sendMail', { status: 504, done: true });
  await expect(mailbox.send(draftOf())).rejects.toMatchObject({ code: 'send.outcome_unknown' });
  expect(sandbox.store.outside).toHaveLength(2);
});

test('who may read and send, and change nothing, sends at once, and looks where no answer came', async () => {
  await using stand = await standFor();
  await using mailbox = await stand.open({ token: () => bearer(stand.sandbox, { permissions: ['Mail.Read', 'Mail.Send'] }) });
  stand.faults.set('POST sendMail', { status: 504, done: true });
  expect(await mailbox.send(draftOf())).toMatchObject({ state: 'sent' });
  stand.faults.set('POST sendMail', 'drop');
  await expect(mailbox.send(draftOf({ messageId: '<once-2@example.test>' }))).rejects.toMatchObject({ code: 'send.outcome_unknown' });
  expect(stand.sandbox.store.outside).toHaveLength(1);
});

test('R4.13 what is missing is named: the permissions of Graph, and of others the right to the mailbox', async () => {
  await using stand = await standFor();
  const token = () => bearer(stand.sandbox, { permissions: ['Mail.Read'] });
  await using mailbox = await stand.open({ token });
  const [first] = await Array.fromAsync(mailbox.search({ folder: 'INBOX', limit: 1 }));
  const [marked] = await mailbox.mark([first?.ref as never], { seen: true });
  expect(marked?.error?.code).toBe('auth.mailbox_forbidden');
  for (const name of ['Mail.Read ', 'Mail.ReadWrite', 'Mail.Send', '.Shared', 'RBAC']) expect(marked?.error?.fix).toContain(name);
});
