import { compose } from '@mailwright/mime';
import { buffer } from 'node:stream/consumers';
import { categoriesOf, keywordOf } from '../store/categories.ts';
import { Refused, badRequest, objectIn, textIn, type GraphAnswer } from './answer.ts';
import { addressesIn, draftIn } from './draft-json.ts';
import { askedBy, chosen, pageOf, shown } from './listing.ts';
import { answeredBy, contentOf, messageJson } from './message-json.ts';
import type { Place } from './places.ts';
import type { Call } from './routes.ts';
import { holds } from './world.ts';
import { withoutBcc } from './write.ts';

const asked = ({ question, grant, own }: Call) => askedBy(question, !holds(grant, 'Read', own));
const one = async (call: Call, place: Place, status = 200): Promise<GraphAnswer> => ({
  status,
  json: await messageJson(place, call.places, { ...asked({ ...call, question: { ...call.question, query: new URLSearchParams() } }) }),
});

/** Messages of a folder, or of all. */
export async function listMessages(call: Call): Promise<GraphAnswer> {
  const {
    places,
    question,
    self,
    ids: [id],
  } = call;
  const folders = id === undefined ? [...places.account.folders.values()] : [places.folder(id)];
  const all = folders.flatMap((folder) => folder.messages.map((message) => ({ folder, message })));
  const wanted = asked(call);
  const { page, next } = pageOf(await chosen(all, question), question, self);
  const value = await shown(page, places, wanted);
  return { status: 200, json: { value, ...(next !== undefined && { '@odata.nextLink': next }) } };
}

export async function deltaOfMessages(call: Call): Promise<GraphAnswer> {
  const {
    places,
    question,
    self,
    world,
    ids: [id = ''],
  } = call;
  const query = new URLSearchParams(question.query);
  for (const name of ['$deltatoken', '$skiptoken']) query.delete(name);
  const ofMessages = new URLSearchParams(query);
  ofMessages.delete('changeType');
  const wanted = askedBy({ ...question, query: ofMessages }, !holds(call.grant, 'Read', call.own));
  const { page, token, more } = world.deltas.next(places.folder(id), places, question, wanted.immutable);
  const value = await Promise.all(
    page.map(async (item) => ('gone' in item ? { id: item.gone, '@removed': { reason: 'deleted' } } : messageJson(item, places, wanted))),
  );
  query.set(more ? '$skiptoken' : '$deltatoken', token);
  return { status: 200, json: { value, [more ? '@odata.nextLink' : '@odata.deltaLink']: `${self}?${String(query)}` } };
}

export async function getMessage(call: Call): Promise<GraphAnswer> {
  const { places, ids } = call;
  return { status: 200, json: await messageJson(places.place(ids.at(-1) ?? ''), places, asked(call)) };
}

export function getBytes({ places, ids: [id = ''] }: Call): GraphAnswer {
  return { status: 200, headers: { 'content-type': 'text/plain' }, bytes: places.place(id).message.raw };
}

