import { readFileSync } from 'node:fs';
import { ImapFlow } from 'imapflow';
import { report } from './report.js';

const { port, ca, user, password } = JSON.parse(readFileSync(0, 'utf8'));
const client = new ImapFlow({
  host: '127.0.0.1',
  port,
  secure: true,
  tls: { ca: readFileSync(ca) },
  auth: { user, pass: password },
  logger: false,
});
await client.connect();
const told = report();
await client.mailboxOpen('INBOX');
let count = 0;
for await (const _ of client.fetch('1:*', {
  uid: true,
  flags: true,
  internalDate: true,
  size: true,
  bodyStructure: true,
  envelope: true,
})) {
  if (count++ === 0) told.first();
  if (process.argv[2] === 'break' && count === 10) break;
}
if (process.argv[2] === 'break') await client.list();
told.end();
await client.logout();
