import { spawn } from 'node:child_process';
import { EmailError, Secret, say } from '@mailwright/core';
import { z } from 'zod';
import { childEnvironment } from './child-environment.ts';
import { within } from './deadline.ts';
import { defineVault, keyMissing, settings } from './kind.ts';

/** Bytes that a program may print. */
const LARGEST = 64 * 1024;

/** A program that prints the secret: a password manager's own tool. No shell reads the command, and no secret is among its arguments. */
export const exec = defineVault({
  kind: 'exec',
  config: z.strictObject({
    kind: z.literal('exec'),
    ...settings,
    command: z.array(z.string().min(1)).min(1).meta({ description: 'Program and arguments; {key} stands for the key that is asked for' }),
    environment: z.array(z.string()).default([]).meta({ description: 'Names of further variables that the program may see' }),
  }),
  open: ({ id, seconds, command, environment }) => ({
    id,
    async read(key) {
      const [program = '', ...args] = command.map((part) => part.replaceAll('{key}', () => key));
      const { output, exit } = await within(id, seconds, (signal) => printed(id, program, args, childEnvironment(environment), signal));
      if (exit !== 0)
        throw new EmailError('vault.unreachable', {
          vault: id,
          problem: `${program} ended ${exit === null ? 'by a signal' : `with code ${exit}`} when it was asked for "${key}".`,
        });
      const value = textOf(output, id, program).replace(/\r?\n$/, '');
      if (value === '') throw keyMissing(id, key);
      return new Secret(value);
    },
  }),
});

/** Bytes that are no text would become others, and the login would fail for no visible reason. */
function textOf(output: Buffer, vault: string, program: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(output);
  } catch {
    throw new EmailError('vault.unreachable', { vault, problem: say`${{ program }} printed something that is no text in UTF-8.` });
  }
}

/** What it says on standard error is not taken over: it may hold the secret. */
function printed(
  vault: string,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ output: Buffer; exit: number | null }> {
  return new Promise((resolve, reject) => {
    const fail = (problem: string) => reject(new EmailError('vault.unreachable', { vault, problem }));
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
    const end = () => child.kill('SIGKILL');
    signal.addEventListener('abort', end);
    const output: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      output.push(chunk);
      if ((bytes += chunk.length) > LARGEST) {
        fail(`${program} prints without end.`);
        end();
      }
    });
    child.once('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'ENOENT' ? `there is no program "${program}".` : `${program} cannot be started (${error.code}).`),
    );
    child.once('close', (exit) => {
      signal.removeEventListener('abort', end);
      resolve({ output: Buffer.concat(output), exit });
    });
  });
}
