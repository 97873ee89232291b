import { EmailError, Secret, type AuthContext, type SecretRef, type VaultProvider } from '@mailwright/core';

/** Where references to secrets lead: the vaults by id, the default one, and the automation's variables. */
export interface SecretSources {
  readonly vaults: ReadonlyMap<string, VaultProvider>;
  readonly defaultVault: string;
  /** A variable's value: text, or another reference. */
  variable(name: string): unknown;
}

/** Resolves a reference. Errors: `vault.*`, `input.invalid` for a variable without a value. */
export async function resolveSecret(ref: SecretRef, sources: SecretSources): Promise<Secret> {
  if ('insecure' in ref) return new Secret(ref.insecure);
  if ('variable' in ref) return resolveVariable(ref.variable, sources);
  const { vault, key } = splitReference(ref.credential, sources);
  return vaultOf(vault, sources.vaults).read(key);
}

/** `vault/path#field`, or `path#field` in the default vault. */
function splitReference(reference: string, { defaultVault }: SecretSources): { vault: string; key: string } {
  const slash = reference.indexOf('/');
  return slash < 0 ? { vault: defaultVault, key: reference } : { vault: reference.slice(0, slash), key: reference.slice(slash + 1) };
}

async function resolveVariable(name: string, sources: SecretSources): Promise<Secret> {
  const value = sources.variable(name);
  if (typeof value === 'string' && value !== '') return new Secret(value);
  if (value instanceof Secret) return value;
  if (typeof value === 'object' && value !== null && ('credential' in value || 'insecure' in value))
    return resolveSecret(value as SecretRef, sources);
  throw new EmailError('input.invalid', {
    path: `variable ${name}`,
    problem: 'this variable has no value here',
    cure: `Give it with --var ${name}=..., or set a default in the automation.`,
  });
}

export function vaultOf(id: string, vaults: ReadonlyMap<string, VaultProvider>): VaultProvider {
  const vault = vaults.get(id);
  if (!vault) throw new EmailError('vault.unknown', { vault: id, known: [...vaults.keys()] });
  return vault;
}

/** The part of an AuthContext that concerns secrets. */
export function secretAccess(sources: SecretSources): Pick<AuthContext, 'secret' | 'vault'> {
  return { secret: (ref) => resolveSecret(ref, sources), vault: (id) => vaultOf(id, sources.vaults) };
}
