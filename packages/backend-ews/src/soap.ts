import { randomBytes } from 'node:crypto';
import type { Version } from './config.ts';
import { writeChanges, type ItemChange } from './changes.ts';
import type { ExtendedProperty, Library, Request, Service } from './library.ts';
import type { Restriction } from './restriction.ts';
import { TAGS, type Tag } from './tags.ts';
import { patch } from './writer-patch.ts';

/** Folders that every mailbox has under a name of their own. */
export type KnownFolder = 'Inbox' | 'SentItems' | 'Drafts' | 'DeletedItems' | 'JunkEmail' | 'MsgFolderRoot';
/** A folder: by its id, or by its known name in a mailbox (that of the login if none is named). */
export type FolderTarget = { readonly id: string } | { readonly known: KnownFolder; readonly mailbox?: string | undefined };

/** A request as XML; `body` is what stands around the base64 of a message, where it carries one. */
export type Envelope = string | { readonly before: string; readonly after: string };

/** Properties of a folder that are asked for. */
const FOLDER_FIELDS = ['DisplayName', 'ParentFolderId', 'FolderClass'] as const;
/** Properties of a message that a listing shows. */
const ITEM_FIELDS = [
  'ItemClass',
  'Subject',
  'DateTimeReceived',
  'DateTimeSent',
  'Size',
  'Importance',
  'HasAttachments',
  'Categories',
  'InReplyTo',
  'IsDraft',
] as const;
const MESSAGE_FIELDS = [
  'From',
  'Sender',
  'ReplyTo',
  'ToRecipients',
  'CcRecipients',
  'BccRecipients',
  'IsRead',
  'InternetMessageId',
  'References',
] as const;
/** Changes of one answer; the server takes no more (MS-OXWSSYNC section 3.1.4.3.3.1). */
const MOST_CHANGES = 512;
/** Stands where the base64 of a message will stand. */
const PLACE = `P${randomBytes(16).toString('hex')}`;

let loading: Promise<Library> | undefined;

/** Loads the library at the first use: it takes half a second and 60 MB. Errors: `internal.bug` where it is not the one we know. */
async function load(): Promise<Library> {
  const { default: library } = (await import('ews-javascript-api')) as unknown as { default: Library };
  patch(library);
  return library;
}

/** Requests of one session, built by ews-javascript-api. Nothing of the library sends or reads anything. */
export class Soap {
  readonly #library: Library;
  readonly #service: Service;
  /** Whether the answer to a move says where each message is now (ReturnNewItemIds: Exchange 2010 SP1 and later). */
  readonly tellsNewIds: boolean;

  private constructor(library: Library, version: Version, impersonated: string | undefined) {
    this.tellsNewIds = version !== 'Exchange2007_SP1' && version !== 'Exchange2010';
    this.#library = library;
    this.#service = new library.ExchangeService(library.ExchangeVersion[version] ?? 0);
    if (impersonated !== undefined)
      this.#service.ImpersonatedUserId = new library.ImpersonatedUserId(library.ConnectingIdType.SmtpAddress, impersonated);
  }

  static async of(version: Version, impersonated: string | undefined): Promise<Soap> {
    return new Soap(await (loading ??= load()), version, impersonated);
  }

