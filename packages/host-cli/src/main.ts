#!/usr/bin/env -S node --optimize-for-size
import { VERSION } from './version.ts';

// A diagnostic report would hold the environment, and with it secrets.
Object.assign(process.report ?? {}, { excludeEnv: true });

// Whoever reads may stop at any line (`| head`): the work goes on, since a bot must not end in the middle of a mail for that.
// EIO: the terminal is closed; a run then ends in order.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });

const [name = 'help', ...args] = process.argv.slice(2);
// The rest is loaded only where something is to be done.
if (name === '--version' || name === '-v') process.stdout.write(`${VERSION}\n`);
else process.exitCode = await (await import('./cli.ts')).main(name, args);
