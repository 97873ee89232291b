import type { Account } from '../store/account.ts';
import { createAttachment, deleteAttachment, getAttachment } from './attachments.ts';
import type { Call } from './call.ts';
import { createItem } from './create.ts';
import { findFolder, findItem } from './find.ts';
import { createFolder, deleteFolder, getFolder, moveFolder, updateFolder } from './folders.ts';
import { copyItems, deleteItem, getItem, markAll, moveItem } from './items.ts';
import { convertId, getServerTimeZones, resolveNames } from './names.ts';
import { answerOne, responseOf } from './messages.ts';
import { Refusal, valuesOf } from './refusal.ts';
import type { EwsSettings } from './settings.ts';
import { sendItem } from './send.ts';
import { syncFolderHierarchy, syncFolderItems } from './sync.ts';
import { updateItem } from './update.ts';
import { serverVersionInfo, versionNumber } from './versions.ts';
import { child, element, escape, readXml, textIn, type Element, type Markup } from './xml.ts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';
const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages';
const ERRORS = 'http://schemas.microsoft.com/exchange/services/2006/errors';

interface Operation {
  readonly since: number;
  run(call: Call): Promise<Markup>;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetFolder: { since: 0, run: getFolder },
  FindFolder: { since: 0, run: findFolder },
  CreateFolder: { since: 0, run: createFolder },
  UpdateFolder: { since: 0, run: updateFolder },
  MoveFolder: { since: 0, run: moveFolder },
  DeleteFolder: { since: 0, run: deleteFolder },
  FindItem: { since: 0, run: findItem },
  GetItem: { since: 0, run: getItem },
  CreateItem: { since: 0, run: createItem },
  UpdateItem: { since: 0, run: updateItem },
  SendItem: { since: 0, run: sendItem },
  MoveItem: { since: 0, run: moveItem },
  CopyItem: { since: 0, run: copyItems },
  DeleteItem: { since: 0, run: deleteItem },
  MarkAllItemsAsRead: { since: 5, run: markAll },
  GetAttachment: { since: 0, run: getAttachment },
  CreateAttachment: { since: 0, run: createAttachment },
  DeleteAttachment: { since: 0, run: deleteAttachment },
  SyncFolderItems: { since: 0, run: syncFolderItems },
  SyncFolderHierarchy: { since: 0, run: syncFolderHierarchy },
  ResolveNames: { since: 0, run: resolveNames },
  ConvertId: { since: 1, run: convertId },
  GetServerTimeZones: { since: 2, run: () => getServerTimeZones() },
};

/** A SOAP request as far as it can be told before anything is done. */
export interface Request {
  readonly operation: string;
  readonly header: Element | undefined;
  readonly body: Element;
}

/** Errors: `Refusal` for what is no SOAP 1.1 request. */
export function readRequest(text: string): Request {
  const envelope = readEnvelope(text);
  const [body] = child(envelope, 'Body')?.children ?? [];
  if (envelope.name !== 'Envelope' || envelope.uri !== SOAP || body?.uri !== MESSAGES) {
    throw new Refusal('ErrorSchemaValidation', 'The request failed schema validation: this is no request of EWS.');
  }
  return { operation: body.name, header: child(envelope, 'Header'), body };
}

function readEnvelope(text: string): Element {
  try {
    return readXml(text);
  } catch (error) {
    throw new Refusal('ErrorSchemaValidation', `The request failed schema validation: ${error instanceof Error ? error.message : ''}`);
  }
}

/** Does what is asked, as the user, or as whom the header names. Errors: `Refusal` for the request as a whole. */
export async function perform(settings: EwsSettings, signedIn: Account, { operation, header, body }: Request): Promise<Markup> {
  const version = versionFor(settings, header);
  const found = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
  if (!found) throw new Refusal('ErrorInvalidRequest', `The sandbox has no ${operation.slice(0, 60)}.`);
  if (found.since > version) throw new Refusal('ErrorInvalidServerVersion');
  checkElements(body, version);
  const user = actingUser(settings, signedIn, header);
  return found.run({ settings, store: settings.store, user, version, request: body });
}

