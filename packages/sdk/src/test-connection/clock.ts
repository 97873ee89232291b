import { say, type Http, type Phrase } from '@mailwright/core';
import { ok, warning, type Check, type Outcome } from './check.ts';

/** Seconds of difference above which tokens and certificates are judged wrongly. */
const MOST = 120;

/** A clock that was read elsewhere, and when by ours; milliseconds since 1970. */
export interface Reading {
  readonly whose: string | Phrase;
  readonly theirs: number;
  readonly ours: number;
}

/** Our clock beside another's: that of the identity provider, else one that a server told in its greeting. Without either the stage is left out. */
export const clock = (address: string | undefined, http: Http, greeted: () => Reading | undefined): Check<never> => ({
  stage: 'clock',
  on: 'nothing',
  async run({ signal }) {
    const read = address === undefined ? greeted() : ((await asked(address, http, signal)) ?? greeted());
    return read && compared(read);
  },
});

/** The Date of an answer (RFC 9110 section 6.6.1). It is in whole seconds, and was written while the answer was under way. */
async function asked(url: string, http: Http, signal: AbortSignal): Promise<Reading | undefined> {
  const began = Date.now();
  const answer = await http({ url, signal }).catch(() => undefined);
  const theirs = Date.parse(answer?.headers['date'] ?? '');
  return Number.isNaN(theirs) ? undefined : { whose: new URL(url).host, theirs: theirs + 500, ours: (began + Date.now()) / 2 };
}

function compared({ whose, theirs, ours }: Reading): Outcome {
  const seconds = Math.round((theirs - ours) / 1000);
  const size = Math.abs(seconds);
  if (size < 2) return ok(say`The clock of this machine agrees with that of ${{ whose }}.`);
  const time = spoken(size);
  const text =
    seconds > 0
      ? say`The clock of this machine is ${{ time }} behind that of ${{ whose }}.`
      : say`The clock of this machine is ${{ time }} ahead of that of ${{ whose }}.`;
  return size <= MOST
    ? ok(text)
    : warning(text, say`Set the clock, best by time synchronization: tokens and certificates are judged by it.`);
}

function spoken(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
