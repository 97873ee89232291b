import type { Readable } from 'node:stream';
import { z } from 'zod';
import { EmailError } from './errors.ts';
import type { MessageRef } from './message.ts';
import type { MailboxFeatures, Capability, MailboxWith, Need } from './mailbox.ts';
import type { Phrase } from './phrase.ts';
import { SessionName, type Session, type SessionControl } from './session.ts';

export type Overwrite = 'number' | 'skip' | 'replace' | 'fail';
/** A file on disk. `path` is relative to the run's folder; `sha256` in hexadecimal; `skipped`: it was there and stayed as it was. */
export interface SavedFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly skipped?: boolean;
}

/** Files of one run, confined to one folder. A file appears under its name only when it is whole. */
export interface FileStore {
  /** `name` is relative; its last part is cleaned. Errors: `attachment.unsafe_name`, `attachment.exists`. */
  save(name: string, content: Readable, options?: { readonly overwrite?: Overwrite }): Promise<SavedFile>;
  /** Errors: `attachment.not_found`, `attachment.unsafe_name`. */
  open(path: string): Promise<{ readonly content: Readable; readonly size: number }>;
}

/** What a program listens with. A warning is told as an English text; `data.phrase` (PhraseData) has it for other languages. */
export interface Logger {
  debug(text: string, data?: object): void;
  info(text: string, data?: object): void;
  warn(text: string, data?: object): void;
}
/** What our own code writes to. */
export interface Log {
  debug(text: string, data?: object): void;
  info(text: string, data?: object): void;
  warn(text: Phrase, data?: object): void;
}

export interface RunContext {
  readonly files: FileStore;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What an action works with: the session that its input names. */
export interface ActionContext<N extends Need = never> extends RunContext {
  readonly mailbox: MailboxWith<N>;
  readonly session: Pick<Session, 'name' | 'backend' | 'timeZone' | 'from'>;
  /** A Message-ID (with angle brackets) for what this step sends, fixed before the first try. */
  messageId(domain: string): string;
}
export interface SessionContext extends RunContext {
  readonly sessions: SessionControl;
}

/** What a step does to the world: `write` can be undone or repeated, `send` leaves the house, `destroy` is for good. */
export type Effect = 'read' | 'write' | 'send' | 'destroy';

interface Described<I extends z.ZodObject> {
  readonly id: `email.${string}`;
  readonly title: string;
  readonly summary: string;
  /** One sentence with places for inputs, for plans and step lists: `Move {messages} to {to}`. */
  readonly line: string;
  readonly effect: Effect;
  readonly input: I;
}
type Needs = readonly Need[];

export interface ActionDefinition<
  I extends z.ZodObject = z.ZodObject,
  O extends z.ZodType = z.ZodType,
  N extends Needs = Needs,
> extends Described<I> {
  readonly kind: 'action';
  readonly needs: N;
  readonly output: O;
  run(input: z.output<I>, ctx: ActionContext<N[number]>): Promise<z.input<O>>;
  /** Only where the work on single messages may go out later, with that of others: what the step gives until then. */
  collected?(refs: readonly MessageRef[]): z.input<O>;
}
export interface LoopDefinition<
  I extends z.ZodObject = z.ZodObject,
  O extends z.ZodType = z.ZodType,
  N extends Needs = Needs,
> extends Described<I> {
  readonly kind: 'loop';
  readonly needs: N;
  readonly item: O;
  each(input: z.output<I>, ctx: ActionContext<N[number]>): AsyncIterable<z.input<O>>;
}
export interface SessionDefinition<I extends z.ZodObject = z.ZodObject, O extends z.ZodType = z.ZodType> extends Described<I> {
  readonly kind: 'session';
  readonly output: O;
  run(input: z.output<I>, ctx: SessionContext): Promise<z.input<O>>;
}
// oxlint-disable-next-line typescript/no-explicit-any -- a list of definitions of different inputs has no other type
export type Definition = ActionDefinition<any, any, any> | LoopDefinition<any, any, any> | SessionDefinition<any, any>;

type WithSession<I extends z.ZodObject> = z.ZodObject<I['shape'] & { session: typeof SessionName }, z.core.$strict>;

/** An action. `session` is added to its input, which keeps its rules; `needs` is checked before anything is sent to a server. */
export function defineAction<I extends z.ZodObject, O extends z.ZodType, const N extends Needs>(
  definition: Omit<ActionDefinition<I, O, N>, 'kind'>,
): ActionDefinition<WithSession<I>, O, N> {
  return { ...definition, kind: 'action', input: withSession(definition.input) } as never;
}
export function defineLoop<I extends z.ZodObject, O extends z.ZodType, const N extends Needs>(
  definition: Omit<LoopDefinition<I, O, N>, 'kind'>,
): LoopDefinition<WithSession<I>, O, N> {
  return { ...definition, kind: 'loop', input: withSession(definition.input) } as never;
}
export function defineSession<I extends z.ZodObject, O extends z.ZodType>(
  definition: Omit<SessionDefinition<I, O>, 'kind'>,
): SessionDefinition<I, O> {
  return { ...definition, kind: 'session' };
}

function withSession(input: z.ZodObject): z.ZodObject {
  const whole = z.strictObject({ session: SessionName, ...input.shape });
  return whole.check(...((input.def.checks ?? []) as z.core.$ZodCheck<z.output<typeof whole>>[]));
}

/** A verb that only a choice in the form asks for. Errors: `capability.unsupported`. */
export function demand<C extends Capability>(ctx: ActionContext, capability: C): MailboxFeatures[C] {
  const verb = ctx.mailbox[capability];
  if (!verb) throw new EmailError('capability.unsupported', { session: ctx.session.name, backend: ctx.session.backend, capability });
  return verb.bind(ctx.mailbox) as MailboxFeatures[C];
}
