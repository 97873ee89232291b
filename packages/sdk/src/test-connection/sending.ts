import { randomBytes } from 'node:crypto';
import { say, type Address, type Credential, type Sender } from '@mailwright/core';
import { ok, type Check } from './check.ts';

type SenderOf = (credential: Credential) => Address | undefined;

/** Whether the server takes mail from the sender; nothing is sent. */
export const sending = (senderOf: SenderOf): Check<Sender> => ({
  stage: 'sending',
  on: 'connection',
  async run({ opened, credential }) {
    const from = senderOf(credential);
    if (!from) return ok(say`Ready to send; "from" names no sender yet.`);
    if (!opened.probe?.accepts) return ok(say`Ready to send.`);
    await opened.probe.accepts(from.address);
    return ok(say`Mail from ${{ address: from.address }} is taken.`);
  },
});

/** A mail that was handed over. */
export interface Posted {
  readonly messageId: string;
  /** By the clock that only goes forward. */
  readonly at: number;
}

/** Sends one mail to an address. */
export const testMail = (session: string, to: Address, senderOf: SenderOf, posted: (mail: Posted) => void): Check<Sender> => ({
  stage: 'test-mail',
  on: 'connection',
  async run({ opened, credential }) {
    const from = senderOf(credential) ?? to;
    const date = new Date().toISOString();
    const { messageId } = await opened.send({
      from,
      to: [to],
      subject: `Mailwright test: session ${session}, ${date}`,
      text: 'This mail was sent by a connection test of Mailwright. Nothing needs to be done, and it may be removed.\n',
      messageId: `<${randomBytes(16).toString('hex')}@${from.address.split('@')[1] ?? 'localhost'}>`,
      date,
    });
    posted({ messageId, at: performance.now() });
    return ok(say`Handed over to the server for ${{ address: to.address }}, as ${{ messageId }}.`);
  },
});
