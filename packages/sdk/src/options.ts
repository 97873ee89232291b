import type {
  AuthStrategy,
  Backend,
  FileStore,
  Http,
  Limits,
  Logger,
  Sender,
  SessionStore,
  TokenStore,
  VaultProvider,
} from '@mailwright/core';
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
  /** The proxy of all that names none of its own, as an address or `none`; MAILWRIGHT_PROXY and the environment's if left out. */
  readonly proxy?: string;
  /** Values of `{ variable: name }` references. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** IANA name; the machine's own if left out. */
  readonly timeZone?: string;
  /** Deadlines and caps other than `LIMITS`. */
  readonly limits?: Partial<Limits>;
  readonly log?: Logger;
  /** Where sign-ins are kept; `tokens` in the data folder, sealed with a key from the vault, if left out. */
  readonly tokens?: TokenStore;
  /** A folder that a group of users of this machine shares: managed connections, and the sign-ins of those that are shared.
   * MAILWRIGHT_SHARED if left out; without either they are this user's own. */
  readonly shared?: string;
  /** Whom the run is for, where a connection is user-specific; the user of the operating system if left out. */
  readonly user?: string;
  /** Where managed connections are set up; `connections` in the shared folder or the data folder if left out. */
  readonly connections?: string;
  /** The way to identity providers and vaults; https if left out. */
  readonly http?: Http;
}
