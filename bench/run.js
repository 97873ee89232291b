// npm run bench [first] [--mails N] [--rounds N]: ours beside bare imapflow and Python's imaplib, each in a process of its own, rounds
// interleaved, on a Dovecot that this starts. Prints medians and peak memory; no test depends on it.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMailWorld } from '@mailwright/testing';

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  allowPositionals: true,
  options: { mails: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '3' } },
});
const mails = Number(values.mails);

const CONTENDERS = {
  'mailwright loop (summary)': ['ours.js', 'loop'],
  'mailwright: 10 items, break, list folders': ['ours.js', 'break'],
  'imapflow fetch': ['bare.js', 'loop'],
  'imapflow: 10 items, break, list folders': ['bare.js', 'break'],
  "Python's imaplib, batches of 500": ['stdlib.py', 'loop'],
};

const world = await startMailWorld();
try {
  console.log(`seeding ${mails} tiny mails ...`);
  const raw = (index) =>
    Buffer.from(
      `From: a${index}@example.test\r\nTo: demo@example.test\r\nSubject: Mail ${index}\r\nMessage-ID: <${index}@example.test>\r\nDate: Mon, 02 Nov 2026 10:00:00 +0000\r\n\r\nHi\r\n`,
    );
  world.seed(
    'demo',
    'INBOX',
    Array.from({ length: mails }, (_, index) => ({ raw: raw(index) })),
  );
  world.doveadm('mailbox', 'status', '-u', 'demo@example.test', 'messages', 'INBOX');
  const results = new Map(Object.keys(CONTENDERS).map((name) => [name, []]));
  const settings = JSON.stringify({ port: world.ports.imaps, ca: world.caFile, user: 'demo@example.test', password: world.users.demo });
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, [file, task]] of Object.entries(CONTENDERS)) results.get(name)?.push(contend(file, task, settings));
  const rows = [...results].map(([name, runs]) => [
    name,
    seconds(median(runs.map((run) => run.first))),
    seconds(median(runs.map((run) => run.total))),
    seconds(median(runs.map((run) => run.cpu))),
    `${Math.round(median(runs.map((run) => run.rss)) / 1024)} MiB`,
  ]);
  const table = [['', 'first item', 'total', 'client CPU', 'peak memory'], ...rows];
  for (const row of table) console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(46) : cell.padStart(12))).join(''));
} finally {
  await world.close();
}

function contend(file, task, settings) {
  const [program, ...flags] = file.endsWith('.py') ? ['python3'] : [process.execPath, '--optimize-for-size'];
  const { stdout, stderr, status } = spawnSync(program, [...flags, join(here, file), task], { input: settings, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${task}: ${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function seconds(number) {
  return `${number.toFixed(3)} s`;
}
