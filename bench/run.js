// npm run bench -- [headers|read|move|first|attachment|latency|pop3|pop3-attachment|ews|ews-attachment|graph ...] [--mails N] [--rounds N]
// [--write]: ours beside a raw socket and the bare libraries, each in a process of its own, rounds interleaved, on a Dovecot or sandbox
// that this starts. Prints medians, the median of the ratios within a round to the first contender, client CPU and peak memory; no test
// depends on it.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMailWorld } from '@mailwright/testing';
import { SUITES } from './suites.js';

const here = dirname(fileURLToPath(import.meta.url));
const page = join(here, '..', 'docs', 'explanation', 'performance.md');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { mails: { type: 'string' }, rounds: { type: 'string', default: '3' }, write: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`No suite is called ${unknown.join(', ')}. There are: ${Object.keys(SUITES).join(', ')}.`);
  process.exit(2);
}
for (const name of positionals.length > 0 ? positionals : Object.keys(SUITES)) await suite(name, SUITES[name]);

async function suite(name, { title, mails, contenders, ...asked }) {
  const count = Number(values.mails ?? mails);
  console.error(`${name}: seeding ${count} mails ...`);
  const world = await (['ews', 'graph'].includes(asked.backend) ? microsoft(name, count, asked) : dovecot(count, asked));
  try {
    const runs = contenders.map(() => []);
    for (let round = 0; round < Number(values.rounds); round++)
      for (const [at, [, file, task]] of contenders.entries()) {
        runs[at]?.push(await contend(file, task, world.settings));
        world.undo();
      }
    const text = table(`${title}; ${count} ${count === 1 ? 'mail' : 'mails'}, median of ${values.rounds}`, contenders, runs);
    console.log(text);
    if (values.write) keep(name, text);
  } finally {
    await world.close();
  }
}

async function dovecot(count, { mail, backend = 'imap', changes, roundTrip }) {
  const world = await startMailWorld();
  const stop = new AbortController();
  const raws = Array.from({ length: count }, (_, index) => ({ raw: mail(index) }));
  world.seed('demo', 'INBOX', raws);
  world.doveadm('mailbox', 'create', '-u', 'demo@example.test', 'Done');
  world.doveadm('mailbox', 'status', '-u', 'demo@example.test', 'messages', 'INBOX');
  const near = world.ports[`${backend}s`];
  const port = roundTrip === undefined ? near : await distant(near, roundTrip, stop.signal);
  return {
    settings: { backend, port, ca: world.caFile, user: 'demo@example.test', password: world.users.demo },
    undo: () => changes && world.doveadm('move', '-u', 'demo@example.test', 'INBOX', 'mailbox', 'Done', 'all'),
    close() {
      stop.abort();
      return world.close();
    },
  };
}

/** Exchange and Graph there are only as our own sandbox: what it costs is in each row, so that a ratio says less than with Dovecot. */
async function microsoft(name, count, { backend }) {
  const server = spawn(process.execPath, [join(here, 'microsoft.js'), name, `${count}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = await new Promise((resolve, reject) => {
    server.stdout.once('data', resolve);
    server.once('exit', (status) => reject(new Error(`the sandbox ended with ${status}`)));
  });
  const settings = { backend, ...JSON.parse(said) };
  // It reads its mails when they are first asked for.
  const [, file, task] = SUITES[name].contenders[0];
  await contend(file, task, settings);
  return {
    settings,
    undo: () => undefined,
    close: () => new Promise((resolve) => (server.once('exit', resolve), server.stdin.end())),
  };
}

function table(title, contenders, runs) {
  const base = runs[0] ?? [];
  const rows = contenders.map(([name], at) => {
    const mine = runs[at] ?? [];
    const of = (pick) => median(mine.map(pick));
    const ratio = median(mine.map(({ total }, round) => total / (base[round]?.total ?? Number.NaN)));
    return [
      name,
      seconds(of(({ first }) => first)),
      seconds(of(({ total }) => total)),
      `${ratio.toFixed(1)}x`,
      seconds(of(({ cpu }) => cpu)),
      `${Math.round(of(({ rss }) => rss) / 1024)} MiB`,
    ];
  });
  const all = [['', 'first item', 'total', 'ratio', 'client CPU', 'peak memory'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [top = [], ...rest] = all;
  return [`### ${title}`, '', line(top), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line), ''].join('\n');
}

/** Puts a table in its place on the page. */
function keep(name, text) {
  const old = readFileSync(page, 'utf8');
  const marks = [`<!-- bench ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = marks.map((mark) => old.indexOf(mark));
  if (from === -1 || to === -1) throw new Error(`docs/explanation/performance.md has no place for ${name}`);
  writeFileSync(page, `${old.slice(0, from + (marks[0]?.length ?? 0))}\n\n${text}\n${old.slice(to)}`);
}

function contend(file, task, settings) {
  const [program, ...flags] = file.endsWith('.py') ? ['python3'] : [process.execPath, '--optimize-for-size'];
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: settings.ca };
    const child = spawn(program, [...flags, join(here, file), task], { stdio: ['pipe', 'pipe', 'pipe'], env });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (said.out += chunk));
    child.stderr.on('data', (chunk) => (said.err += chunk));
    child.once('close', (status) =>
      status === 0 ? resolve(JSON.parse(said.out.trim().split('\n').at(-1) ?? '')) : reject(new Error(`${file} ${task}: ${said.err}`)),
    );
    child.stdin.end(JSON.stringify(settings));
  });
}

/** A way to the server that takes half a round trip in each direction. */
async function distant(port, roundTrip, signal) {
  const late = (from, to) => from.on('data', (piece) => setTimeout(() => to.destroyed || to.write(piece), roundTrip / 2));
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    late(client, upstream);
    late(upstream, client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ])
      one
        .setNoDelay(true)
        .on('error', () => other.destroy())
        .on('close', () => setTimeout(() => other.destroy(), roundTrip));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  signal.addEventListener('abort', () => server.close());
  return server.address().port;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function seconds(number) {
  return Number.isFinite(number) ? `${number.toFixed(number < 10 ? 2 : 1)} s` : '-';
}
