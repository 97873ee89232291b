import { AsyncLocalStorage } from 'node:async_hooks';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError, type VaultProvider } from '@mailwright/core';
import { WRITING, dataFolder, environmentVault, fileVault, keyringVault, refuseOthers, type VaultContext } from '@mailwright/vault';
import { z } from 'zod';
import { VAULTS } from './defaults.ts';
import { parseInput } from './input.ts';

/** The vaults that need no setting up. */
export const defaultVaults = (): VaultProvider[] => [environmentVault(), fileVault(), keyringVault()];

const OURS = ['environment', 'file', 'keyring', 'connections'];
const Settings = z.strictObject({ vaults: z.array(z.looseObject({ kind: z.string(), id: z.string() })) });

/**
 * The vaults of a file of settings: MAILWRIGHT_VAULTS, or vaults.json in the data folder; none where there is no file. Errors:
 * `input.invalid`; `vault.unsafe_file` where others may write to it, since it names programs to run.
 */
export function configuredVaults(ctx: VaultContext): readonly VaultProvider[] {
  const { MAILWRIGHT_VAULTS: named } = process.env;
  const path = named ?? join(dataFolder(), 'vaults.json');
  let text: string;
  try {
    text = ownText(path);
  } catch (error) {
    if (EmailError.is(error)) throw error;
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw invalid(path, 'it cannot be read', { cause: error });
  }
  const { vaults } = parseInput(Settings, contentOf(path, text), path);
  const ids = [...OURS, ...vaults.map(({ id }) => id)];
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw invalid(path, `two vaults have the id "${twice}"`, { cure: `Choose another id; ${OURS.join(', ')} are always there.` });
  return vaults.map((one) => {
    const kind = VAULTS.find((known) => known.kind === one.kind);
    if (!kind)
      throw invalid(path, `there is no kind of vault "${one.kind}"`, { cure: `Kinds: ${VAULTS.map((known) => known.kind).join(', ')}.` });
    return openedOnce(kind.open(parseInput(kind.config, one, `${path}: ${one.id}`), ctx));
  });
}

/** The vaults that are being opened, each with a secret out of the next. */
const opening = new AsyncLocalStorage<readonly string[]>();

/** A vault whose own login comes from other vaults never waits for itself. */
function openedOnce(vault: VaultProvider): VaultProvider {
  const inside = async <T>(work: () => Promise<T>): Promise<T> => {
    const outer = opening.getStore() ?? [];
    if (!outer.includes(vault.id)) return opening.run([...outer, vault.id], work);
    throw new EmailError('input.invalid', {
      path: `vaults: ${vault.id}`,
      problem: `what opens it is kept in itself (${[...outer, vault.id].join(' -> ')})`,
      cure: 'Keep it in another vault: file, keyring or environment.',
    });
  };
  return {
    ...vault,
    read: (key) => inside(() => vault.read(key)),
    ...(vault.list && { list: () => inside(async () => (await vault.list?.()) ?? []) }),
  };
}

/** What is checked is what is read: the file could be another one a moment later. */
function ownText(path: string): string {
  const file = openSync(path, 'r');
  try {
    refuseOthers(path, fstatSync(file), WRITING);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function contentOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(path, 'it is not JSON', { cause: error });
  }
}

const EXAMPLE = 'Write {"vaults": [{"kind": "exec", "id": "...", "command": ["program", "{key}"]}]}.';
const invalid = (path: string, problem: string, { cure = EXAMPLE, cause }: { cure?: string; cause?: unknown }) =>
  new EmailError('input.invalid', { path, problem, cure }, { cause });
