// `npm run demo`: builds what is not built yet, then runs the demo with the arguments given.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { turbo } from './turbo.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const built = turbo(['run', 'build', '--filter=mailwright...', '--output-logs=errors-only']);
if (built !== 0) process.exit(built);

const main = join(root, 'packages', 'host-cli', 'dist', 'main.js');
const child = spawn(process.execPath, ['--optimize-for-size', main, 'demo', ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl+C reaches the demo by itself in a terminal; a signal sent to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
