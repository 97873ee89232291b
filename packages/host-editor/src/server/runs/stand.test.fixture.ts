import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { createEmail, memoryVault } from '@mailwright/sdk';
import type { RunAsked, RunLine, RunListed } from '../../api.ts';
import { startEditor, type Editor } from '../editor.ts';

const INVOICES = join(import.meta.dirname, '../../../../../fixtures/automations/invoices.steps.yaml');

/** An editor over a folder of its own, and the sample mail server. */
export interface Stand extends AsyncDisposable {
  readonly folder: string;
  readonly data: string;
  readonly world: Sandbox;
  readonly editor: Editor;
  readonly variables: Record<string, string | number>;
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  start(asked: Partial<RunAsked>): Promise<RunListed>;
  /** The lines of a run, until one that is wanted, or its end. */
  lines(run: string, until?: (line: RunLine) => boolean, after?: number): Promise<RunLine[]>;
}

export async function startStand(files: Readonly<Record<string, string>> = {}): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'mw-runs-'));
  const data = await mkdtemp(join(tmpdir(), 'mw-runs-data-'));
  await copyFile(INVOICES, join(folder, 'invoices.steps.yaml'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const world = await startSandbox();
  const vaults = [memoryVault('sandbox', { password: world.user.password })];
  const editor = await startEditor({
    folder,
    data,
    version: '0',
    createEmail: (options) => createEmail({ ...options, vaults, ca: world.caFile }),
  });
  const variables = { host: world.host, imapPort: world.imap.port, smtpPort: world.smtp.port };
  const asking = talkTo(editor.url);
  return {
    folder,
    data,
    world,
    editor,
    variables,
    ...asking,
    start: (asked) => asking.call('POST', 'runs', { file: 'invoices.steps.yaml', mode: 'run', variables, ...asked }),
    async [Symbol.asyncDispose]() {
      await editor.close();
      await world[Symbol.asyncDispose]();
      for (const one of [folder, data]) await rm(one, { recursive: true, force: true });
    },
  };
}

/** Talks to an editor as its page does. */
export function talkTo(url: string, language = 'en'): Pick<Stand, 'call' | 'lines'> {
  const { origin, hash } = new URL(url);
  const headers = { authorization: `Bearer ${hash.slice('#token='.length)}`, origin, 'accept-language': language };
  const ask = (method: string, path: string, body?: unknown, signal?: AbortSignal) =>
    fetch(`${origin}/api/${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  return {
    async call(method, path, body) {
      const answer = await ask(method, path, body);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${answer.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as never;
    },
    async lines(run, until, after = 0) {
      const enough = new AbortController();
      const answer = await ask('GET', `runs/${run}/events?after=${after}`, undefined, enough.signal);
      const lines: RunLine[] = [];
      let rest = '';
      for await (const text of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
        const parts = (rest + text).split('\n');
        rest = parts.pop() ?? '';
        for (const part of parts) {
          const line = JSON.parse(part) as RunLine;
          lines.push(line);
          if (!until?.(line)) continue;
          enough.abort();
          return lines;
        }
      }
      return lines;
    },
  };
}

export const isPaused = (line: RunLine) => line.event === 'state' && line.state === 'paused';
