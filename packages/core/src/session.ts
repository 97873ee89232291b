import { say } from './phrase.ts';
import { z } from 'zod';
import { more } from './form.ts';
import type { Address } from './message.ts';
import type { Mailbox, Need } from './mailbox.ts';
import type { ProxySetting } from './proxy.ts';

/** Unique in a store; no slash, colon or control character, blanks at the ends trimmed. */
export const SessionName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  // eslint-disable-next-line no-control-regex -- a session name goes into logs and file names
  .regex(/^[^/:\u0000-\u001f\u007f]+$/, String(say`no slash, colon or control character`))
  .default('Default')
  .meta({ title: 'Session name', 'x-ui': { widget: 'session' } });

/** How to open a session again: settings and references to secrets, never a secret itself (`session.insecure_secret`). */
export interface SessionRecipe {
  readonly name: string;
  readonly server: ServerChoice;
  readonly outgoing?: ServerChoice;
  readonly mailbox?: string;
  readonly timeZone?: string;
  readonly proxy?: ProxySetting;
  readonly readOnly?: boolean;
  readonly limits?: SessionLimits;
  /** A file or a folder of PEM certificates. */
  readonly ca?: string;
}

/** What a bot may do in one session at most, so that one that goes wrong stops early. `largestAttachment` in MB. */
export const SessionLimits = z
  .strictObject({
    messagesChanged: z.int().min(0).optional().meta({ title: 'Messages changed', description: 'Moved, copied, marked or erased' }),
    mailsSent: z.int().min(0).optional().meta({ title: 'Mails sent' }),
    largestAttachment: z.number().positive().optional().meta({ title: 'Largest attachment (MB)', description: 'Saved or sent' }),
    recipientDomains: z
      .array(z.string().trim().min(1))
      .min(1)
      .optional()
      .meta({ title: 'Recipient domains', description: 'Mail goes to addresses of these domains only' }),
  })
  .meta(more({ title: 'Limits', description: 'The most that this session may do; going beyond stops the step before it begins' }));
export type SessionLimits = z.output<typeof SessionLimits>;

/** One side of Connect: the backend's id, its fields, and the login mode with its fields. */
export interface ServerChoice {
  readonly backend: string;
  readonly auth?: { readonly mode: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A mailbox under a name. `can`: the verbs that this session really has, after `readOnly` and what the server offers. */
export interface Session {
  readonly name: string;
  readonly backend: string;
  readonly can: ReadonlySet<Need>;
  /** Its author wants nothing changed or sent. */
  readonly readOnly?: boolean;
  readonly timeZone: string;
  /** The address that mail is sent from unless a step says otherwise. */
  readonly from?: Address;
  readonly mailbox: Mailbox;
}

/** Where recipes are kept. A store that outlives the process refuses a recipe with a secret in plain text. */
export interface SessionStore {
  get(name: string): Promise<SessionRecipe | undefined>;
  set(recipe: SessionRecipe): Promise<void>;
  delete(name: string): Promise<boolean>;
  names(): Promise<readonly string[]>;
}

/** What the session actions may do. */
export interface SessionControl {
  open(recipe: SessionRecipe): Promise<Session>;
  /** The recipe saved under a name, opened under another. Errors: `session.not_saved`. */
  openSaved(saved: string, name: string): Promise<Session>;
  /** Answers whether there was one. */
  close(name: string): Promise<boolean>;
  names(): readonly string[];
}
