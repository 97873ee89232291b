import { fork } from 'node:child_process';
import { join } from 'node:path';
import { HOSTILE } from './memory.test.fixture.ts';

/**
 * MiB that reading one mail may cost at its peak, whatever its size: texts as transferred, decoded, and as JavaScript holds them. Most of
 * it is for millions of short lines; docs/explanation/limits.md has the figures.
 */
const MOST = 320;

interface Told {
  readonly growth: number;
  readonly defects: readonly string[];
  readonly attachments: number;
}

// Off elsewhere than on Linux: only its /proc tells the peak of a process and lets it be reset.
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux.each(Object.keys(HOSTILE))(
  '%s',
  async (name) => {
    const child = fork(join(import.meta.dirname, '..', 'dist', 'memory.test.fixture.js'), {
      execArgv: ['--expose-gc', '--optimize-for-size'],
      stdio: 'ignore',
    });
    try {
      child.send(name);
      const told = await new Promise<Told>((resolve, reject) => {
        child.once('message', (message) => resolve(message as Told)).once('exit', (code) => reject(new Error(`it ended: ${code}`)));
      });
      expect(told.growth).toBeLessThan(MOST);
      expect(told.attachments).toBeLessThanOrEqual(500);
      // What was left out is said.
      if (!/attachment|calendar/.test(name)) expect(told.defects.length).toBeGreaterThan(0);
      if (process.env['MAILWRIGHT_SHOW'] !== undefined) console.log(`${name}: ${told.growth.toFixed(0)} MiB; ${told.defects.join('; ')}`);
    } finally {
      child.kill('SIGKILL');
    }
  },
  120_000,
);
