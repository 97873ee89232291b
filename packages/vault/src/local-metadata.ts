import { request } from 'node:http';
import { EmailError } from '@mailwright/core';
import { objectOf, type WebAnswer } from './ask.ts';

/** Milliseconds: these services are on the machine itself; elsewhere nothing answers at their addresses. */
const DEADLINE = 2_000;
const LARGEST = 64 * 1024;
const HERE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|169\.254\.\d+\.\d+)$/;

interface MetadataQuestion {
  readonly method?: 'GET' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Asks the service by which a cloud tells a machine its own identity. It speaks http, so only addresses of the machine itself are
 * asked, and no proxy is used. Errors: `vault.unreachable`.
 */
export function askMetadata(
  vault: string,
  { method = 'GET', url, headers, signal }: MetadataQuestion,
): Promise<WebAnswer & { readonly text: string }> {
  const fail = (problem: string, cause?: unknown) => new EmailError('vault.unreachable', { vault, problem }, { cause });
  if (url.protocol !== 'http:' || !HERE.test(url.hostname))
    return Promise.reject(fail(`${url.host} is no address of this machine's own metadata service.`));
  return new Promise((resolve, reject) => {
    const ended = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE)]);
    const asked = request(url, { method, headers, signal: ended }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > LARGEST) answer.destroy(new Error('its answer does not end'));
      });
      answer.once('error', (error) => reject(fail(`the metadata service at ${url.host} broke off.`, error)));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, content: objectOf(text), text }));
    });
    asked.once('error', (error) =>
      reject(fail(`no metadata service answers at ${url.host}; only machines of this cloud have one.`, error)),
    );
    asked.end();
  });
}

/** An address out of the environment, where the cloud or a test moves the service. */
export function metadataAddress(variable: string, usual: string): string {
  const moved = process.env[variable];
  return moved !== undefined && URL.canParse(moved) ? moved.replace(/\/$/, '') : usual;
}
