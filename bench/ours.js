import { readFileSync } from 'node:fs';
import { createEmail, memoryStore, memoryVault } from '@mailwright/sdk';
import { report } from './report.js';

const { port, ca, user, password } = JSON.parse(readFileSync(0, 'utf8'));
const email = createEmail({ ca, store: memoryStore(), vaults: [memoryVault('bench', { password })] });
await email.connect({
  session: 'S',
  server: { backend: 'imap', host: '127.0.0.1', port, auth: { mode: 'basic', username: user, password: { credential: 'bench/password' } } },
});
const told = report();
let count = 0;
for await (const _ of email.loop({ session: 'S', load: 'summary' })) {
  if (count++ === 0) told.first();
  if (process.argv[2] === 'break' && count === 10) break;
}
if (process.argv[2] === 'break') await email.run('email.list-folders', { session: 'S' });
told.end();
await email.close();