/** A draft out of JSON, or of MIME in base64 as text/plain. */
async function bytesIn({ question }: Pick<Call, 'question'>): Promise<Buffer> {
  if (!/^text\/plain/i.test(question.headers['content-type'] ?? '')) return fromJson(objectIn(question));
  const text = question.body.toString('latin1').replace(/\s+/g, '');
  if (text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    throw badRequest('Invalid base64 string for MIME content.', 'ErrorMimeContentInvalidBase64String');
  return Buffer.from(text, 'base64');
}
const fromJson = async (json: Record<string, unknown>) => buffer(compose(draftIn(json), { keepBcc: true }).stream());

export async function createMessage(call: Call): Promise<GraphAnswer> {
  const {
    places,
    ids: [id = 'drafts'],
  } = call;
  const folder = places.folder(id);
  return one(call, { folder, message: folder.add(await bytesIn(call), ['\\Draft', '\\Seen']) }, 201);
}

export async function patchMessage(call: Call): Promise<GraphAnswer> {
  const {
    places,
    question,
    ids: [id = ''],
  } = call;
  const place = places.place(id);
  const { isRead, flag, categories, singleValueExtendedProperties, ...rest } = objectIn(question);
  const [strange] = Object.keys(rest);
  if (strange !== undefined) throw badRequest(`The property '${strange}' cannot be changed here.`);
  const flags = new Set(place.message.flags);
  const set = (name: string, on: boolean | undefined) => (on === undefined ? undefined : on ? flags.add(name) : flags.delete(name));
  set('\\Seen', typeof isRead === 'boolean' ? isRead : undefined);
  const status = (flag as { flagStatus?: unknown } | undefined)?.flagStatus;
  set('\\Flagged', status === undefined ? undefined : status === 'flagged');
  set('\\Answered', answeredBy(singleValueExtendedProperties));
  if (Array.isArray(categories)) {
    for (const category of categoriesOf(flags)) flags.delete(keywordOf(category));
    for (const category of categories) flags.add(keywordOf(String(category)));
  }
  place.folder.setFlags(place.message, flags);
  return one(call, place);
}

export async function moveMessage(call: Call): Promise<GraphAnswer> {
  const {
    places,
    question,
    ids: [id = ''],
  } = call;
  const place = places.place(id);
  const target = places.folder(textIn(objectIn(question), 'destinationId') ?? '');
  return one(call, target === place.folder ? place : places.relocate(place, target), 201);
}

export async function copyMessage(call: Call): Promise<GraphAnswer> {
  const {
    places,
    question,
    ids: [id = ''],
  } = call;
  const { raw, flags, receivedAt } = places.place(id).message;
  const folder = places.folder(textIn(objectIn(question), 'destinationId') ?? '');
  return one(call, { folder, message: folder.add(raw, flags, receivedAt) }, 201);
}

export function eraseMessage({ places, ids: [id = ''] }: Call): GraphAnswer {
  const { folder, message } = places.place(id);
  folder.remove(new Set([message.uid]));
  return { status: 204 };
}

/** To the trash; what is there already goes for good. */
export function deleteMessage(call: Call): GraphAnswer {
  const {
    places,
    ids: [id = ''],
  } = call;
  const place = places.place(id);
  const trash = places.folder('deleteditems');
  if (place.folder === trash) return eraseMessage(call);
  places.relocate(place, trash);
  return { status: 204 };
}

export async function sendDraft({ places, world, ids: [id = ''] }: Call): Promise<GraphAnswer> {
  const place = places.place(id);
  if (!place.message.flags.has('\\Draft')) throw badRequest('The message is not a draft.', 'ErrorInvalidRequest');
  await deliver(place.message.raw, places.account.address, world);
  places.relocate(place, places.folder('sentitems'), place.message.raw, ['\\Seen']);
  return { status: 202 };
}

export async function sendMail(call: Call): Promise<GraphAnswer> {
  const { places, world, question } = call;
  const json = /^application\/json/i.test(question.headers['content-type'] ?? '') ? objectIn(question) : undefined;
  const raw = json ? await fromJson((json['message'] ?? {}) as Record<string, unknown>) : await bytesIn(call);
  await deliver(raw, places.account.address, world);
  if (json?.['saveToSentItems'] !== false) places.folder('sentitems').add(raw, ['\\Seen']);
  return { status: 202 };
}

async function deliver(raw: Buffer, sender: string, { store }: Call['world']): Promise<void> {
  const { from, to, cc, bcc } = await contentOf(raw);
  const recipients = addressesIn([...to, ...cc, ...bcc]);
  if (recipients.length === 0) throw new Refused(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  const [author = sender] = addressesIn(from);
  if (author.toLowerCase() !== sender.toLowerCase())
    throw new Refused(
      403,
      'ErrorSendAsDenied',
      'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
    );
  store.deliver(sender, recipients, withoutBcc(raw));
}
