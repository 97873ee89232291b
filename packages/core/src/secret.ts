import { inspect } from 'node:util';
import { z } from 'zod';
import { remember } from './redact.ts';

/** Where a secret is. Only `insecure` holds a value; the editor marks it so. */
export const SecretRef = z
  .union(
    [
      z
        .strictObject({ credential: z.string().min(1) })
        .meta({ title: 'Credential', description: 'vault/path#field, or path#field in the default vault' }),
      z.strictObject({ variable: z.string().min(1) }).meta({ title: 'Variable' }),
      z.strictObject({ insecure: z.string() }).meta({ title: 'Insecure string' }),
    ],
    { error: 'Refer to a secret by one of these alone: { "credential": "vault/path" } or { "variable": "name" }.' },
  )
  .meta({ id: 'SecretRef', 'x-ui': { widget: 'secret' } });
export type SecretRef = z.output<typeof SecretRef>;

/**
 * A secret that cannot be printed: text conversion, JSON and inspection all say `[secret]`. Making one also makes every form of
 * its value unprintable in errors and logs (redact.ts). `reveal` is for the few files that the house test names.
 */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
    remember(value);
  }
  reveal(): string {
    return this.#value;
  }
  get isEmpty(): boolean {
    return this.#value === '';
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  [inspect.custom](): string {
    return '[secret]';
  }
}

export interface AccessToken {
  readonly value: Secret;
  readonly expiresAt: Date;
  /** The scopes that its provider says it has (RFC 6749 section 5.1). */
  readonly granted?: readonly string[];
}

/** A place that keeps secrets, perhaps also tokens. Errors: `vault.*`, naming the key, never a value. */
export interface VaultProvider {
  readonly id: string;
  read(key: string): Promise<Secret>;
  /** The keys that can be referred to, never their values; absent where the vault cannot list. */
  list?(): Promise<readonly string[]>;
  set?(key: string, value: Secret): Promise<void>;
  remove?(key: string): Promise<void>;
  /** `use`: what the token is for, and where it will be sent; whoever keeps a sign-in decides where it may go. */
  accessToken?(
    connection: string,
    owner: 'shared' | { readonly user: string },
    use: {
      readonly backend: string;
      readonly host?: string;
      /** A server refused this one: another is wanted. */
      readonly refused?: Secret;
    },
  ): Promise<AccessToken>;
}
