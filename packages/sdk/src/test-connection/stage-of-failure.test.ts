// What keeps a session from opening is told at the stage that it concerns, with the time that it took.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from '@mailwright/core';
import { scripted } from '@mailwright/testing';
import { memoryVault } from '../index.ts';
import { named, startStand, type Stand } from './stand.test.fixture.ts';

let stand: Stand;
let folder: string;
beforeAll(async () => {
  stand = await startStand();
  folder = mkdtempSync(join(tmpdir(), 'mw-stages-'));
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const server = (more: object) => ({ ...stand.input().server, ...more });
const failures = (stages: readonly Stage[]) =>
  stages.filter(({ state }) => state === 'failed').map(({ side, stage, code }) => `${side} ${stage} ${code}`);
const connection = {
  backend: ['imap'],
  auth: {
    mode: 'oauth-client-credentials',
    provider: 'generic',
    issuer: 'https://127.0.0.1:9',
    clientId: 'c',
    clientSecret: { credential: 'v/password' },
    mailbox: 'me@example.test',
    allowTokenTo: ['imap.example.test'],
  },
} as const;
const managed = (tokenType: string) => ({ mode: 'oauth-vault', connection: 'Team', tokenType, username: 'me@example.test' });

const key = { mode: 'google-service-account', key: { credential: 'v/password' }, username: 'm@example.test', allowTokenTo: ['127.0.0.1'] };
const proxy = { url: 'http://127.0.0.1:9', password: { credential: 'v/password' } };
test.each<readonly [string, object, object, string]>([
  ['certificates that are none', { ca: '/no/such/file.pem' }, {}, 'tls'],
  ['a key that is none', {}, { auth: key }, 'sign-in'],
  ['the other token type', {}, { auth: managed('user') }, 'sign-in'],
  ['a host that the connection does not name', {}, { auth: managed('shared') }, 'sign-in'],
  ['a password that would travel in the clear', {}, { security: 'none' }, 'tls'],
  ['a proxy whose password has no user', { proxy }, {}, 'reach'],
])('%s', async (_, session, more, stage) => {
  const email = stand.emailWith({ connections: folder });
  await email.setConnection('Team', connection as never);
  const { stages } = await email.testConnection({ session: 'S', ...session, server: server(more) });
  expect(failures(stages)).toEqual([`reading ${stage} input.invalid`]);
  expect(stages[0]).toMatchObject({ stage: 'name', state: 'not-tried', text: 'Not tried: a setting has to be corrected first.' });
});

test('a login that could not be had took its time', async () => {
  const slow = { ...memoryVault('v'), read: () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no')), 300)) };
  const { stages } = await stand.emailWith({ vaults: [slow] }).testConnection({ session: 'S', server: server({}) });
  expect(named(stages, 'sign-in')?.state).toBe('failed');
  expect(named(stages, 'sign-in')?.ms).toBeGreaterThan(250);
  expect(named(stages, 'name')?.ms).toBe(0);
});

test('a server that says nothing is waited for at its greeting, one that hangs up before it too', async () => {
  await using silent = await scripted('', () => undefined);
  await using shut = await scripted(
    '',
    () => undefined,
    (socket) => void socket.end(),
  );
  const tested = async (backend: string, security: string, { port }: { readonly port: number }) => {
    const more = { backend, port, security, ...(security === 'none' && { allowClearTextPassword: true }) };
    const { stages } = await stand.emailWith().testConnection({ session: 'S', server: server(more) });
    return [backend, security, ...failures(stages)];
  };
  const kinds = ['imap', 'smtp'].flatMap((backend) => ['starttls', 'none'].map((security) => [backend, security] as const));
  const side = (backend: string) => (backend === 'imap' ? 'reading' : 'sending');
  expect(await Promise.all(kinds.map((one) => tested(...one, silent)))).toEqual(
    kinds.map(([backend, security]) => [backend, security, `${side(backend)} greeting connection.timeout`]),
  );
  expect((await Promise.all(kinds.map((one) => tested(...one, shut)))).map(([, , failed]) => failed?.split(' ')[1])).toEqual(
    kinds.map(() => 'greeting'),
  );
}, 60_000);
