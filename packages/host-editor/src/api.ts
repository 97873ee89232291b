// What the page and its server say to each other: JSON over /api, with the token as bearer. Streams are JSON lines.
// The server never sends a secret; the page sends one only to set it.

import type { StageName } from '@mailwright/sdk';
import type { RunListed } from './api-runs.ts';

export type * from './api-runs.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Fields = Readonly<Record<string, Json>>;

/** An error in the words of the error table, in the language that was asked for (`accept-language`). */
export interface ErrorShown {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly retry?: 'never' | 'now' | 'later';
  readonly details?: Fields;
}
export interface Failure {
  readonly error: ErrorShown;
}

/* ---- GET boot ---- */
export type Effect = 'read' | 'write' | 'send' | 'destroy';
/** One block of the palette; `input` is the JSON Schema of its form (`io: input`), in the language that was asked for. */
export interface DefinitionShown {
  readonly id: string;
  readonly kind: 'action' | 'loop' | 'session' | 'tool';
  readonly title: string;
  readonly summary: string;
  readonly effect: Effect;
  readonly needs: readonly string[];
  readonly input: Fields;
  /** JSON Schema of what it gives: the output of an action, the item of a loop. */
  readonly output?: Fields;
}
export interface ServerShown {
  readonly id: string;
  readonly title: string;
  readonly provides: readonly string[];
  readonly authModes: readonly string[];
  readonly sending: boolean;
}
export interface ExpressionFunctionShown {
  readonly name: string;
  readonly signature: string;
  readonly summary: string;
}
export interface Boot {
  readonly version: string;
  /** The name of the opened folder, for people. */
  readonly folder: string;
  readonly languages: readonly { readonly tag: string; readonly name: string }[];
  readonly definitions: readonly DefinitionShown[];
  readonly servers: readonly ServerShown[];
  readonly functions: readonly ExpressionFunctionShown[];
  /** The form of a managed connection, as JSON Schema. */
  readonly connection: Fields;
  readonly settings: Settings;
  /** Set in the demo: which automation to open, and the sample mailbox beside it. */
  readonly demo?: { readonly file: string; readonly connect: Fields; readonly variables: Fields };
}
/* ---- GET, PUT settings ---- */
export interface Settings {
  readonly language?: string;
  readonly theme?: 'light' | 'dark';
  /** Days for which values of steps are kept with a run; 0: in memory only, gone with the run. */
  readonly keepValues: number;
}

/* ---- automations ---- */
/** A step as it stands in the file: `id` and exactly one of action, loop, if, try, set, call, stop, with its fields. */
export type StepContent = Fields & { readonly id: string };
/** What a file holds, as plain data. */
export interface AutomationContent {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly variables?: Readonly<Record<string, Fields>>;
  readonly on?: Json;
  readonly steps: readonly StepContent[];
}
export interface ProblemShown {
  readonly line: number;
  readonly column: number;
  /** Id of the step concerned. */
  readonly id?: string;
  /** The step's number, such as 2.1e.1. */
  readonly step?: string;
  /** JSON pointer into the step (or into the automation where no step is concerned), such as /with/server/port. */
  readonly pointer?: string;
  readonly where?: string;
  /** The pointer is that of a field that has to be filled in. */
  readonly missing?: true;
  readonly message: string;
  readonly fix: string;
}
/** GET automations */
export interface AutomationListed {
  readonly file: string;
  readonly id: string;
  readonly name: string;
  readonly problems: number;
  /** The steps of other automations that call it. */
  readonly usedIn: readonly Use[];
  readonly lastRun?: RunListed;
}
/** GET automations/FILE, and the answer to PUT. `content` is absent where the text cannot be read as steps. */
export interface AutomationOpened {
  readonly file: string;
  readonly text: string;
  readonly revision: string;
  readonly content?: AutomationContent;
  readonly problems: readonly ProblemShown[];
  readonly warnings: readonly ProblemShown[];
}
/** PUT automations/FILE. 409 with the AutomationOpened of the disk where the file is no longer of that revision. */
export interface AutomationSave {
  readonly revision: string;
  readonly content?: AutomationContent;
  /** Instead of content: the whole text, as the text view sends it. */
  readonly text?: string;
}
/** POST automations: a new one, or one from a text (import) or another file (duplicate). Answers AutomationOpened. */
export interface AutomationNew {
  readonly name: string;
  readonly text?: string;
  readonly copyOf?: string;
}
/** GET files/FILE: what stands in the folder that its runs read and write, as paths inside it. */
export interface FileListed {
  readonly path: string;
  readonly kind: 'file' | 'folder';
}
/** POST check: what is wrong with a content that is not saved yet. Answers AutomationOpened without `revision`. */
export interface CheckAsked {
  readonly file: string;
  readonly content: AutomationContent;
}