  getFolders(targets: readonly FolderTarget[]): Envelope {
    const request = this.#request('GetFolderRequest');
    for (const target of targets) request.FolderIds.Add(this.#folder(target));
    request['PropertySet'] = this.#folderFields();
    return this.#xml(request);
  }

  findFolders(parent: FolderTarget, offset: number, most: number): Envelope {
    const { FolderView, FolderTraversal } = this.#library;
    const request = this.#request('FindFolderRequest');
    request.ParentFolderIds.AddRange([this.#folder(parent)]);
    const view = new FolderView(most, offset);
    view.Traversal = FolderTraversal.Deep;
    view.PropertySet = this.#folderFields();
    request['View'] = view;
    return this.#xml(request);
  }

  createFolder(parent: FolderTarget, name: string): Envelope {
    const folder = new this.#library.Folder(this.#service);
    folder.DisplayName = name;
    folder.FolderClass = 'IPF.Note';
    const request = this.#request('CreateFolderRequest');
    request['ParentFolderId'] = this.#folder(parent);
    request['Folders'] = [folder];
    return this.#xml(request);
  }

  /** A page of ids, in the order in which the messages came into the folder. */
  findItems(
    parent: FolderTarget,
    { restriction, newestFirst, offset, most }: { restriction: Restriction | null; newestFirst: boolean; offset: number; most: number },
  ): Envelope {
    const { ItemView, ItemTraversal, SortDirection, PropertySet, BasePropertySet } = this.#library;
    const request = this.#request('FindItemRequest');
    request.ParentFolderIds.AddRange([this.#folder(parent)]);
    const view = new ItemView(most, offset);
    view.Traversal = ItemTraversal.Shallow;
    view.PropertySet = new PropertySet(BasePropertySet.IdOnly);
    view.OrderBy.Add(this.#tag('number'), newestFirst ? SortDirection.Descending : SortDirection.Ascending);
    request['View'] = view;
    if (restriction) request['SearchFilter'] = this.#restriction(restriction);
    return this.#xml(request);
  }

  /** What changed in a folder since a state of the server's; all that is in it without one. */
  syncItems(folder: FolderTarget, state: string | undefined): Envelope {
    const { PropertySet, BasePropertySet } = this.#library;
    const request = this.#request('SyncFolderItemsRequest');
    request['PropertySet'] = new PropertySet(BasePropertySet.IdOnly);
    request['SyncFolderId'] = this.#folder(folder);
    if (state !== undefined) request['SyncState'] = state;
    request['MaxChangesReturned'] = MOST_CHANGES;
    return this.#xml(request);
  }

  /** What a listing shows of messages, their bytes, or both; `parts`: the body and what the files are called, for one without bytes. */
  getItems(ids: readonly string[], wanted: 'fields' | 'mime' | 'both' | 'parts'): Envelope {
    const { PropertySet, BasePropertySet, ItemSchema, EmailMessageSchema } = this.#library;
    const request = this.#request('GetItemRequest');
    request.ItemIds.AddRange(this.#items(ids));
    const fields = [
      ...ITEM_FIELDS.map((name) => ItemSchema[name]),
      ...MESSAGE_FIELDS.map((name) => EmailMessageSchema[name]),
      ...(['header', 'flagStatus', 'lastVerb'] as const).map((name) => this.#tag(name)),
    ] as object[];
    const mime = [ItemSchema['MimeContent'] as object];
    const parts = [ItemSchema['Body'] as object, ItemSchema['Attachments'] as object, this.#tag('header')];
    const properties = { fields, mime, both: [...mime, ...fields], parts }[wanted];
    request['PropertySet'] = new PropertySet(BasePropertySet.IdOnly, properties);
    return this.#xml(request);
  }

  /** The bytes of one attachment; `mime`: of a mail that is one. The library asks for that by a property that Exchange 2007 does not know. */
  getAttachment(id: string, mime: boolean): Envelope {
    const { Types, Messages } = this.#library.XmlNamespace;
    const request = this.#request('GetAttachmentRequest');
    request.WriteElementsToXml = (writer) => {
      if (mime) {
        writer.WriteStartElement(Messages, 'AttachmentShape');
        writer.WriteElementValue(Types, 'IncludeMimeContent', true);
        writer.WriteEndElement();
      }
      writer.WriteStartElement(Messages, 'AttachmentIds');
      writer.WriteStartElement(Types, 'AttachmentId');
      writer.WriteAttributeString('Id', id);
      writer.WriteEndElement();
      writer.WriteEndElement();
    };
    return this.#xml(request);
  }

  /** A message from its bytes, which go where the answer is cut. Without `flags` it is a draft. */
  createItem(
    parent: FolderTarget,
    { flags, tags = [], categories = [] }: { flags?: number; tags?: readonly (readonly [Tag, number])[]; categories?: readonly string[] },
  ): Envelope {
    const { EmailMessage, MimeContent, MessageDisposition } = this.#library;
    const item = new EmailMessage(this.#service);
    item.MimeContent = new MimeContent('UTF-8', PLACE);
    for (const [tag, value] of [...(flags === undefined ? [] : [['messageFlags', flags] as const]), ...tags])
      item.SetExtendedProperty(this.#tag(tag), value);
    for (const name of categories) item.Categories.Add(name);
    const request = this.#request('CreateItemRequest');
    request['ParentFolderId'] = this.#folder(parent);
    request['Items'] = [item];
    request['MessageDisposition'] = MessageDisposition.SaveOnly;
    const [before = '', after = ''] = this.#xml(request).split(PLACE);
    return { before, after };
  }

  sendItem(item: { readonly id: string; readonly changeKey: string }, savedTo: FolderTarget | undefined): Envelope {
    const { ItemId } = this.#library;
    const request = this.#request('SendItemRequest');
    request['Items'] = [{ Id: Object.assign(new ItemId(item.id), { changeKey: item.changeKey, ChangeKey: item.changeKey }) }];
    if (savedTo) request['SavedCopyDestinationFolderId'] = this.#folder(savedTo);
    return this.#xml(request);
  }

  relocate(verb: 'move' | 'copy', ids: readonly string[], to: FolderTarget): Envelope {
    const request = this.#request(verb === 'move' ? 'MoveItemRequest' : 'CopyItemRequest');
    request.ItemIds.AddRange(this.#items(ids));
    request['DestinationFolderId'] = this.#folder(to);
    return this.#xml(request);
  }

  deleteItems(ids: readonly string[]): Envelope {
    const request = this.#request('DeleteItemRequest');
    request.ItemIds.AddRange(this.#items(ids));
    request['DeleteMode'] = this.#library.DeleteMode.HardDelete;
    return this.#xml(request);
  }

  /** The library changes only items that it has read: what stands within the request is written here, by its writer. */
  updateItems(changes: readonly ItemChange[]): Envelope {
    const { MessageDisposition, ConflictResolutionMode, XmlNamespace } = this.#library;
    const request = this.#request('UpdateItemRequest');
    request['MessageDisposition'] = MessageDisposition.SaveOnly;
    request['ConflictResolutionMode'] = ConflictResolutionMode.AlwaysOverwrite;
    request.WriteElementsToXml = (writer) => writeChanges(writer, XmlNamespace, changes, (name) => this.#tag(name));
    return this.#xml(request);
  }

  #request(kind: `${string}Request` & keyof Library): Request {
    const Kind = this.#library[kind] as new (service: Service, errors: number) => Request;
    const request = new Kind(this.#service, this.#library.ServiceErrorHandling.ReturnErrors);
    // All our times are in UTC: none needs the session's zone.
    Object.defineProperty(request, 'EmitTimeZoneHeader', { value: false });
    return request;
  }

  #xml(request: Request): string {
    const writer = new this.#library.EwsServiceXmlWriter(this.#service);
    request.WriteToXml(writer);
    return `<?xml version="1.0" encoding="utf-8"?>${writer.GetXML()}`;
  }

  #folder(target: FolderTarget): object {
    const { FolderId, Mailbox, WellKnownFolderName } = this.#library;
    if ('id' in target) return new FolderId(target.id);
    const known = WellKnownFolderName[target.known] ?? 0;
    return target.mailbox === undefined ? new FolderId(known) : new FolderId(known, new Mailbox(target.mailbox));
  }

  #items(ids: readonly string[]): object[] {
    return ids.map((id) => new this.#library.ItemId(id));
  }

  #folderFields(): object {
    const { PropertySet, BasePropertySet, FolderSchema } = this.#library;
    return new PropertySet(BasePropertySet.IdOnly, FOLDER_FIELDS.map((name) => FolderSchema[name]) as object[]);
  }

  #tag(name: Tag): ExtendedProperty {
    const { tag, type } = TAGS[name];
    return new this.#library.ExtendedPropertyDefinition(tag, this.#library.MapiPropertyType[type] ?? 0);
  }

  #restriction(part: Restriction): object {
    const { SearchFilter, LogicalOperator, ContainmentMode, ComparisonMode } = this.#library;
    switch (part.op) {
      case 'and':
      case 'or':
        return new SearchFilter.SearchFilterCollection(
          part.op === 'and' ? LogicalOperator.And : LogicalOperator.Or,
          part.of.map((one) => this.#restriction(one)),
        );
      case 'not':
        return new SearchFilter.Not(this.#restriction(part.of));
      case 'contains':
        return new SearchFilter.ContainsSubstring(
          this.#field(part.field),
          part.value,
          ContainmentMode.Substring,
          ComparisonMode.IgnoreCase,
        );
      case 'equals':
        return new SearchFilter.IsEqualTo(this.#field(part.field), part.value);
      case 'from':
        return new SearchFilter.IsGreaterThanOrEqualTo(this.#field(part.field), part.value);
      case 'before':
        return new SearchFilter.IsLessThan(this.#field(part.field), part.value);
    }
  }

  #field(name: Extract<Restriction, { field: string }>['field']): object {
    const { ItemSchema, EmailMessageSchema } = this.#library;
    if (name in TAGS) return this.#tag(name as Tag);
    return (EmailMessageSchema[name] ?? ItemSchema[name]) as object;
  }
}
