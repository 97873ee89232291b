import { parseArgs } from 'node:util';
import { EmailError, createEmail, type ConnectionState } from '@mailwright/sdk';
import { jsonLine, line, warnings, type Command } from '../command.ts';

export const connections: Command = {
  name: 'connections',
  usage: 'connections [--json] | connections sign-out NAME | connections remove NAME',
  summary: 'Managed connections: whose sign-in each is, and its state. sign-out forgets a sign-in, remove the connection too.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [verb, name] = positionals;
    await using email = createEmail({ log: warnings() });
    if (verb === undefined) {
      const states = await email.connections();
      if (values.json) jsonLine({ event: 'end', ok: true, connections: states });
      else for (const one of table(states)) line(one);
      return 0;
    }
    if ((verb !== 'sign-out' && verb !== 'remove') || name === undefined)
      throw new EmailError('input.invalid', {
        path: 'connections',
        problem: `"${positionals.join(' ')}" is no way to call it`,
        cure: `Usage: mailwright ${connections.usage}`,
      });
    await email.signOut(name, { forget: verb === 'remove' });
    line(`${verb === 'remove' ? 'Removed' : 'Signed out'}: ${name}. What the provider granted stays until it is withdrawn there.`);
    return 0;
  },
};

function table(states: readonly ConnectionState[]): string[] {
  if (states.length === 0) return ['There are no connections. Set one up: mailwright sign-in NAME --input -'];
  const rows = states.map(({ name, owner, backend, mode, provider, username = '', state, because, expiresAt, renews }) => ({
    cells: [name, owner === 'shared' ? 'shared' : `of ${owner}`, backend.join('+'), `${mode}, ${provider}`, username, state],
    more: because ?? (expiresAt !== undefined && renews === false ? `until ${expiresAt}` : ''),
  }));
  const widths = rows[0]?.cells.map((_, at) => Math.max(...rows.map(({ cells }) => cells[at]?.length ?? 0))) ?? [];
  return rows.map(({ cells, more }) => [...cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)), more].join('  ').trimEnd());
}
