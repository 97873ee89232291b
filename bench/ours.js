import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmail, memoryStore, memoryVault } from '@mailwright/sdk';
import { report } from './report.js';

const { backend, port, url, ca, user, password, token } = JSON.parse(readFileSync(0, 'utf8'));
const files = mkdtempSync(join(tmpdir(), 'bench-'));
// The identity provider of Graph: it has a token ready.
const text = JSON.stringify({ token_type: 'Bearer', expires_in: 3600, access_token: token });
const http = () => Promise.resolve({ status: 200, headers: {}, text });
const vaults = [memoryVault('bench', { password })];
const limits = { largestMessage: 400 * 1024 * 1024 };
const email = createEmail({ ca, files, limits, store: memoryStore(), vaults, ...(backend === 'graph' && { http }) });
const basic = { mode: 'basic', username: user, password: { credential: 'bench/password' } };
const application = {
  mode: 'oauth-client-credentials',
  provider: 'microsoft',
  tenant: '11111111-2222-4333-8444-555555555555',
  clientId: '66666666-7777-4888-8999-000000000000',
  clientSecret: { credential: 'bench/password' },
  mailbox: user,
  allowTokenTo: ['127.0.0.1'],
};
const SERVERS = {
  ews: () => ({ backend, url: url.ews, auth: basic }),
  graph: () => ({ backend, url: url.graph, auth: application }),
};
const server = SERVERS[backend]?.() ?? { backend, host: '127.0.0.1', port, auth: basic };
await email.connect({ session: 'S', timeZone: 'UTC', server });
const told = report();
async function loop(input, each = async () => 'go on') {
  for await (const mail of email.loop({ session: 'S', ...input })) {
    told.first();
    if ((await each(mail)) === 'break') break;
  }
}
const TASKS = {
  headers: () => loop({ load: 'summary' }),
  async break() {
    let count = 0;
    await loop({ load: 'summary' }, async () => (++count === 10 ? 'break' : 'go on'));
    await email.run('email.list-folders', { session: 'S' });
  },
  read: () => loop({}),
  move: () => email.run('email.move', { session: 'S', messages: { folder: 'INBOX' }, to: 'Done' }),
  'move-each': () =>
    loop({ load: 'summary' }, async (mail) => void (await email.run('email.move', { session: 'S', messages: mail, to: 'Done' }))),
  attachment: () => email.run('email.save-attachments', { session: 'S', messages: { folder: 'INBOX' }, to: 'out' }),
};
await TASKS[process.argv[2]]();
told.end();
await email.close();
rmSync(files, { recursive: true });
