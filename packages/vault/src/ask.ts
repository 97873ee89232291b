import { EmailError, Secret, type Http } from '@mailwright/core';
import { keyMissing } from './kind.ts';

export type Question = Parameters<Http>[0];

/** What a vault of the web answered; `content` is empty where it was no JSON object. Its text goes into no error: it may hold anything. */
export interface WebAnswer {
  readonly status: number;
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * Asks a vault of the web. Errors: `vault.unreachable`, `connection.proxy_*` where the proxy is at fault, `input.invalid` for what
 * cannot be asked; a status is none.
 */
export async function ask(vault: string, http: Http, request: Question): Promise<WebAnswer> {
  const { status, text } = await http(request).catch((error: unknown) => {
    const { code, message } = EmailError.from(error, 'vault');
    if (code === 'input.invalid' || code.startsWith('connection.proxy_')) throw error;
    throw new EmailError('vault.unreachable', { vault, problem: message }, { cause: error });
  });
  return { status, content: objectOf(text) };
}

/** The object that a JSON text holds; empty where it is none. */
export function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content as Record<string, unknown>;
  } catch {
    // Told by whoever needed a field of it.
  }
  return {};
}

/** A text among the fields of an object; undefined where it is missing, empty or no text. */
export function textOf(content: unknown, field: string): string | undefined {
  if (typeof content !== 'object' || content === null || !Object.hasOwn(content, field)) return undefined;
  const value: unknown = (content as Record<string, unknown>)[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a status means that is neither the secret nor its absence. */
export function refusal(vault: string, status: number, because = ''): EmailError {
  const told = because === '' ? '' : `: ${because}`;
  if (status === 400 || status === 401 || status === 403)
    return new EmailError('vault.locked', { vault, problem: `it refuses this login (${status}${told}).` });
  return new EmailError('vault.unreachable', {
    vault,
    problem: status === 200 ? 'its answer is not as published.' : `it answers ${status}${told}.`,
  });
}

/** The secret itself, or the field that is asked for where it is a JSON object. Errors: `vault.key_missing`. */
export function fieldOf(
  vault: string,
  key: string,
  { path, field }: { readonly path: string; readonly field?: string },
  text: string,
): Secret {
  if (field === undefined) return new Secret(text);
  const content = objectOf(text);
  const value = textOf(content, field);
  if (value !== undefined) return new Secret(value);
  throw keyMissing(
    vault,
    key,
    Object.keys(content).map((name) => `${path}#${name}`),
  );
}
