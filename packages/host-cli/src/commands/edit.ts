import { parseArgs } from 'node:util';
import { createEmail } from '@mailwright/sdk';
import { warnings, type Command } from '../command.ts';
import { openEditor } from '../editor.ts';
import { untilStopped } from './sandbox.ts';

export const edit: Command = {
  name: 'edit',
  usage: 'edit [FOLDER] [--port N] [--no-open]',
  summary: 'The visual editor on a folder of automations, for this machine alone; Ctrl+C ends it.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { port: { type: 'string' }, 'no-open': { type: 'boolean', default: false } },
    });
    const stopped = untilStopped();
    const log = warnings();
    const options = { folder: positionals[0] ?? '.', createEmail: (given: object) => createEmail({ log, ...given }) };
    await using _editor = await openEditor(options, { port: values.port, noOpen: values['no-open'] });
    await stopped;
    return 0;
  },
};
