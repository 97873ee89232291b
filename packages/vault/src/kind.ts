import type { Http, Secret, SecretRef, VaultProvider } from '@mailwright/core';
import type { z } from 'zod';

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