/** Dated versions and those after this server's are its own. */
function versionFor(settings: EwsSettings, header: Element | undefined): number {
  const name = child(header, 'RequestServerVersion')?.attributes.get('Version');
  if (name === undefined) return 0;
  const known = versionNumber(name);
  const later = /^(Exchange201[5-9]|Exchange2016|V\d+_\d+|V20\d\d_\d\d_\d\d)/.test(name);
  if (known === undefined && !later) throw new Refusal('ErrorInvalidServerVersion');
  if (known === undefined) return settings.version;
  if (known > settings.version) throw new Refusal('ErrorInvalidServerVersion');
  return known;
}

/** Elements that came with a version: older ones do not know them. */
const NEWER: Readonly<Record<string, number>> = { QueryString: 2, ReturnNewItemIds: 3, Flag: 5, UniqueBodyType: 2, NormalizedBodyType: 5 };

function checkElements(body: Element, version: number): void {
  for (const one of body.children) {
    if ((NEWER[one.name] ?? 0) > version) {
      throw new Refusal(
        'ErrorSchemaValidation',
        `The request failed schema validation: The element '${one.name}' is not known to the requested version.`,
      );
    }
    if (one.name !== 'MimeContent') checkElements(one, version);
  }
}

function actingUser({ store, mayImpersonate }: EwsSettings, signedIn: Account, header: Element | undefined): Account {
  const sid = child(child(header, 'ExchangeImpersonation'), 'ConnectingSID');
  if (!sid) return signedIn;
  const address = textIn(sid, 'PrimarySmtpAddress') ?? textIn(sid, 'SmtpAddress') ?? textIn(sid, 'PrincipalName');
  if (address === undefined) throw new Refusal('ErrorInvalidExchangeImpersonationHeaderData', 'the impersonated user has no address');
  const account = store.account(address.trim());
  if (!account) throw new Refusal('ErrorNonExistentMailbox');
  if (account !== signedIn && !mayImpersonate(signedIn.address, account.address)) throw new Refusal('ErrorImpersonateUserDenied');
  return account;
}

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

export function envelope(version: number, content: Markup): Markup {
  const info = element('h:ServerVersionInfo', undefined, { 'xmlns:h': TYPES, ...serverVersionInfo(version) });
  const body = [element('s:Header', info), element('s:Body', content)];
  return [DECLARATION, element('s:Envelope', body, { 'xmlns:s': SOAP, 'xmlns:m': MESSAGES, 'xmlns:t': TYPES })];
}

/** A refusal of the request as a whole; it goes out with status 500. */
export function fault({ code, message, values }: Refusal): Markup {
  const details = [
    element('e:ResponseCode', escape(code), { 'xmlns:e': ERRORS }),
    element('e:Message', escape(message), { 'xmlns:e': ERRORS }),
    Object.keys(values).length === 0 ? undefined : element('t:MessageXml', valuesOf(values), { 'xmlns:t': TYPES }),
  ];
  const content = [
    `<faultcode xmlns:a="${TYPES}">a:${escape(code)}</faultcode>`,
    `<faultstring xml:lang="en-US">${escape(message)}</faultstring>`,
    ['<detail>', details, '</detail>'],
  ];
  return [DECLARATION, element('s:Envelope', element('s:Body', element('s:Fault', content)), { 'xmlns:s': SOAP })];
}

/** The answer of an operation that refuses everything, in a good answer. */
export async function refuseAll({ operation, body }: Request, refusal: Refusal): Promise<Markup> {
  const refuse = () => {
    throw refusal;
  };
  const things = body.children.find(({ name }) => LISTS.test(name))?.children ?? [];
  const count = Math.max(1, things.length);
  return responseOf(operation, await Promise.all(Array.from({ length: count }, () => answerOne(operation, refuse, emptyOf(operation)))));
}

const LISTS = /^(ItemIds|FolderIds|ParentFolderIds|AttachmentIds|ItemChanges|Items|Folders|SourceIds)$/;

function emptyOf(operation: string): Markup {
  if (/^(Get|Create|Update|Move|Copy)Item$/.test(operation)) return element('m:Items');
  return /^(Get|Create)Attachment$/.test(operation) ? element('m:Attachments') : undefined;
}
