// `npm test`: everything. Real servers installed where that is possible, all packages built (which checks their types), format, lint,
// import rules and licenses, then the tests. `npm test -- --fast` leaves the real servers out; other arguments go to jest.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from './check.js';
import { installServers } from './install-servers.js';
import { turbo } from './turbo.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const fast = args.includes('--fast');

if (!fast) await installServers();
/** @type {[string, () => number][]} */
const steps = [
  ['build', () => turbo(['run', 'build', '--output-logs=errors-only'])],
  ['check', check],
  ['jest', jest],
];
for (const [name, run] of steps) {
  const code = run();
  if (code !== 0) {
    console.error(`npm test: ${name} failed`);
    process.exit(1);
  }
}

function jest() {
  const bin = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const options = [
    ...(fast ? ['--testPathIgnorePatterns', '\\.real\\.test\\.ts$', '/node_modules/', '/dist/'] : []),
    ...args.filter((arg) => arg !== '--fast'),
  ];
  const { status } = spawnSync(process.execPath, ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', bin, ...options], {
    cwd: root,
    stdio: 'inherit',
  });
  return status ?? 1;
}
