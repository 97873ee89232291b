import { structureOf } from '../mail/structure.ts';
import { headersOf } from '../mail/text.ts';
import type { Account } from '../store/account.ts';
import type { Call } from './call.ts';
import { Refusal } from './refusal.ts';

/** Sends a mail: to those whom its header names, without the Bcc line. Errors: `Refusal`. */
export function submit({ store, user, settings }: Call, raw: Buffer, mailbox: Account): void {
  const { from, to, cc, bcc } = headersOf(raw);
  const sender = from[0]?.address ?? mailbox.address;
  const same = sender.toLowerCase() === user.address.toLowerCase();
  const other = store.account(sender);
  if (!same && !(other && settings.mayOpen(user.address, other.address))) throw new Refusal('ErrorSendAsDenied');
  const recipients = [...to, ...cc, ...bcc].map(({ address }) => address);
  if (recipients.length === 0 || !recipients.every((address) => /^[^\s@]+@[^\s@]+$/.test(address)))
    throw new Refusal('ErrorInvalidRecipients');
  store.deliver(sender, [...new Set(recipients)], withoutBcc(raw));
}

function withoutBcc(raw: Buffer): Buffer {
  const { header, body } = structureOf(raw);
  const kept = header.toString('latin1').replace(/^bcc:.*\r?\n(?:[ \t].*\r?\n)*/gim, '');
  return Buffer.concat([Buffer.from(kept, 'latin1'), body]);
}
