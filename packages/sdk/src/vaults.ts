import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError, type VaultProvider } from '@mailwright/core';
import { dataFolder, environmentVault, exec, fileVault, hashicorp, type VaultContext } from '@mailwright/vault';
import { z } from 'zod';
import { parseInput } from './input.ts';

const Settings = z.strictObject({ vaults: z.array(z.discriminatedUnion('kind', [exec.config, hashicorp.config])) });

const OURS = ['environment', 'file', 'connections'];

/** The vaults that need no setting up. */
export const defaultVaults = (): VaultProvider[] => [environmentVault(), fileVault()];

/** The vaults of a file of settings: MAILWRIGHT_VAULTS, or vaults.json in the data folder; none where there is no file. Errors: `input.invalid`. */
export function configuredVaults(ctx: VaultContext): readonly VaultProvider[] {
  const { MAILWRIGHT_VAULTS: named } = process.env;
  const path = named ?? join(dataFolder(), 'vaults.json');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw invalid(path, 'it cannot be read', error);
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw invalid(path, 'it is not JSON', error);
  }
  const { vaults } = parseInput(Settings, content, path);
  const taken = vaults.find(({ id }) => OURS.includes(id));
  if (taken)
    throw new EmailError('input.invalid', {
      path,
      problem: `"${taken.id}" is the id of a vault that is always there`,
      cure: 'Choose another id.',
    });
  return vaults.map((one) => (one.kind === 'exec' ? exec.open(one, ctx) : hashicorp.open(one, ctx)));
}

const invalid = (path: string, problem: string, cause: unknown) =>
  new EmailError(
    'input.invalid',
    { path, problem, cure: 'Write {"vaults": [{"kind": "exec", "id": "...", "command": ["program", "{key}"]}]}.' },
    { cause },
  );
