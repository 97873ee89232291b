import { spawn } from 'node:child_process';
import { EmailError, Secret } from '@mailwright/core';
import { z } from 'zod';
import { defineVault } from './kind.ts';

/** Milliseconds and bytes. */
const DEADLINE = 15_000;
const LARGEST = 64 * 1024;
/** What a child may know of the environment; secrets are not among it. */
const HARMLESS =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TERM|TMPDIR|TEMP|TMP|APPDATA|LOCALAPPDATA|USERPROFILE|SYSTEMROOT|WINDIR|XDG_\w+|DBUS_SESSION_BUS_ADDRESS|GNUPGHOME|GPG_TTY)$/i;

/** A program that prints the secret: a password manager's own tool. No shell reads the command, and no secret is among its arguments. */
export const exec = defineVault({
  kind: 'exec',
  config: z.strictObject({
    kind: z.literal('exec'),
    id: z.string().min(1),
    command: z.array(z.string().min(1)).min(1).meta({ description: 'Program and arguments; {key} stands for the key that is asked for' }),
    environment: z.array(z.string()).default([]).meta({ description: 'Names of further variables that the program may see' }),
  }),
  open: ({ id, command, environment }) => ({
    id,
    async read(key) {
      const [program = '', ...args] = command.map((part) => part.replaceAll('{key}', () => key));
      const known = Object.entries(process.env).filter(([name]) => HARMLESS.test(name) || environment.includes(name));
      const { output, exit } = await printed(id, program, args, Object.fromEntries(known));
      if (exit !== 0)
        throw new EmailError('vault.unreachable', {
          vault: id,
          problem: `${program} ended with code ${exit} when it was asked for "${key}".`,
        });
      const value = output.replace(/\r?\n$/, '');
      if (value === '') throw new EmailError('vault.key_missing', { vault: id, key, known: [] });
      return new Secret(value);
    },
  }),
});

/** What it says on standard error is not taken over: it may hold the secret. */
function printed(
  vault: string,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ output: string; exit: number | null }> {
  return new Promise((resolve, reject) => {
    const fail = (problem: string) => reject(new EmailError('vault.unreachable', { vault, problem }));
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
    const timer = setTimeout(() => {
      fail(`${program} did not end within ${DEADLINE / 1000} seconds.`);
      child.kill('SIGKILL');
    }, DEADLINE);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > LARGEST) {
        fail(`${program} prints without end.`);
        child.kill('SIGKILL');
      }
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      fail(error.code === 'ENOENT' ? `there is no program "${program}".` : `${program} cannot be started (${error.code}).`);
    });
    child.once('close', (exit) => {
      clearTimeout(timer);
      resolve({ output, exit });
    });
  });
}
