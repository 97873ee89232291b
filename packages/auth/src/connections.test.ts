import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmailError, type Http } from '@mailwright/core';
import { connectionsVault } from './connections.ts';
import { contextFor } from './context.test.fixture.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'connections-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TEAM = {
  tokenType: 'shared',
  backend: ['imap'],
  auth: {
    mode: 'oauth-pkce',
    provider: 'generic',
    issuer: 'https://id.example.test',
    clientId: 'app',
    username: 'me@contoso.test',
    allowTokenTo: ['imap.example.test'],
  },
};
/** As a process of its own. */
const process = (http: Http) => {
  const store = { get: () => Promise.resolve(TEAM), names: () => Promise.resolve(['Team']) };
  return connectionsVault(store, () => contextFor({ folder: join(folder, 'tokens'), secret: '' }, http));
};

test('R1.51 while somebody signs in, the state says so at once', async () => {
  const [begun, asked] = [Promise.withResolvers<undefined>(), Promise.withResolvers<never>()];
  const signingIn = process(() => {
    begun.resolve(undefined);
    return asked.promise;
  }).signIn('Team', 'shared', { openBrowser: () => Promise.resolve(), showCode: () => undefined });
  signingIn.catch(() => undefined);
  await Promise.race([begun.promise, signingIn]);
  const since = performance.now();
  const [state] = await process(() => Promise.reject(new Error('nobody is asked'))).states('me');
  expect(state).toMatchObject({ name: 'Team', username: 'me@contoso.test', state: 'signing in' });
  expect(state?.because).toMatch(/under way/);
  expect(performance.now() - since).toBeLessThan(3000);
  asked.reject(new EmailError('auth.cancelled', { because: 'it is over' }));
  await expect(signingIn).rejects.toThrow();
  expect(await process(() => Promise.reject(new Error('nobody is asked'))).states('me')).toMatchObject([{ state: 'never used' }]);
});
