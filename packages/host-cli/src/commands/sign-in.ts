import { parseArgs } from 'node:util';
import { EmailError, createEmail, type Connection } from '@mailwright/sdk';
import { complain, line, warnings, type Command } from '../command.ts';
import { readInput } from '../input.ts';
import { atTerminal } from '../person.ts';
import { stopping } from '../stop.ts';

export const signIn: Command = {
  name: 'sign-in',
  usage: 'sign-in CONNECTION [--input JSON|-]',
  summary:
    'Signs a person in to a managed connection, so that bots need none; --input sets the connection up: {"tokenType", "backend", "auth"}.',
  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { input: { type: 'string' } } });
    const [name = ''] = positionals;
    await using email = createEmail({ log: warnings() });
    const input =
      values.input === undefined ? undefined : await readInput(values.input, 'the connection: {"tokenType", "backend", "auth"}');
    if (input) await email.setConnection(name, input as unknown as Connection);
    await email.connection(name);
    using stop = stopping();
    try {
      await email.signIn(name, atTerminal, { signal: stop.signal });
    } catch (error) {
      // A setting that is wrong keeps it from starting; all else is a sign-in that was tried.
      if (EmailError.is(error, 'input.invalid')) throw error;
      complain(error);
      return 1;
    }
    line(`Signed in: ${name}.`);
    return 0;
  },
};
