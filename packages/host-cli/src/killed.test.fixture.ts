import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startFaultProxy, type MailWorld } from '@mailwright/testing';

export interface Killing {
  readonly world: MailWorld;
  /** The server's. */
  readonly port: number;
  /** Holds `bot.steps.yaml`, whose variable `port` is that of the proxy. */
  readonly folder: string;
  readonly password: string;
  /** The piece that the client sends, counted from 1. */
  readonly killAt: number;
  /** That piece still reaches the server. */
  readonly goesOn: boolean;
}

/** The bot through a proxy that kills it at its nth piece; answers whether it was killed. */
export async function runKilled({ world, port, folder, password, killAt, goesOn }: Killing): Promise<boolean> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  let pieces = 0;
  await using proxy = await startFaultProxy({
    port,
    onUp: () => {
      if (++pieces < killAt) return true;
      child.kill('SIGKILL');
      return pieces === killAt && goesOn;
    },
  });
  const settings = { file: join(folder, 'bot.steps.yaml'), files: folder, ca: world.caFile, port: String(proxy.port), password };
  child.stdin.end(JSON.stringify(settings));
  const signal = await new Promise((resolve) => child.on('close', (_code, killed) => resolve(killed)));
  return signal === 'SIGKILL';
}

const SCRIPT = `
import { memoryVault } from '@mailwright/sdk';
import { runFile } from './dist/commands/run.js';
import { readFileSync } from 'node:fs';
const { file, files, ca, port, password } = JSON.parse(readFileSync(0, 'utf8'));
const write = process.stdout.write;
process.stdout.write = () => true;
process.exitCode = await runFile(file, { files, ca, variables: { port }, vaults: [memoryVault('sandbox', { password })], json: true, dryRun: false, yes: true });
process.stdout.write = write;
`;
