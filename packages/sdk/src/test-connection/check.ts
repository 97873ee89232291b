import type { Credential, EmailError, ErrorCode, Phrase, StageName, Told } from '@mailwright/core';

/** What one stage of the test came to. */
export interface Outcome {
  readonly state: 'ok' | 'warning' | 'failed';
  readonly text: Told;
  readonly code?: ErrorCode;
  readonly fix?: Told;
}

/** What a check may use. */
export interface At<Opened> {
  readonly opened: Opened;
  readonly credential: Credential;
  readonly signal: AbortSignal;
}

/** One stage after the opening. An outcome of undefined leaves the stage out: this server has no such thing. */
export type Check<Opened> = { readonly stage: StageName } & (
  | { readonly on: 'connection'; run(at: At<Opened>): Promise<Outcome | undefined> }
  | { readonly on: 'login'; run(at: Pick<At<Opened>, 'credential' | 'signal'>): Promise<Outcome | undefined> }
  | { readonly on: 'nothing'; run(at: Pick<At<Opened>, 'signal'>): Promise<Outcome | undefined> }
);

export const ok = (text: Phrase): Outcome => ({ state: 'ok', text });
export const warning = (text: Phrase, fix: Phrase): Outcome => ({ state: 'warning', text, fix });
/** An error, thrown or not, as the outcome that it is. */
export const failed = ({ code, told }: EmailError): Outcome => ({ state: 'failed', text: told.message, code, fix: told.fix });
