import { parseArgs } from 'node:util';
import { createEmail } from '@mailwright/sdk';
import { jsonLine, line, type Command } from '../command.ts';

export const actions: Command = {
  name: 'actions',
  usage: 'actions [--json]',
  summary: 'Lists the actions; with --json their forms as JSON Schema too.',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
    await using email = createEmail();
    for (const { id, kind, title, summary, effect, input } of email.definitions) {
      if (values.json) jsonLine({ id, kind, title, summary, effect, input: input.toJSONSchema({ io: 'input' }) });
      else line(`${id.padEnd(24)}${title.padEnd(22)}${summary}`);
    }
    return 0;
  },
};
