import type { z } from 'zod';
import type { Log } from './action.ts';
import type { Credential } from './auth.ts';
import type { ErrorCode } from './errors.ts';
import type { Need, Mailbox, Sender } from './mailbox.ts';
import type { Dial } from './network.ts';
import type { Told } from './phrase.ts';

/** The stages of a connection test, in their order. */
export const STAGES = [
  'name',
  'reach',
  'tls',
  'greeting',
  'sign-in',
  'permissions',
  'folders',
  'rights',
  'special-folders',
  'sending',
  'test-mail',
  'round-trip',
  'clock',
  'arrival',
] as const;
export type StageName = (typeof STAGES)[number];

/** One line of a connection test. `ms` is the time this stage took; `text` and `fix` are for a person, in one language or (Told) in each. */
export interface Stage<Words = string> {
  readonly stage: StageName;
  readonly side: 'reading' | 'sending';
  readonly state: 'ok' | 'warning' | 'failed' | 'not-tried';
  readonly ms: number;
  readonly text: Words;
  readonly code?: ErrorCode;
  readonly fix?: Words;
  /** What the server's clock said, where it told the time; ISO. */
  readonly serverTime?: string;
}

/** Deadlines in milliseconds and caps in bytes, in one place (docs/explanation/limits.md says why each has its value). */
export interface Limits {
  /** Name, TCP, TLS, greeting and sign-in together. */
  readonly connect: number;
  /** Select, list, mark, one batch of a move. */
  readonly command: number;
  readonly search: number;
  /** Reading one message or one batch, before `throughput` is added. */
  readonly read: number;
  /** Handing over one mail, before `throughput` is added. */
  readonly send: number;
  /** Silence on the wire. */
  readonly idle: number;
  /** Bytes per second below which a transfer counts as stalled. */
  readonly throughput: number;
  readonly largestMessage: number;
  readonly line: number;
}

export const LIMITS: Limits = {
  connect: 30_000,
  command: 60_000,
  search: 120_000,
  read: 60_000,
  send: 300_000,
  idle: 30_000,
  throughput: 64 * 1024,
  largestMessage: 150 * 1024 * 1024,
  line: 1024 * 1024,
};

/** What a backend is opened with. */
export interface OpenContext {
  /** Ends everything that goes on in the session. */
  readonly signal: AbortSignal;
  /** `ca`: further certificate authorities, PEM. They come on top of Node's and the system's. */
  readonly tls: { readonly ca: readonly string[] };
  /** The one way out: a backend opens no connection of its own. */
  readonly dial: Dial;
  /** The name of the session, for texts. */
  readonly session?: string;
  /** The mailbox that is to be opened, where one was named: perhaps not that of the login. */
  readonly mailbox?: string;
  /** IANA name: filter days are days in this zone. */
  readonly timeZone: string;
  readonly limits: Limits;
  readonly log: Log;
  /** Changes and sends nothing: the opened mailbox leaves the verbs out. */
  readonly readOnly: boolean;
  /** Test connection listens; a run ignores it. */
  stage(report: Stage<Told>): void;
  /** One conversation with the server at a time: everything that selects a folder and then acts in it is one turn. Turns never nest. */
  turn<T>(work: () => Promise<T>): Promise<T>;
}

/** A kind of server: its form, its login modes, how to open it. `provides` is the most it can do. */
export interface Backend<C extends z.ZodObject = z.ZodObject, Opened extends Mailbox | Sender = Mailbox> {
  readonly id: string;
  readonly title: string;
  readonly config: C;
  /** The usual one first; where that is none, the login may be left out. */
  readonly authModes: readonly string[];
  /** What a login of mode `none` means here, where it does not mean that nobody signs in. */
  readonly withoutLogin?: string;
  readonly provides: readonly Need[];
  /** The host that a login of this mode goes to, where the form has no field `host`; undefined where that is found out later. */
  hostOf?(this: void, config: z.output<C>, mode: string): string | undefined;
  /** What it needs is best loaded only here: a bot speaks to one or two kinds of server. */
  open(config: z.output<C>, credential: Credential, ctx: OpenContext): Promise<Opened>;
}

export const defineBackend = <C extends z.ZodObject>(backend: Backend<C, Mailbox>): Backend<C, Mailbox> => backend;
export const defineSender = <C extends z.ZodObject>(sender: Backend<C, Sender>): Backend<C, Sender> => sender;
