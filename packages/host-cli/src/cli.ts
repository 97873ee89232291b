import { EmailError, environmentVault } from '@mailwright/sdk';
import { aside, complain } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { usage } from './usage.ts';

// Taken at once, whatever the command: from here on no child process, no report and no error has them.
environmentVault();

// What nobody caught is told as everything else, without a secret that a library put into its error.
process.on('uncaughtException', (error) => {
  complainOf(error);
  process.exit(1);
});

/** 0: done; 1: it ran and failed; 2: it could not start. */
export async function main(command: string, rest: readonly string[]): Promise<number> {
  if (command === 'help' || command === '--help' || command === '-h') return say(usage(COMMANDS));
  const found = COMMANDS.find((one) => one.name === command);
  if (!found) {
    aside(`There is no command "${command}".\n\n${usage(COMMANDS)}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) return say(`mailwright ${found.usage}\n\n${found.summary}`);
  try {
    return await found.run(rest);
  } catch (error) {
    return complainOf(misuse(error, found.usage));
  }
}

function complainOf(error: unknown): number {
  complain(error);
  return 2;
}

/** parseArgs says what is wrong with an option; the usage says how it is right. */
function misuse(error: unknown, line: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!(error instanceof Error) || !code.startsWith('ERR_PARSE_ARGS')) return error;
  return new EmailError('input.invalid', { path: 'arguments', problem: error.message, cure: `Usage: mailwright ${line}` });
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
