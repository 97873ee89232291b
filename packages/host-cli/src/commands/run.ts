import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAutomation, runAutomation, type RunEvent } from '@mailwright/automation';
import { EmailError, createEmail, type VaultProvider } from '@mailwright/sdk';
import { callsBeside, readAutomation } from '../automation-file.ts';
import { jsonLine, warnings, type Command } from '../command.ts';
import { showProgress } from '../progress.ts';
import { stopping } from '../stop.ts';

export interface RunSettings {
  readonly variables: Readonly<Record<string, string>>;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly yes: boolean;
  readonly files?: string | undefined;
  readonly ca?: string;
  readonly vaults?: readonly VaultProvider[];
}

export const run: Command = {
  name: 'run',
  usage: 'run FILE [--var k=v ...] [--files FOLDER] [--dry-run] [--yes] [--json]',
  summary: 'Runs an automation. --yes allows steps that erase for good.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        var: { type: 'string', multiple: true, default: [] },
        files: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
      },
    });
    return runFile(positionals[0], {
      variables: variablesOf(values.var),
      dryRun: values['dry-run'],
      json: values.json,
      yes: values.yes,
      files: values.files,
    });
  },
};

/** Runs a file with progress or JSON lines; Ctrl+C ends it in order. Answers the exit code. */
export async function runFile(file: string | undefined, settings: RunSettings): Promise<number> {
  const { text, path } = await readAutomation(file);
  const { vaults = [], ca, files = join(dirname(path), 'mailwright-files') } = settings;
  await using email = createEmail({ files, vaults, log: warnings(), ...(ca !== undefined && { ca }) });
  const automation = parseAutomation(text, path, email.definitions);
  if (!settings.yes && !settings.dryRun) refuseDestruction(text, email.definitions);
  using stop = stopping();
  const tell = settings.json ? (event: RunEvent) => jsonLine(event) : showProgress(process.stdout);
  const { ok } = await runAutomation(automation, email, {
    variables: settings.variables,
    dryRun: settings.dryRun,
    signal: stop.signal,
    onEvent: tell,
    loadFile: callsBeside(path),
  });
  return ok ? 0 : 1;
}

/** `--var name=value` pairs. Errors: `input.invalid`. */
export function variablesOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0)
        throw new EmailError('input.invalid', { path: '--var', problem: `"${pair}" is not name=value`, cure: 'Write --var word=invoice.' });
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** A step that erases for good asks first; an unattended run is asked on its command line. */
function refuseDestruction(text: string, definitions: readonly { readonly id: string; readonly effect: string }[]): void {
  const found = definitions.find(({ id, effect }) => effect === 'destroy' && text.includes(id));
  if (found)
    throw new EmailError('input.invalid', {
      path: '--yes',
      problem: `the automation uses ${found.id}, which erases for good`,
      cure: 'Look at it with --dry-run, then run it with --yes.',
    });
}
