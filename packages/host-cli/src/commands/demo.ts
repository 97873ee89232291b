import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { contentOf, patchAutomation, type AutomationContent } from '@mailwright/automation';
import type { EditorOptions } from '@mailwright/host-editor';
import type { Sandbox } from '@mailwright/sandbox';
import { createEmail, memoryStore, memoryVault } from '@mailwright/sdk';
import { plainLine, warnings, type Command } from '../command.ts';
import { openEditor } from '../editor.ts';
import { runFile } from './run.ts';
import { howToConnect, ready, startSandbox, untilStopped } from './sandbox.ts';

const SAMPLE = fileURLToPath(new URL('../samples/invoices.steps.yaml', import.meta.url));
const FILE = 'invoices.steps.yaml';

export const demo: Command = {
  name: 'demo',
  usage: 'demo [--port N] [--no-open] [--once] [--json]',
  summary: 'The editor with a sample mail server and a sample automation; --once runs the sample without anybody watching, and ends.',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    // Listening from the start: a Ctrl+C at any moment ends it in order.
    const stopped = untilStopped();
    const folder = await mkdtemp(join(tmpdir(), 'mailwright-demo-'));
    try {
      if (values.once) return await runOnce(folder, values.json);
      await using sample = await Sample.start(folder);
      if (values.json) plainLine(JSON.stringify(ready(sample.world)));
      await using _editor = await openEditor(await sample.options(), { port: values.port, noOpen: values['no-open'] });
      if (!values.json) for (const text of ['', ...howToConnect(sample.world)]) plainLine(text);
      await stopped;
      return 0;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function runOnce(files: string, json: boolean): Promise<number> {
  await using world = await startSandbox();
  if (json) plainLine(JSON.stringify(ready(world)));
  // Awaited here: the mail server is stopped when this returns.
  return await runFile(SAMPLE, {
    variables: { host: world.host, imapPort: String(world.imap.port), smtpPort: String(world.smtp.port) },
    vaults: [memoryVault('sandbox', { password: world.user.password })],
    ca: world.caFile,
    dryRun: false,
    yes: false,
    json,
    files,
  });
}

/** The sample automation and its mail server, in a folder of their own. */
class Sample implements AsyncDisposable {
  world: Sandbox;
  readonly #folder: string;

  private constructor(folder: string, world: Sandbox) {
    this.#folder = folder;
    this.world = world;
  }

  static async start(folder: string): Promise<Sample> {
    return new Sample(folder, await startSandbox());
  }

  /** What the editor is started with; the automation is written, its variables naming this server. */
  async options(): Promise<Omit<EditorOptions, 'version' | 'port'>> {
    const { host, imap, smtp, user } = this.world;
    const text = await readFile(SAMPLE, 'utf8');
    const content = contentOf(text) as AutomationContent & { readonly variables: Readonly<Record<string, { readonly default: string }>> };
    const values: Readonly<Record<string, string | number>> = { host, imapPort: imap.port, smtpPort: smtp.port };
    const variables = Object.fromEntries(
      Object.entries(content.variables).map(([name, one]) => [name, { ...one, default: values[name] ?? one.default }]),
    );
    await writeFile(join(this.#folder, FILE), patchAutomation(text, { ...content, variables }));
    const connect = content.steps[0]?.['with'] as NonNullable<EditorOptions['demo']>['connect'];
    const vault = memoryVault('sandbox', { password: user.password });
    const [log, store] = [warnings(), memoryStore()];
    return {
      folder: this.#folder,
      data: join(this.#folder, '.data'),
      createEmail: (given) => createEmail({ log, store, ...given, vaults: [vault], ca: this.world.caFile }),
      demo: { file: FILE, connect, variables: { word: 'invoice', ...values } },
      resetDemo: () => this.#reset(),
    };
  }

  /** The mailbox as it was at the beginning, at the same ports. */
  async #reset(): Promise<void> {
    const { imap, smtp, user } = this.world;
    await this.world.close();
    this.world = await startSandbox({
      imapPort: imap.port,
      imapsPort: imap.tlsPort,
      smtpPort: smtp.port,
      smtpsPort: smtp.tlsPort,
      users: [user],
    });
    await rm(join(this.#folder, 'mailwright-files'), { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world.close();
  }
}
