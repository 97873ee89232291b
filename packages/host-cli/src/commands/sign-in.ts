import { parseArgs } from 'node:util';
import { createEmail, type Connection } from '@mailwright/sdk';
import { line, warnings, type Command } from '../command.ts';
import { readInput } from '../input.ts';
import { atTerminal } from '../person.ts';

export const signIn: Command = {
  name: 'sign-in',
  usage: 'sign-in CONNECTION [--input JSON|-]',
  summary:
    'Signs a person in to a managed connection, so that bots need none; --input sets the connection up: {"tokenType", "backend", "auth"}.',
  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { input: { type: 'string' } } });
    const [name = ''] = positionals;
    await using email = createEmail({ log: warnings() });
    if (values.input !== undefined) await email.setConnection(name, (await readInput(values.input)) as unknown as Connection);
    await email.signIn(name, atTerminal);
    line(`Signed in: ${name}.`);
    return 0;
  },
};
