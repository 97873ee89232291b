import { EmailError, Secret, say, type AuthContext, type SecretRef, type VaultProvider } from '@mailwright/core';
import { within } from '@mailwright/vault';
import { KEY } from './sealing-key.ts';

/** Seconds after which any vault is given up; those of ours give up sooner. */
const LONGEST_READ = 120;

/** Where references to secrets lead: the vaults by id, the default one, and the automation's variables. */
export interface SecretSources {
  readonly vaults: ReadonlyMap<string, VaultProvider>;
  readonly defaultVault: string;
  /** A variable's value: text, or another reference. */
  variable(name: string): unknown;
}

/** Resolves a reference. Errors: `vault.*`, `vault.empty_secret` too, and `input.invalid` for a variable without a value. */
export async function resolveSecret(ref: SecretRef, sources: SecretSources, signal?: AbortSignal): Promise<Secret> {
  const secret = await secretOf(ref, sources, signal);
  if (secret.isEmpty) throw new EmailError('vault.empty_secret', { reference: nameOf(ref) });
  return secret;
}

const nameOf = (ref: SecretRef): string => ('credential' in ref ? ref.credential : 'variable' in ref ? ref.variable : 'insecure');

async function secretOf(ref: SecretRef, sources: SecretSources, signal: AbortSignal | undefined): Promise<Secret> {
  if ('insecure' in ref) return new Secret(ref.insecure);
  if ('variable' in ref) return resolveVariable(ref.variable, sources, signal);
  const { vault, key } = locate(ref.credential, sources);
  return within(vault.id, LONGEST_READ, () => vault.read(key), signal);
}

/**
 * Where a credential is: `vault/path#field`, or `path#field` in the default vault. Errors: `vault.unknown`; `input.invalid`, also for the
 * key that seals sign-ins.
 */
export function locate(
  reference: string,
  { vaults, defaultVault }: Pick<SecretSources, 'vaults' | 'defaultVault'>,
): { readonly vault: VaultProvider; readonly key: string } {
  const slash = reference.indexOf('/');
  const key = reference.slice(slash + 1);
  if (key === KEY)
    throw new EmailError('input.invalid', {
      path: 'credential',
      problem: say`"${{ key }}" opens the sign-ins that are kept, and is no secret of yours`,
      cure: say`Choose another key.`,
    });
  if (key !== '') return { vault: vaultOf(slash < 0 ? defaultVault : reference.slice(0, slash), vaults), key };
  throw new EmailError('input.invalid', { path: 'credential', problem: `"${reference}" names no entry`, cure: 'Write vault/path#field.' });
}

async function resolveVariable(name: string, sources: SecretSources, signal: AbortSignal | undefined): Promise<Secret> {
  const value = sources.variable(name);
  if (typeof value === 'string' && value !== '') return new Secret(value);
  if (value instanceof Secret) return value;
  if (typeof value === 'object' && value !== null && ('credential' in value || 'insecure' in value))
    return resolveSecret(value as SecretRef, sources, signal);
  throw new EmailError('input.invalid', {
    path: `variable ${name}`,
    problem: 'this variable has no value here',
    cure: `Give it with --var ${name}=..., or set a default in the automation.`,
  });
}

/** `signIns`: a vault that keeps sign-ins is wanted, not secrets. Errors: `vault.unknown`. */
function vaultOf(id: string, vaults: ReadonlyMap<string, VaultProvider>, { signIns = false } = {}): VaultProvider {
  const vault = vaults.get(id);
  if (vault) return vault;
  // What keeps sign-ins has no secrets to be read.
  const known = [...vaults.values()].filter((one) => (one.accessToken !== undefined) === signIns).map((one) => one.id);
  throw new EmailError('vault.unknown', { vault: id, known });
}

/** The part of an AuthContext that concerns secrets; `signal` ends the waiting for a vault. */
export function secretAccess(sources: SecretSources, signal?: AbortSignal): Pick<AuthContext, 'secret' | 'vault'> {
  return { secret: (ref) => resolveSecret(ref, sources, signal), vault: (id) => vaultOf(id, sources.vaults, { signIns: true }) };
}
