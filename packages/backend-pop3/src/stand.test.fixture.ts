import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { duplexPair, type Duplex } from 'node:stream';
import { Secret, type Credential, type Mailbox, type MailboxFeatures, type OpenContext, type Stage } from '@mailwright/core';
import { openContext } from '@mailwright/testing';
import { pop3 } from './index.ts';

export type Full = Mailbox & Pick<MailboxFeatures, 'erase' | 'changes'>;

export interface Trial {
  readonly config?: object;
  readonly context?: Partial<OpenContext>;
  readonly credential?: Credential;
  readonly stages?: Stage[];
}

export const password = (username: string, value: string): Credential => ({ kind: 'password', username, password: new Secret(value) });

/** Opens what listens on a port of this machine, without TLS unless the trial says so. */
export async function openAt(port: number, { config = {}, context = {}, credential, stages }: Trial = {}): Promise<Full> {
  const settings = pop3.config.parse({ host: '127.0.0.1', port, security: 'none', allowClearTextPassword: true, ...config });
  const ctx = openContext(context);
  const mailbox = await pop3.open(settings, credential ?? password('someone@example.test', 'canary-of-the-trial'), ctx);
  stages?.push(...ctx.stages);
  return mailbox as Full;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(items);
}

export interface Exchange {
  /** What the client says; empty before the greeting. */
  readonly command: string;
  readonly answer: Buffer;
}

/** A recorded conversation. Lines in the file end in LF, on the wire in CR LF. */
export function recorded(server: string): Exchange[] {
  const file = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'wire', 'pop3', server, 'session.txt');
  return readFileSync(file, 'utf8')
    .split(/^(?=> )/m)
    .map((part) => {
      const [, command = '', answer = ''] = /^(?:> ([^\n]*)\n)?(.*)$/s.exec(part) ?? [];
      return { command, answer: Buffer.from(answer.replaceAll('\n', '\r\n')) };
    });
}

/** A server at the other end of a pipe: says `first`, then what `answer` gives for each line. */
export function piped(
  first: string | undefined,
  answer: (line: string, server: Duplex) => string | Buffer | undefined,
): { client: Duplex; heard: string[] } {
  const [client, server] = duplexPair();
  const heard: string[] = [];
  let held = '';
  server.on('data', (chunk: Buffer) => {
    held += chunk.toString('latin1');
    for (let end = held.indexOf('\r\n'); end !== -1; end = held.indexOf('\r\n')) {
      const line = held.slice(0, end);
      held = held.slice(end + 2);
      heard.push(line);
      const said = answer(line, server);
      if (said !== undefined) server.write(said);
    }
  });
  if (first !== undefined) server.write(first);
  return { client, heard };
}
