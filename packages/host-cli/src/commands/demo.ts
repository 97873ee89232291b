import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSandbox } from '@mailwright/sandbox';
import { memoryVault } from '@mailwright/sdk';
import { jsonLine, line, type Command } from '../command.ts';
import { runFile } from './run.ts';
import { howToConnect, ready, untilStopped } from './sandbox.ts';

const SAMPLE = fileURLToPath(new URL('../samples/invoices.steps.yaml', import.meta.url));

export const demo: Command = {
  name: 'demo',
  usage: 'demo [--once] [--json]',
  summary: 'Starts a sample mail server and runs the sample automation on it; --once ends afterwards.',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { once: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    });
    // Listening from the start: a Ctrl+C at any moment ends it in order.
    const stopped = untilStopped();
    const files = await mkdtemp(join(tmpdir(), 'mailwright-demo-'));
    try {
      await using world = await startSandbox();
      if (values.json) jsonLine(ready(world));
      const code = await runFile(SAMPLE, {
        variables: { host: world.host, imapPort: String(world.imap.port), smtpPort: String(world.smtp.port) },
        vaults: [memoryVault('sandbox', { password: world.user.password })],
        ca: world.caFile,
        dryRun: false,
        yes: false,
        json: values.json,
        files,
      });
      if (values.once) return code;
      if (!values.json) for (const text of ['', `Attachments are in ${files}.`, ...howToConnect(world)]) line(text);
      await stopped;
      return code;
    } finally {
      await rm(files, { recursive: true, force: true });
    }
  },
};
