import { parseArgs } from 'node:util';
import { EmailError, Secret, createEmail, type Email, type VaultProvider } from '@mailwright/sdk';
import { aside, jsonLine, line, warnings, type Command } from '../command.ts';
import { askHidden } from '../hidden.ts';
import { visible } from '../visible.ts';

export const vault: Command = {
  name: 'vault',
  usage: 'vault list [VAULT] [--json] | set [VAULT/]KEY | remove [VAULT/]KEY',
  summary: 'Secrets by key. `set` asks for the value without showing it, or takes it from standard input; no value is ever shown.',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [verb = '', reference, ...others] = positionals;
    if (others.length > 0) throw wrongUse(OTHERS[verb] ?? 'it has too many arguments');
    await using email = createEmail({ log: warnings() });
    if (verb === 'list') return list(email, reference, values.json);
    if ((verb !== 'set' && verb !== 'remove') || reference === undefined) throw wrongUse(`"${positionals.join(' ')}" is no way to call it`);
    const { vault: place, key } = email.locate(reference);
    await change(email, place, verb, key);
    line(`${verb === 'set' ? 'Stored' : 'Removed'} ${place.id}/${key}.`);
    return 0;
  },
};

const OTHERS: Readonly<Record<string, string>> = {
  set: 'a value is no argument: other programs can see it there. It was just seen, so choose a new one',
};
const wrongUse = (problem: string) => new EmailError('input.invalid', { path: 'vault', problem, cure: `Usage: mailwright ${vault.usage}` });

async function change(email: Email, place: VaultProvider, verb: 'set' | 'remove', key: string): Promise<void> {
  if (!place.set || !place.remove) {
    const writable = [...email.vaults.values()].filter((one) => one.set !== undefined).map(({ id }) => id);
    throw new EmailError('input.invalid', {
      path: `vault ${place.id}`,
      problem: 'secrets are only read from it, never written',
      cure: `Use its own tools, or a vault that can be written: ${writable.join(', ')}.`,
    });
  }
  if (verb === 'remove') await place.remove(key);
  else await place.set(key, new Secret(await newValue(`${place.id}/${key}`)));
}

interface Listed {
  readonly id: string;
  readonly writable: boolean;
  readonly keys?: readonly string[];
  readonly error?: EmailError;
}

/** One vault, or all of them. What a vault that was asked for by nobody lacks is told, and is no failure: many machines have no keyring. */
async function list(email: Email, only: string | undefined, json: boolean): Promise<number> {
  const usual = email.locate('any').vault.id;
  const vaults =
    only === undefined ? [...email.vaults.values()].filter(({ id }) => id !== 'connections') : [email.locate(`${only}/any`).vault];
  const all = await Promise.all(vaults.map((one) => listOf(email, one)));
  const isWanted = ({ id }: Listed) => only !== undefined || id === usual || id !== 'keyring';
  const failed = all.filter((one) => one.error && isWanted(one));
  if (json) {
    jsonLine({ event: 'end', ok: failed.length === 0, default: usual, vaults: all });
    return failed.length === 0 ? 0 : 1;
  }
  for (const { id, keys, error } of all) {
    for (const key of keys ?? []) line(visible(`${id}/${key}`));
    if (error) aside(`${error.message} ${error.fix} [${error.code}]`);
    else if (!keys) aside(`The vault "${id}" gives secrets by their keys, and cannot list them.`);
    else if (only !== undefined && keys.length === 0) aside(`The vault "${id}" is empty.`);
  }
  return failed.length === 0 ? 0 : 1;
}

/** Keys that are references: the one that seals sign-ins is none. */
async function listOf(email: Email, one: VaultProvider): Promise<Listed> {
  const { id } = one;
  const writable = one.set !== undefined;
  try {
    return { id, writable, ...(one.list && { keys: (await one.list()).filter((key) => isReference(email, `${id}/${key}`)) }) };
  } catch (error) {
    return { id, writable, error: EmailError.from(error, `vault ${id}`) };
  }
}

function isReference(email: Email, reference: string): boolean {
  try {
    return email.locate(reference).key !== '';
  } catch {
    return false;
  }
}

/** From a person twice, who cannot see what is typed; else all of standard input, without a last line end. */
async function newValue(name: string): Promise<string> {
  const isPerson = process.stdin.isTTY;
  const value = isPerson ? await askHidden(`Value of ${name} (it is not shown): `) : (await givenText()).replace(/\r?\n$/, '');
  if (value === '') throw badValue('it is empty', 'Type it, or pipe it in: printf %s "..." | mailwright vault set KEY');
  if (isPerson && (await askHidden('Once more: ')) !== value) throw badValue('the two are not the same', 'Try again; nothing was stored.');
  return value;
}

/** The most that a secret may have, in bytes: keys and certificates have a few thousand. */
const MOST = 1_000_000;

/** All of standard input. Bytes that are no text would come back as others, and the login would fail for no visible reason. */
async function givenText(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if ((bytes += chunk.length) > MOST)
      throw badValue(`it has more than ${MOST.toLocaleString('en')} bytes`, 'Store what opens it, such as a password or a key.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw badValue('it is no text in UTF-8', 'Convert a text with iconv -t UTF-8; store a binary key in PEM form or in base64.');
  }
}

const badValue = (problem: string, cure: string) => new EmailError('input.invalid', { path: 'value', problem, cure });
