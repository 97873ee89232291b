// `npm run check`: format, lint, import rules and licenses. Prints each check with its result; the exit code counts them all.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { licenses } from './licenses.js';
import { turbo } from './turbo.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', name, 'bin', name);
const tool = (name, args) => spawnSync(process.execPath, [bin(name), ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;

const CHECKS = {
  format: () => tool('oxfmt', ['--check']),
  lint: () => tool('oxlint', ['--type-aware', '--deny-warnings']),
  boundaries: () => turbo(['boundaries']),
  licenses,
};

export function check() {
  const failed = Object.entries(CHECKS).filter(([name, run]) => {
    const code = run();
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}`);
    return code !== 0;
  });
  return failed.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = check() === 0 ? 0 : 1;