/* ---- servers, asked while editing: each takes the input of Connect as it stands in the form ---- */
/** `variables`: values for `{{ name }}` and `{ variable }` in it; the file's defaults are filled in by the page. */
export interface ConnectAsked {
  readonly connect: Fields;
  readonly variables: Fields;
}
/** POST test: a stream of TestEvent; closing it cancels. `person`: sign in with a browser or code where that is needed. */
export interface TestAsked extends ConnectAsked {
  readonly sendTo?: string;
  readonly person?: boolean;
  /** Where there is one: the steps are looked at for what rights they need. */
  readonly file?: string;
}
export type TestEvent =
  | {
      readonly event: 'stage';
      readonly stage: StageName;
      readonly side: 'reading' | 'sending';
      readonly state: 'ok' | 'warning' | 'failed' | 'not-tried';
      readonly ms: number;
      readonly text: string;
      readonly code?: string;
      readonly fix?: string;
    }
  | { readonly event: 'browser'; readonly url: string }
  | { readonly event: 'code'; readonly url: string; readonly code: string }
  | { readonly event: 'end'; readonly ok: boolean; readonly error?: ErrorShown };
/** POST discover */
export interface DiscoverAsked {
  readonly address: string;
}
export interface Discovered {
  /** `reason`: why these servers. `notes`: what a person should know or do, one sentence each. */
  readonly candidates: readonly {
    readonly title: string;
    readonly reason: string;
    readonly notes: readonly string[];
    readonly connect: Fields;
  }[];
}
/** POST folders */
export interface FolderShown {
  readonly path: string;
  readonly name: string;
  readonly role?: string;
  readonly unread?: number;
  readonly total?: number;
}
/** POST messages: newest first; with `filter` also what a preview of the filter builder shows. */
export interface MessagesAsked extends ConnectAsked {
  readonly folder: string;
  readonly subfolders?: boolean;
  readonly filter?: Json;
  readonly limit: number;
}
export interface MessagesShown {
  readonly messages: readonly MessageShown[];
  /** How many match, counted up to a limit; `more`: there are more than were counted. */
  readonly count: number;
  readonly more: boolean;
  /** Which part of the filter the server does, and which part we do; null: nothing. */
  readonly plan?: { readonly server: string | null; readonly here: string | null };
}
export interface AddressShown {
  readonly address: string;
  readonly name?: string;
}
/** Of a mail: texts only, strangers' words. */
export interface MessageShown {
  readonly ref: { readonly folder: string; readonly id: string };
  readonly kind: string;
  readonly subject: string;
  readonly from: readonly AddressShown[];
  readonly to: readonly AddressShown[];
  readonly receivedAt?: string;
  readonly sentAt?: string;
  readonly size?: number;
  readonly flags: readonly string[];
  readonly hasAttachments?: boolean;
  readonly defects: readonly string[];
}
/** POST message */
export interface MessageAsked extends ConnectAsked {
  readonly ref: { readonly folder: string; readonly id: string };
}
export interface MessageOpened extends MessageShown {
  readonly cc: readonly AddressShown[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
  /** One-time address of the HTML, to be shown in a sandboxed frame; remote images only with `?images=1`. */
  readonly html?: string;
  readonly attachments: readonly {
    readonly index: number;
    readonly filename: string;
    readonly contentType: string;
    readonly size?: number;
    readonly url: string;
  }[];
  readonly invite?: Fields;
}

/* ---- vaults, connections, sessions ---- */
export interface Use {
  readonly file: string;
  readonly step: string;
}
/** GET vaults; PUT vaults/ID/KEY { value }; DELETE vaults/ID/KEY. Values never come back. */
export interface VaultShown {
  readonly id: string;
  readonly isDefault: boolean;
  readonly writable: boolean;
  readonly keys: readonly { readonly key: string; readonly usedIn: readonly Use[] }[];
  /** Why its keys cannot be listed. */
  readonly error?: ErrorShown;
}
/** GET connections; PUT connections/NAME; DELETE; POST connections/NAME/sign-in: a stream of TestEvent. */
export interface ConnectionShown {
  readonly name: string;
  readonly tokenType: 'shared' | 'user';
  readonly provider: string;
  readonly backend: string;
  readonly owners: readonly {
    readonly owner: string;
    readonly state: 'active' | 'sign-in-needed' | 'consent-needed' | 'blocked' | 'never-used' | 'signing-in';
  }[];
  readonly usedIn: readonly Use[];
  /** How it is set up: what PUT takes. It holds references to secrets, never one. */
  readonly input: Fields;
}
/** PUT sessions/NAME; the name must be unique unless `replace`. `tested`: a test of just this input went well. */
export interface SessionSave {
  readonly connect: Fields;
  readonly replace?: boolean;
  readonly tested?: boolean;
}
/** GET sessions; DELETE sessions/NAME. */
export interface SessionShown {
  readonly name: string;
  readonly server: string;
  readonly connect: Fields;
  readonly usedIn: readonly Use[];
  /** The last test of it failed, or it was saved without one. */
  readonly untested?: boolean;
}
