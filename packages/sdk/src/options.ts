import type { AuthStrategy, Backend, FileStore, Limits, Logger, Sender, SessionStore, VaultProvider } from '@mailwright/core';
import type { z } from 'zod';

/** What a program may change of createEmail(); everything has a default. */
export interface EmailOptions {
  readonly backends?: readonly Backend[];
  readonly senders?: readonly Backend<z.ZodObject, Sender>[];
  readonly auth?: readonly AuthStrategy[];
  /** Added to the default vaults; one with the same id takes the place of the default. */
  readonly vaults?: readonly VaultProvider[];
  /** The vault of references without a slash; MAILWRIGHT_VAULT or `file` if left out. */
  readonly defaultVault?: string;
  /** A folder, or a store of one's own. `mailwright-files` in the current folder if left out. */
  readonly files?: string | FileStore;
  readonly store?: SessionStore;
  /** A file or folder of further certificate authorities for all sessions; MAILWRIGHT_CA if left out. */
  readonly ca?: string;
  /** Values of `{ variable: name }` references. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** IANA name; the machine's own if left out. */
  readonly timeZone?: string;
  /** Deadlines and caps other than `LIMITS`. */
  readonly limits?: Partial<Limits>;
  readonly log?: Logger;
}
