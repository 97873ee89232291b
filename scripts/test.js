// `npm test`: everything. Real servers installed where that is possible, all packages built (which checks their types), format, lint,
// import rules and licenses, then the tests. `npm test -- --fast` leaves the real servers out; other arguments go to jest.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from './check.js';
import { installServers } from './install-servers.js';
import { turbo } from './turbo.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const fast = args.includes('--fast');

if (!fast) await installServers();
/** Passwords of tests that must show up nowhere begin with `canary-`: as it is, and in base64 at each of its three places. */
const TRACES = ['canary-', 'Y2FuYXJ5L', 'NhbmFyeS', 'jYW5hcnkt'];

/** @type {[string, () => number | Promise<number>][]} */
const steps = [
  ['build', () => turbo(['run', 'build', '--output-logs=errors-only'])],
  ['check', check],
  ['jest', jest],
];
for (const [name, run] of steps) {
  const code = await run();
  if (code !== 0) {
    console.error(`npm test: ${name} failed`);
    process.exit(1);
  }
}

/** The tests have a folder for temporary files of their own: what they leave there and what they print is searched for passwords. */
async function jest() {
  const bin = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  // Not among what is searched: it holds the tests themselves.
  const options = [
    `--cacheDirectory=${join(tmpdir(), 'mailwright-jest')}`,
    // Two even on two cores, where jest would take one: much of the time a server or a browser is waited for.
    `--maxWorkers=${Math.max(2, availableParallelism() - 1)}`,
    ...(fast ? ['--testPathIgnorePatterns', '\\.real\\.test\\.ts$', '/node_modules/', '/dist/'] : []),
    ...args.filter((arg) => arg !== '--fast'),
  ];
  // Short, since paths of sockets are; open, since mail servers run as somebody else.
  const temporary = mkdtempSync(join(tmpdir(), 'mt-'));
  chmodSync(temporary, 0o755);
  try {
    const child = spawn(process.execPath, ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', bin, ...options], {
      cwd: root,
      stdio: ['inherit', 'pipe', 'pipe'],
      // Nor is anything of who runs the tests read or written; each test file moves this again (jest-home.js).
      env: {
        ...process.env,
        TMPDIR: temporary,
        MAILWRIGHT_HOME: join(temporary, 'home'),
        ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
      },
    });
    let said = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])
      from.on('data', (chunk) => {
        to.write(chunk);
        said += chunk;
      });
    const code = await new Promise((resolve) => child.once('close', (status) => resolve(status ?? 1)));
    if (code !== 0) return code;
    const shown = [...(leaks(said) ? ['the output'] : []), ...filesBelow(temporary).filter((file) => leaks(readFileSync(file, 'latin1')))];
    for (const where of shown) console.error(`A password of a test shows up in ${where}.`);
    return shown.length === 0 ? 0 : 1;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function leaks(text) {
  return TRACES.some((trace) => text.includes(trace));
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
