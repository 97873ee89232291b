import { startSandbox } from '@mailwright/sandbox';
import { createEmail } from './email.ts';
import { memoryVault } from '@mailwright/vault';

/** A session on a server that never answers this command. */
async function silentAt(command: RegExp, limits: object) {
  const sandbox = await startSandbox({ fault: (said) => (command.test(said) ? 'silence' : undefined) });
  const vaults = [memoryVault('sandbox', { password: sandbox.user.password })];
  const email = createEmail({ vaults, ca: sandbox.caFile, limits });
  const auth = { mode: 'basic', username: sandbox.user.address, password: { credential: 'sandbox/password' } };
  const connect = () =>
    email.connect({ timeZone: 'UTC', server: { backend: 'imap', host: sandbox.host, port: sandbox.imap.tlsPort, auth } });
  const close = async () => {
    await email.close();
    await sandbox.close();
  };
  return { email, connect, close };
}

/** What it failed with, and after how many milliseconds. */
async function failure(work: () => Promise<unknown>): Promise<{ code: unknown; ms: number }> {
  const began = performance.now();
  try {
    await work();
    return { code: 'none', ms: 0 };
  } catch (error) {
    return { code: (error as { code?: unknown }).code, ms: performance.now() - began };
  }
}

test('a sign-in that nobody answers ends at its deadline, plus a second at most', async () => {
  const { connect, close } = await silentAt(/^(LOGIN|AUTHENTICATE)/, { connect: 900 });
  const { code, ms } = await failure(connect);
  expect(code).toBe('connection.timeout');
  expect(ms).toBeLessThan(5_000);
  await close();
});

test('a short command that nobody answers ends at its own deadline', async () => {
  const { email, connect, close } = await silentAt(/^UID MOVE$/, { command: 400 });
  await connect();
  const { code, ms } = await failure(() => email.run('email.move', { messages: { folder: 'INBOX', limit: 1 }, to: 'role:archive' }));
  expect(code).toBe('message.outcome_unknown');
  expect(ms).toBeLessThan(3_000);
  await close();
});
