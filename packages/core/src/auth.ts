import type { z } from 'zod';
import type { Logger } from './action.ts';
import type { Stage } from './backend.ts';
import type { AccessToken, Secret, SecretRef, VaultProvider } from './secret.ts';

/** What a backend receives to prove identity; it never learns how it was come by. Ask for a token at every connect, never keep one. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'token'; readonly username: string; token(options?: { readonly fresh?: boolean }): Promise<AccessToken> };

/** What a login mode may use. `openBrowser` throws in an unattended run. */
export interface AuthContext {
  readonly backend: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
  stage(report: Stage): void;
  secret(ref: SecretRef): Promise<Secret>;
  vault(id: string): VaultProvider;
  openBrowser(url: URL): Promise<void>;
}

/** One login mode: its form, and how to turn it into a Credential. Errors: `auth.*`, `vault.*`. */
export interface AuthStrategy<I extends z.ZodObject = z.ZodObject> {
  readonly mode: string;
  readonly title: string;
  readonly input: I;
  authenticate(input: z.output<I>, ctx: AuthContext): Promise<Credential>;
}

export const defineAuth = <I extends z.ZodObject>(strategy: AuthStrategy<I>): AuthStrategy<I> => strategy;
