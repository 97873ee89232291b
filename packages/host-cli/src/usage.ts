import type { Command } from './command.ts';

/** All commands, a line each. */
export function usage(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.usage.length)) + 2;
  return [
    'mailwright: email actions for robotic process automation',
    '',
    ...commands.map((command) => `  ${command.usage.padEnd(width)}${command.summary}`),
    '',
    'Exit codes: 0 done, 1 it ran and failed, 2 it could not start.',
  ].join('\n');
}
