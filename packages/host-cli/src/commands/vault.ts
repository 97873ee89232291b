import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { EmailError, Secret, createEmail } from '@mailwright/sdk';
import { line, type Command } from '../command.ts';

export const vault: Command = {
  name: 'vault',
  usage: 'vault list | set [VAULT/]KEY | remove [VAULT/]KEY',
  summary: 'Secrets by key; `set` reads the value from standard input. Values are never shown.',
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const [verb = '', reference = ''] = positionals;
    await using email = createEmail();
    const { vaults } = email;
    if (verb === 'list') {
      for (const one of vaults.values()) for (const key of (await one.list?.()) ?? []) line(`${one.id}/${key}`);
      return 0;
    }
    const slash = reference.indexOf('/');
    const id = slash < 0 ? (process.env['MAILWRIGHT_VAULT'] ?? 'file') : reference.slice(0, slash);
    const key = reference.slice(slash + 1);
    const found = vaults.get(id);
    if (!found) throw new EmailError('vault.unknown', { vault: id, known: [...vaults.keys()] });
    const change = verb === 'set' ? found.set !== undefined : verb === 'remove' && found.remove !== undefined;
    if (!change || key === '')
      throw new EmailError('input.invalid', {
        path: 'vault',
        problem: `"${verb} ${reference}" is not possible with the vault "${id}"`,
        cure: `Usage: mailwright ${vault.usage}`,
      });
    if (verb === 'set') await found.set?.(key, new Secret(await valueFromInput()));
    else await found.remove?.(key);
    line(`${verb === 'set' ? 'Stored' : 'Removed'} ${id}/${key}.`);
    return 0;
  },
};

/** One line, without its end; never an argument, which other programs could see. */
async function valueFromInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Type the value, then Enter and Ctrl+D (Ctrl+Z on Windows):\n');
  const value = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (value === '')
    throw new EmailError('input.invalid', {
      path: 'value',
      problem: 'it is empty',
      cure: 'Pipe the value in: printf %s "..." | mailwright vault set KEY',
    });
  return value;
}
