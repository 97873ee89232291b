import { say, type Mailbox, type Sender } from '@mailwright/core';
import { ok, warning, type Check } from './check.ts';

/** Questions, of which the middle one counts: the first may wait for something. */
const TRIPS = 3;
/** Milliseconds above which a loop over many mails is felt to be slow. */
const SLOW = 500;

/** How long the way to the server and back takes. */
export const roundTrip: Check<Mailbox | Sender> = {
  stage: 'round-trip',
  on: 'connection',
  async run({ opened }) {
    const { probe } = opened;
    if (!probe?.noop) return undefined;
    const times: number[] = [];
    for (let trip = 0; trip < TRIPS; trip++) {
      const began = performance.now();
      await probe.noop();
      times.push(performance.now() - began);
    }
    const middle = times.sort((a, b) => a - b)[Math.floor(TRIPS / 2)] ?? 0;
    const ms = middle < 10 ? Number(middle.toFixed(1)) : Math.round(middle);
    const text = say`There and back takes ${{ ms }} ms.`;
    return middle < SLOW
      ? ok(text)
      : warning(text, say`Each step on a message waits at least that long: run the bot nearer to the server, or organize in batches.`);
  },
};
