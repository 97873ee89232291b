import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmail, memoryStore, memoryVault } from '@mailwright/sdk';
import { report } from './report.js';

const { backend, port, ca, user, password } = JSON.parse(readFileSync(0, 'utf8'));
const files = mkdtempSync(join(tmpdir(), 'bench-'));
const email = createEmail({ ca, files, store: memoryStore(), vaults: [memoryVault('bench', { password })] });
const auth = { mode: 'basic', username: user, password: { credential: 'bench/password' } };
await email.connect({ session: 'S', timeZone: 'UTC', server: { backend, host: '127.0.0.1', port, auth } });
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
