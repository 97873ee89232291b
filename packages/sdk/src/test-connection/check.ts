import type { Credential, ErrorCode, StageName } from '@mailwright/core';

/** What one stage of the test came to. */
export interface Outcome {
  readonly state: 'ok' | 'warning' | 'failed';
  readonly text: string;
  readonly code?: ErrorCode;
  readonly fix?: string;
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

export const ok = (text: string): Outcome => ({ state: 'ok', text });
export const warning = (text: string, fix: string): Outcome => ({ state: 'warning', text, fix });
/** An error, thrown or not, as the outcome that it is. */
export const failed = ({
  message: text,
  code,
  fix,
}: {
  readonly message: string;
  readonly code: ErrorCode;
  readonly fix: string;
}): Outcome => ({
  state: 'failed',
  text,
  code,
  fix,
});
