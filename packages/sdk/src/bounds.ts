import { Transform } from 'node:stream';
import {
  EmailError,
  type Draft,
  type Listing,
  type Mailbox,
  type Message,
  type MessageSummary,
  type SessionLimits,
} from '@mailwright/core';

const MB = 1024 * 1024;
const CHANGING = ['move', 'copy', 'mark', 'label', 'trash', 'erase'] as const;

/**
 * A mailbox that keeps the limits that its author set for the session: a bot that goes wrong stops early. What would go beyond is not
 * begun. Errors: `input.invalid` with the limit.
 */
export function bounded(mailbox: Mailbox, limits: SessionLimits): Mailbox {
  const used = { changed: 0, sent: 0 };
  const count = (kind: 'changed' | 'sent', more: number, most: number | undefined) => {
    if (most !== undefined && used[kind] + more > most) {
      const name = kind === 'changed' ? 'messagesChanged' : 'mailsSent';
      throw beyond(name, `this session may have at most ${most}, and ${used[kind]} are done already`);
    }
    used[kind] += more;
  };
  const changing = CHANGING.flatMap((verb) => {
    const work = mailbox[verb] as ((refs: readonly object[], ...rest: unknown[]) => Promise<unknown>) | undefined;
    if (!work) return [];
    const counted = async (refs: readonly object[], ...rest: unknown[]) => {
      count('changed', refs.length, limits.messagesChanged);
      return work(refs, ...rest);
    };
    return [[verb, counted]];
  });
  const { send } = mailbox;
  const most = limits.largestAttachment === undefined ? Infinity : limits.largestAttachment * MB;
  return {
    ...mailbox,
    ...Object.fromEntries(changing),
    ...(send && {
      async send(draft: Draft, options) {
        checkRecipients(draft, limits.recipientDomains);
        count('sent', 1, limits.mailsSent);
        return send({ ...draft, ...(draft.attachments && { attachments: draft.attachments.map((one) => small(one, most)) }) }, options);
      },
    }),
    read: async (ref) => withSmall(await mailbox.read(ref), most),
    search: ((query: Parameters<Mailbox['search']>[0], signal?: AbortSignal) =>
      each(mailbox.search(query, signal), (item) =>
        'attachments' in item ? withSmall(item as Message, most) : item,
      )) as Mailbox['search'],
  };
}

function checkRecipients({ to, cc = [], bcc = [] }: Draft, domains: readonly string[] | undefined): void {
  if (!domains) return;
  const allowed = new Set(domains.map((domain) => domain.toLowerCase()));
  const outside = [...to, ...cc, ...bcc].find(({ address }) => !allowed.has(address.slice(address.lastIndexOf('@') + 1).toLowerCase()));
  if (outside) throw beyond('recipientDomains', `mail may go to ${domains.join(', ')} only, not to ${outside.address}`);
}

const withSmall = (message: Message, most: number): Message =>
  most === Infinity ? message : { ...message, attachments: message.attachments.map((one) => small(one, most)) };

/** What is larger is refused: at once where its size is known, else as its bytes go by. */
function small<A extends NonNullable<Draft['attachments']>[number] & { readonly size?: number }>(attachment: A, most: number): A {
  if (most === Infinity) return attachment;
  const tooLarge = () => beyond('largestAttachment', `"${attachment.filename}" is larger than ${most / MB} MB`);
  return {
    ...attachment,
    async open() {
      if ((attachment.size ?? 0) > most) throw tooLarge();
      let size = 0;
      const gauge = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          size += chunk.length;
          if (size > most) done(tooLarge());
          else done(null, chunk);
        },
      });
      const content = await attachment.open();
      content.once('error', (error) => gauge.destroy(error));
      gauge.once('close', () => content.destroy());
      return content.pipe(gauge);
    },
  };
}

function each(listing: Listing, change: (item: MessageSummary) => MessageSummary): Listing {
  return {
    left: () => listing.left(),
    async *[Symbol.asyncIterator]() {
      for await (const item of listing) yield change(item);
    },
  };
}

const beyond = (limit: string, problem: string) =>
  new EmailError('input.invalid', { path: `limits.${limit}`, problem, cure: 'If this is right, raise the limit in the Connect step.' });
