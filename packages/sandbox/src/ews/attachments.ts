import { buffer } from 'node:stream/consumers';
import { itemNamed, itemFor, type Call } from './call.ts';
import { attachmentHead } from './attachment-markup.ts';
import { attachmentIn, changed } from './draft.ts';
import { attachmentId, changeKey, itemId, readId } from './ids.ts';
import { attachmentsOf, isMessage, itemOf, readWhole, replaceContent } from './item.ts';
import { answerEach } from './messages.ts';
import { Refusal } from './refusal.ts';
import { readShape } from './shape.ts';
import { child, element, textIn, truth, type Element, type Markup } from './xml.ts';

const NO_ATTACHMENTS = element('m:Attachments');

export function getAttachment(call: Call): Promise<Markup> {
  const shape = readShape(child(call.request, 'AttachmentShape'), call.version, 'got');
  const all = readShape({ ...ALL, children: [{ ...ALL, name: 'BaseShape', text: 'Default' }] }, call.version, 'got');
  const withMime = truth(textIn(child(call.request, 'AttachmentShape'), 'IncludeMimeContent')) === true;
  return answerEach(
    'GetAttachment',
    child(call.request, 'AttachmentIds')?.children ?? [],
    async (id) => {
      const named = readId(id.attributes.get('Id') ?? '');
      if (named.kind !== 'attachment') throw new Refusal('ErrorInvalidIdNotAnItemAttachmentId');
      const item = await readWhole(itemNamed(call, named));
      const attachment = attachmentsOf(item)[named.attachment];
      if (!attachment) throw new Refusal('ErrorItemNotFound');
      const [name, head] = attachmentHead(item, named.attachment);
      if (!isMessage(attachment))
        return element('m:Attachments', element(name, [head, element('Content', { open: () => attachment.open() })]));
      const message = { ...item.message, raw: await buffer(await attachment.open()), flags: new Set(['\\Seen']) };
      const inner = { ...itemOf(item.account, item.folder, message), attached: true };
      return element('m:Attachments', element(name, [head, await (withMime ? shape : all).render(inner)]));
    },
    NO_ATTACHMENTS,
  );
}

const ALL: Element = { name: 'AttachmentShape', uri: '', attributes: new Map(), children: [], text: '' };

/** Attachments go into the mail itself, which is composed anew: the item that has them has another id. */
export function createAttachment(call: Call): Promise<Markup> {
  const given = child(call.request, 'ParentItemId');
  let parent = itemFor(call, given);
  return answerEach(
    'CreateAttachment',
    child(call.request, 'Attachments')?.children ?? [],
    async (file) => {
      const made = attachmentIn(file);
      parent = replaceContent(parent, await changed(parent.message.raw, [], [made]));
      const index = attachmentsOf(await readWhole(parent)).length - 1;
      const { account, folder, message } = parent;
      const root = { RootItemId: itemId(account, folder, message), RootItemChangeKey: changeKey(message.revision) };
      const id = element('AttachmentId', undefined, { Id: attachmentId(account, folder, message, index), ...root });
      return element('m:Attachments', element('FileAttachment', id));
    },
    NO_ATTACHMENTS,
  );
}

export function deleteAttachment(call: Call): Promise<Markup> {
  return answerEach('DeleteAttachment', child(call.request, 'AttachmentIds')?.children ?? [], async (id) => {
    const named = readId(id.attributes.get('Id') ?? '');
    const item = await readWhole(itemNamed(call, named));
    if (named.kind !== 'attachment' || !attachmentsOf(item)[named.attachment]) throw new Refusal('ErrorItemNotFound');
    const { account, folder, message } = replaceContent(item, await changed(item.message.raw, [], [], named.attachment));
    const RootItemId = itemId(account, folder, message);
    return element('m:RootItemId', undefined, { RootItemId, RootItemChangeKey: changeKey(message.revision) });
  });
}
