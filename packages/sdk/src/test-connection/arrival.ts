import { setTimeout as sleep } from 'node:timers/promises';
import { EmailError, say, type Mailbox } from '@mailwright/core';
import { failed, ok, warning, type Outcome } from './check.ts';
import type { Posted } from './sending.ts';

/** Seconds that a test mail has to arrive, and milliseconds between two looks. */
const PATIENCE = 60;
const PAUSE = 1000;

/**
 * Waits until the test mail is in the mailbox, found by its Message-ID. It is left there. Errors: those of `search`, and
 * whatever `signal` ends the waiting with.
 */
export async function arrival(mailbox: Mailbox, { messageId, at }: Posted, signal: AbortSignal): Promise<Outcome> {
  const junk = (await mailbox.listFolders?.())?.find(({ role }) => role === 'junk')?.path;
  while (performance.now() - at < PATIENCE * 1000) {
    for (const folder of ['INBOX', ...(junk === undefined ? [] : [junk])]) {
      if (!(await isThere(mailbox, folder, messageId, signal))) continue;
      const seconds = ((performance.now() - at) / 1000).toFixed(1);
      const text = say`The test mail arrived in ${{ folder }} ${{ seconds }} s after it was handed over. It was left there.`;
      return folder === 'INBOX'
        ? ok(text)
        : warning(
            text,
            say`The server takes it for junk: the domain of the sender should have SPF and DKIM records, and the mailbox may allow the sender.`,
          );
    }
    await sleep(PAUSE, undefined, { signal });
  }
  return failed(new EmailError('send.not_arrived', { messageId, seconds: PATIENCE }));
}

async function isThere(mailbox: Mailbox, folder: string, messageId: string, signal: AbortSignal): Promise<boolean> {
  const filter = { op: 'is', field: 'messageId', value: messageId } as const;
  for await (const _ of mailbox.search({ folder, filter, limit: 1 }, signal)) return true;
  return false;
}
