// Turborepo with its telemetry off, on every system alike. What it prints goes to standard error,
// so that a command which builds first keeps standard output for its own result.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs turbo; returns its exit code. @param {string[]} args */
export function turbo(args) {
  const bin = join(dirname(createRequire(import.meta.url).resolve('turbo/package.json')), 'bin', 'turbo');
  const result = spawnSync(process.execPath, [bin, ...args], {
    cwd: root,
    stdio: ['inherit', 2, 2],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
  });
  return result.status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = turbo(process.argv.slice(2));
