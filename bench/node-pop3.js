import { readFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import Pop3Command from 'node-pop3';
import { report } from './report.js';

const { port, ca, user, password } = JSON.parse(readFileSync(0, 'utf8'));
const pop3 = new Pop3Command({ user, password, host: '127.0.0.1', port, tls: true, tlsOptions: { ca: readFileSync(ca) } });
const count = Number((await pop3.STAT()).split(' ')[0]);
const told = report();
for (let number = 1; number <= count; number++) {
  const mail = await pop3.RETR(number);
  told.first();
  if (process.argv[2] === 'parse') await simpleParser(mail);
}
told.end();
await pop3.QUIT();
process.exit(0);
