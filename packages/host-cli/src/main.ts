#!/usr/bin/env -S node --optimize-for-size
import { VERSION } from './version.ts';

// A diagnostic report would hold the environment, and with it secrets.
Object.assign(process.report ?? {}, { excludeEnv: true });

const [name = 'help', ...args] = process.argv.slice(2);
// The rest is loaded only where something is to be done.
if (name === '--version' || name === '-v') process.stdout.write(`${VERSION}\n`);
else process.exitCode = await (await import('./cli.ts')).main(name, args);
