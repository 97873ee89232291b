import { connect } from 'node:tls';
import { Secret, type Dial } from '@mailwright/core';
import { dialer } from '@mailwright/network';
import { openContext } from '@mailwright/testing';
import { graph } from './index.ts';
import { ALL, QUICK, standFor } from './stand.test.fixture.ts';

const tokens = (value: string, asked: string[] = []) => ({
  kind: 'token' as const,
  username: 'demo@example.test',
  token: () => (asked.push('token'), Promise.resolve({ value: new Secret(value), expiresAt: new Date(Date.now() + 3_600_000) })),
});

test('a certificate that nobody vouches for ends it; the one that was pinned is taken', async () => {
  await using stand = await standFor();
  const { sandbox } = stand;
  const credential = tokens(sandbox.graph.token({ user: sandbox.user.address, permissions: ALL }));
  const open = (more: object) =>
    graph.open(graph.config.parse({ url: sandbox.graph.url, ...more }), credential, openContext({ limits: QUICK }));
  await expect(open({})).rejects.toMatchObject({ code: 'connection.tls_untrusted' });
  expect(stand.faults.heard).toEqual([]);
  const socket = connect({ host: '127.0.0.1', port: sandbox.graph.port, rejectUnauthorized: false });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const trustCertificate = socket.getPeerCertificate().fingerprint256;
  socket.destroy();
  await using mailbox = await open({ trustCertificate });
  expect(mailbox.alive()).toBe(true);
  await expect(open({ trustCertificate: trustCertificate.replace(/^../, '00') })).rejects.toMatchObject({
    code: 'connection.tls_untrusted',
  });
});

test('every connection goes the way that the session has, and is told stage by stage', async () => {
  await using stand = await standFor();
  const { sandbox } = stand;
  const ways: string[] = [];
  const way = dialer();
  const dial: Dial = (to, options) => (ways.push(`${to.host}:${to.port}`), way(to, options));
  const context = openContext({ limits: QUICK, tls: { ca: [sandbox.caPem] }, dial });
  const credential = tokens(sandbox.graph.token({ user: sandbox.user.address, permissions: ALL }));
  await using mailbox = await graph.open(graph.config.parse({ url: sandbox.graph.url }), credential, context);
  for (let times = 0; times < 6; times++) await Array.fromAsync(mailbox.search({ folder: 'INBOX' }));
  expect(new Set(ways)).toEqual(new Set([`127.0.0.1:${sandbox.graph.port}`]));
  // Kept alive: twenty questions and more share four connections.
  expect(stand.faults.heard.length).toBeGreaterThan(18);
  expect(ways.length).toBeLessThanOrEqual(4);
  expect(context.stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
    'name ok',
    'reach ok',
    'tls ok',
    'greeting ok',
    'sign-in ok',
  ]);
  expect(Date.parse(context.stages.find(({ stage }) => stage === 'greeting')?.serverTime ?? '')).toBeGreaterThan(0);
});

test('a server that is not there, and one that never answers, end in time', async () => {
  const gone = await standFor();
  await gone[Symbol.asyncDispose]();
  const config = graph.config.parse({ url: gone.sandbox.graph.url });
  await expect(graph.open(config, tokens('x'), openContext({ limits: QUICK }))).rejects.toMatchObject({ code: 'connection.refused' });
  await using stand = await standFor();
  const { sandbox } = stand;
  stand.faults.set('GET mailFolders/{id}', 'silence', 'silence', 'silence');
  const credential = tokens(sandbox.graph.token({ user: sandbox.user.address, permissions: ALL }));
  const context = openContext({ limits: { ...QUICK, connect: 1500 }, tls: { ca: [sandbox.caPem] } });
  await expect(graph.open(graph.config.parse({ url: sandbox.graph.url }), credential, context)).rejects.toMatchObject({
    code: 'connection.timeout',
  });
});

test('whatever stands in an id, a folder, a Message-ID or a mailbox, it stays one value on the wire', async () => {
  await using stand = await standFor();
  const { mailbox, folder } = stand;
  const odd = ["x' or isRead eq true or subject eq '", '../../users/other', 'a?$top=1', 'a#b', '%2e%2e/x', 'a&b=c', '\u0001'];
  const before = stand.inbox().length;
  for (const id of odd) {
    await expect(mailbox.read({ folder: 'INBOX', id })).rejects.toMatchObject({ code: 'message.not_found' });
    const [erased] = await mailbox.erase([{ folder: 'INBOX', id }]);
    expect(erased?.error?.code).toBe('message.not_found');
    const filter = { op: 'is', field: 'messageId', value: id } as const;
    expect(await Array.fromAsync(mailbox.search({ folder: 'INBOX', filter }))).toEqual([]);
  }
  expect(stand.inbox()).toHaveLength(before);
  expect(folder('Trash')).toEqual([]);
});
