import { parseArgs } from 'node:util';
import { EmailError, createEmail } from '@mailwright/sdk';
import { jsonLine, line, warnings, type Command } from '../command.ts';
import { readInput } from '../input.ts';

export const session: Command = {
  name: 'session',
  usage: 'session save --input JSON|- | list | show NAME | remove NAME',
  summary: "Saved sessions: Connect's input under a name, without secrets.",
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { input: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [verb = '', name] = positionals;
    await using email = createEmail({ log: warnings() });
    const { store } = email;
    switch (verb) {
      case 'save': {
        const saved = await email.save(await readInput(values.input));
        line(`Saved session "${saved.name}". Use it with: { session: Default, saved: ${saved.name} }`);
        return 0;
      }
      case 'list': {
        const names = await store.names();
        if (values.json) jsonLine({ event: 'end', ok: true, sessions: names });
        else for (const one of names) line(one);
        return 0;
      }
      case 'show':
      case 'remove': {
        const recipe = name === undefined ? undefined : await store.get(name);
        if (!recipe) throw new EmailError('session.not_saved', { saved: name ?? '', known: await store.names() });
        if (verb === 'show') line(JSON.stringify(recipe, undefined, 2));
        else await store.delete(recipe.name);
        return 0;
      }
      default:
        throw new EmailError('input.invalid', {
          path: 'session',
          problem: `"${verb}" is no verb of it`,
          cure: `Usage: mailwright ${session.usage}`,
        });
    }
  },
};
