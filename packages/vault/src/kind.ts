import { EmailError, SecretRef, type Http, type Secret, type VaultProvider } from '@mailwright/core';
import { z } from 'zod';

/** What a vault may use to open itself: the secrets of other vaults, and https. */
export interface VaultContext {
  readonly http: Http;
  secret(ref: SecretRef): Promise<Secret>;
}

/** A kind of vault that is set up by an entry of vaults.json: its settings, and how they become a vault. */
export interface VaultKind<C extends z.ZodObject = z.ZodObject> {
  readonly kind: string;
  readonly config: C;
  open(config: z.output<C>, ctx: VaultContext): VaultProvider;
}
export const defineVault = <C extends z.ZodObject>(kind: VaultKind<C>): VaultKind<C> => kind;

/** The settings that every kind has: the id that references begin with, and how long one read may take. */
export const settings = {
  id: z
    .string()
    .min(1)
    .regex(/^[^/#]+$/, 'an id has no slash and no #'),
  seconds: z.number().min(0.1).max(110).default(15).meta({ description: 'How long one read may take' }),
};

/** What opens a vault is a secret of another one; settings are a file, which holds none. */
export const kept = SecretRef.refine(
  (ref) => !('insecure' in ref),
  'a secret in plain text: put it into another vault (mailwright vault set KEY) and write {"credential": "KEY"}',
);

/** The names that are told when one is missing; a vault may hold thousands. */
const TOLD = 10;

/** `vault.key_missing` with the names that are nearest. `storedWith`: the command that puts it there; left out where only other tools can. */
export function keyMissing(vault: string, key: string, known: readonly string[] = [], storedWith?: string): EmailError {
  const begins = (name: string) => {
    let length = 0;
    while (length < name.length && name[length] === key[length]) length++;
    return length;
  };
  const nearest = known.toSorted((one, other) => begins(other) - begins(one) || (one < other ? -1 : 1)).slice(0, TOLD);
  return new EmailError('vault.key_missing', { vault, key, known: nearest, ...(storedWith !== undefined && { storedWith }) });
}

/** A path and, behind the last #, one field of what is there. */
export function pathAndField(key: string): { readonly path: string; readonly field?: string } {
  const mark = key.lastIndexOf('#');
  return mark < 0 ? { path: key } : { path: key.slice(0, mark), field: key.slice(mark + 1) };
}
