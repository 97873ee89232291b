// The sandbox as Exchange and Microsoft Graph, in a process of its own: says how to reach it, and ends with its standard input.
import { standardSeed, startSandbox } from '@mailwright/sandbox';
import { SUITES } from './suites.js';

const [name, mails] = process.argv.slice(2);
const received = (index) => new Date(Date.UTC(2026, 9, 1) + index * 60_000).toISOString();
const messages = Array.from({ length: Number(mails) }, (_, index) => ({
  folder: 'INBOX',
  raw: SUITES[name].mail(index),
  receivedAt: received(index),
}));
const { ews, graph, user, caFile } = await startSandbox({ seed: { folders: standardSeed().folders, messages } });
const token = graph.token({ user: user.address, permissions: ['Mail.ReadWrite', 'Mail.Send'] });
console.log(JSON.stringify({ url: { ews: ews.url, graph: graph.url }, token, ca: caFile, user: user.address, password: user.password }));
process.stdin.resume().once('end', () => process.exit(0));
