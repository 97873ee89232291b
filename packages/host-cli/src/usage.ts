import type { Command } from './command.ts';

/** All commands: how each is called, and what it does. */
export function usage(commands: readonly Command[]): string {
  return [
    'mailwright: email actions for robotic process automation',
    '',
    ...commands.flatMap((command) => [`  mailwright ${command.usage}`, `      ${command.summary}`, '']),
    'Exit codes: 0 done, 1 it ran and failed, 2 it could not start.',
  ].join('\n');
}
