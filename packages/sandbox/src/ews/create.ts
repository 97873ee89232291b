import { headersOf } from '../mail/text.ts';
import type { Call } from './call.ts';
import { rawOfFields } from './draft.ts';
import { setProperties } from './changes.ts';
import { itemOf } from './item.ts';
import { NO_ITEMS, shownId } from './items.ts';
import { answerEach } from './messages.ts';
import { savedTo } from './send.ts';
import { Refusal } from './refusal.ts';
import { submit } from './submit.ts';
import { child, element, type Element, type Markup } from './xml.ts';

const MAIL = /^(Item|Message|MeetingRequest|MeetingCancellation|MeetingResponse|PostItem)$/;

export function createItem(call: Call): Promise<Markup> {
  const { request } = call;
  const disposition = request.attributes.get('MessageDisposition') ?? '';
  if (!/^(SaveOnly|SendOnly|SendAndSaveCopy)$/.test(disposition)) throw new Refusal('ErrorMessageDispositionRequired');
  return answerEach(
    'CreateItem',
    child(request, 'Items')?.children ?? [],
    async (fields) => {
      if (!MAIL.test(fields.name)) throw new Refusal('ErrorInvalidRequest', `${fields.name} is no mail: this server has nothing else`);
      const target = savedTo(call, disposition === 'SaveOnly' ? 'drafts' : 'sentitems');
      const raw = await rawOf(call, fields);
      if (disposition !== 'SaveOnly') submit(call, raw, target.account);
      if (disposition === 'SendOnly') return NO_ITEMS;
      const draft = disposition === 'SaveOnly';
      const item = itemOf(target.account, target.folder, target.folder.add(raw, draft ? ['\\Seen', '\\Draft'] : ['\\Seen']));
      setProperties(item, fields);
      // Exchange names what it saved, not the copy of what it sent.
      return element('m:Items', draft ? shownId(item) : undefined);
    },
    NO_ITEMS,
  );
}

async function rawOf({ user }: Call, fields: Element): Promise<Buffer> {
  const from = { address: user.address };
  const mime = child(fields, 'MimeContent');
  if (!mime) return rawOfFields(fields, from);
  if (!/^[A-Za-z0-9+/=\s]*$/.test(mime.text)) throw new Refusal('ErrorMimeContentInvalidBase64String');
  const raw = Buffer.from(mime.text, 'base64');
  const { from: given, headers } = headersOf(raw);
  if (headers.size === 0) throw new Refusal('ErrorMimeContentInvalid', 'the MIME content has no header');
  return given.length > 0 ? raw : Buffer.concat([Buffer.from(`From: <${from.address}>\r\n`), raw]);
}
