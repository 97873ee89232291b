import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { standardSeed, startSandbox, type Sandbox, type SandboxOptions } from '../index.ts';

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  // oxlint-disable-next-line typescript/no-explicit-any -- what a server says may be anything
  readonly json: any;
}
export interface Options {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | Buffer | string;
  /** None: an empty text. */
  readonly token?: string;
}

const FIXTURES = join(import.meta.dirname, '../../../../fixtures');

export const ALL = ['Mail.ReadWrite', 'Mail.Send'];

/** A sandbox and somebody who asks it over https, by default as its user with every right. */
export async function standFor(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ seed: standardSeed(FIXTURES), ...options });
  const mine = sandbox.graph.token({ user: sandbox.user.address, permissions: ALL });
  const ask = (method: string, path: string, asked: Options = {}) => askOf(sandbox, mine, method, path, asked);
  return { sandbox, ask, [Symbol.asyncDispose]: () => sandbox.close() };
}

async function askOf(
  sandbox: Sandbox,
  mine: string,
  method: string,
  path: string,
  { headers = {}, body, token = mine }: Options,
): Promise<Told> {
  const plain = typeof body === 'string' || Buffer.isBuffer(body);
  const all = {
    ...(body !== undefined && !plain && { 'content-type': 'application/json' }),
    ...(token !== '' && { authorization: `Bearer ${token}` }),
    ...headers,
  };
  const url = path.startsWith('https:') ? path : `${sandbox.graph.url}/${path}`;
  const asked = request(url, { method, headers: all, ca: sandbox.caPem, agent: false });
  return new Promise((resolve, reject) => {
    asked.once('error', reject).once('response', (answer) => {
      const { statusCode: status = 0, headers: heads } = answer;
      buffer(answer).then((bytes) => {
        const isJson = /json/.test(heads['content-type'] ?? '');
        resolve({ status, headers: heads, bytes, json: isJson ? JSON.parse(bytes.toString()) : undefined });
      }, reject);
    });
    asked.end(plain || body === undefined ? body : JSON.stringify(body));
  });
}
