import { spawn } from 'node:child_process';
import { startSandbox, type EwsExchange, type EwsOptions, type Sandbox } from '@mailwright/sandbox';
import { ewsSchema, schemaErrors } from './ews-schema.ts';

/** A sandbox that notes what is asked and answered. */
export async function watched(ews: EwsOptions = {}): Promise<{ readonly sandbox: Sandbox; readonly exchanges: EwsExchange[] }> {
  const exchanges: EwsExchange[] = [];
  const sandbox = await startSandbox({
    users: [
      { address: 'demo@example.test', password: 'canary-demo-password' },
      { address: 'team@example.test', password: 'canary-team-password' },
    ],
    acceptToken: (address, token) => token === `canary-token-of-${address}`,
    ews: { ...ews, log: (exchange) => exchanges.push(exchange) },
  });
  return { sandbox, exchanges };
}

/** Each side of each exchange must fit Microsoft's schema. */
export async function expectValid(exchanges: readonly EwsExchange[]): Promise<void> {
  const folder = ewsSchema();
  if (folder === undefined) {
    const cure = "MAILWRIGHT_EWS_SCHEMA does not name the folder with Microsoft's schema: what was said was not checked by it";
    if (process.env['CI']) throw new Error(cure);
    return console.warn(`SKIPPED: ${cure}`);
  }
  const done = exchanges.filter(({ status }) => status === 200);
  const messages = done.flatMap(({ request, response }) => [request, response]).filter((text) => text.includes('Envelope'));
  // Java and Python ask with more than one request in every run: an empty list would say nothing.
  expect(messages.length).toBeGreaterThan(10);
  expect(await schemaErrors(folder, messages)).toEqual([]);
}

/** A script of Debian's Python, which has the libraries of Debian, and what it prints as JSON. */
export function python(script: string, args: readonly (string | number)[]): Promise<unknown> {
  // What the servers run in is this process: a program that talks to them must not block it.
  const child = spawn('/usr/bin/python3', ['-c', script, ...args.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, complaint] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`python3 ended with ${code}: ${complaint}${out}`)),
    );
  });
}
