import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';

const MAILS = 2;
const inOrder = (ids: readonly (string | undefined)[]) => ids.toSorted((a = '', b = '') => (a < b ? -1 : 1));
/** Loops over the inbox and moves each mail, signed in as the settings on its standard input say. */
const BOT = `
import { readFileSync } from 'node:fs';
import { createEmail, memoryStore, memoryVault } from '@mailwright/sdk';
const { server, ca, files, password, token } = JSON.parse(readFileSync(0, 'utf8'));
const text = JSON.stringify({ token_type: 'Bearer', expires_in: 3600, access_token: token });
const http = () => Promise.resolve({ status: 200, headers: {}, text });
await using email = createEmail({ ca, files, store: memoryStore(), vaults: [memoryVault('sandbox', { password })], ...(token && { http }) });
await email.connect({ session: 'S', timeZone: 'UTC', server });
for await (const mail of email.loop({ session: 'S', load: 'summary' }))
  await email.run('email.move', { session: 'S', messages: mail, to: 'Done', createFolder: true });
`;

/** What each server is told of what comes in; it does with it what the answer says. */
type Watch = () => 'drop' | 'do-and-drop' | undefined;
const BACKENDS = {
  ews: {
    start: (watch: Watch) => startSandbox({ seed: false, ews: { fault: watch } }),
    login: ({ ews, user }: Sandbox) => ({
      server: {
        backend: 'ews',
        url: ews.url,
        auth: { mode: 'basic', username: user.address, password: { credential: 'sandbox/password' } },
      },
    }),
  },
  graph: {
    start: (watch: Watch) => startSandbox({ seed: false, graph: { fault: watch } }),
    login: ({ graph, user, host }: Sandbox) => ({
      token: graph.token({ permissions: ['Mail.ReadWrite'], mailboxes: [user.address] }),
      server: {
        backend: 'graph',
        url: graph.url,
        auth: {
          mode: 'oauth-client-credentials',
          provider: 'microsoft',
          tenant: '11111111-2222-4333-8444-555555555555',
          clientId: '66666666-7777-4888-8999-000000000000',
          clientSecret: { credential: 'sandbox/password' },
          mailbox: user.address,
          allowTokenTo: [host],
        },
      },
    }),
  },
};

// Done, and then killed: killed before the next one is the same. Both servers at once: most of the time a process starts.
test.concurrent.each(['ews', 'graph'] as const)(
  'R6.5 SIGKILL at every request of a loop over %s that moves: each mail is in exactly one folder, and the next run goes on',
  async (backend) => {
    const { start, login } = BACKENDS[backend];
    let [requests, killAt] = [0, 1];
    let child: ChildProcess | undefined;
    await using sandbox = await start(() => {
      if (++requests < killAt) return undefined;
      child?.kill('SIGKILL');
      // Whatever it still says, nobody does it.
      return requests === killAt ? 'do-and-drop' : 'drop';
    });
    const files = mkdtempSync(join(tmpdir(), 'mw-kill-'));
    const account = sandbox.store.account(sandbox.user.address);
    const idsIn = (path: string) =>
      (account?.folder(path)?.messages ?? []).map(({ raw }) => /^Message-ID: (.*)$/m.exec(raw.toString('latin1'))?.[1]?.trim());
    const added: string[] = [];
    const run = async () => {
      child = spawn(process.execPath, ['--input-type=module', '-e', BOT], {
        cwd: join(import.meta.dirname, '..'),
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      requests = 0;
      const settings = { ...login(sandbox), ca: sandbox.caFile, files, password: sandbox.user.password };
      child.stdin?.end(JSON.stringify(settings));
      return new Promise((resolve) => child?.once('close', (code, signal) => resolve(signal ?? code)));
    };
    try {
      for (let ended: unknown = 'SIGKILL'; ended === 'SIGKILL'; killAt++) {
        while (idsIn('INBOX').length < MAILS) {
          const id = `<kill-${added.length}@example.test>`;
          account
            ?.folder('INBOX')
            ?.add(Buffer.from(`From: a@example.test\r\nSubject: kill\r\nMessage-ID: ${id}\r\n\r\nx\r\n`), [], new Date());
          added.push(id);
        }
        ended = await run();
        expect({ killAt, ids: inOrder([...idsIn('INBOX'), ...idsIn('Done')]) }).toEqual({ killAt, ids: inOrder(added) });
        if (ended !== 'SIGKILL') expect(ended).toBe(0);
      }
      // Signing in, the list, a folder and each move: a run that asks for less was not killed in all of it.
      expect(killAt).toBeGreaterThan(6);
      expect(inOrder(idsIn('Done'))).toEqual(inOrder(added));
    } finally {
      rmSync(files, { recursive: true, force: true });
    }
  },
  120_000,
);
