/** What is used of ews-javascript-api 0.15.3: its request classes are not in its own types. */
export interface Library {
  readonly EwsServiceXmlWriter: new (service: Service) => Writer;
  readonly ExchangeService: new (version: number) => Service;
  readonly ExchangeVersion: Readonly<Record<string, number>>;
  readonly ServiceErrorHandling: { readonly ReturnErrors: number };
  readonly ImpersonatedUserId: new (type: number, id: string) => object;
  readonly ConnectingIdType: { readonly SmtpAddress: number };
  readonly XmlNamespace: { readonly Types: number; readonly Messages: number };
  readonly FolderId: new (id: string | number, mailbox?: object) => object;
  readonly Mailbox: new (address: string) => object;
  readonly WellKnownFolderName: Readonly<Record<string, number>>;
  readonly ItemId: new (id: string) => object;
  readonly PropertySet: new (base: number, properties?: readonly object[]) => object;
  readonly BasePropertySet: { readonly IdOnly: number };
  readonly ExtendedPropertyDefinition: (new (tag: number, type: number) => ExtendedProperty) & { readonly prototype: ExtendedProperty };
  readonly MapiPropertyType: Readonly<Record<string, number>>;
  readonly ItemSchema: Readonly<Record<string, object>>;
  readonly EmailMessageSchema: Readonly<Record<string, object>>;
  readonly FolderSchema: Readonly<Record<string, object>>;
  readonly ItemView: new (size: number, offset: number) => View;
  readonly FolderView: new (size: number, offset: number) => View;
  readonly ItemTraversal: { readonly Shallow: number };
  readonly FolderTraversal: { readonly Deep: number };
  readonly SortDirection: { readonly Ascending: number; readonly Descending: number };
  readonly SearchFilter: {
    readonly SearchFilterCollection: new (operator: number, parts: readonly object[]) => object;
    readonly Not: new (part: object) => object;
    readonly ContainsSubstring: new (property: object, value: string, mode: number, comparison: number) => object;
    readonly IsEqualTo: Comparison;
    readonly IsGreaterThanOrEqualTo: Comparison;
    readonly IsLessThan: Comparison;
  };
  readonly LogicalOperator: { readonly And: number; readonly Or: number };
  readonly ContainmentMode: { readonly Substring: number };
  readonly ComparisonMode: { readonly IgnoreCase: number };
  readonly EmailMessage: new (service: Service) => Item;
  readonly MimeContent: new (charset: string, content: string) => object;
  readonly Folder: new (service: Service) => { DisplayName: string; FolderClass: string };
  readonly MessageDisposition: { readonly SaveOnly: number };
  readonly DeleteMode: { readonly HardDelete: number };
  readonly ConflictResolutionMode: { readonly AlwaysOverwrite: number };
  readonly GetFolderRequest: RequestClass;
  readonly FindFolderRequest: RequestClass;
  readonly CreateFolderRequest: RequestClass;
  readonly FindItemRequest: RequestClass;
  readonly GetItemRequest: RequestClass;
  readonly GetAttachmentRequest: RequestClass;
  readonly CreateItemRequest: RequestClass;
  readonly SendItemRequest: RequestClass;
  readonly MoveItemRequest: RequestClass;
  readonly CopyItemRequest: RequestClass;
  readonly DeleteItemRequest: RequestClass;
  readonly UpdateItemRequest: RequestClass;
  readonly SyncFolderItemsRequest: RequestClass;
}

export interface Service {
  ImpersonatedUserId: object | null;
}
type Comparison = new (property: object, value: string | number | boolean) => object;
type RequestClass = new (service: Service, errors: number) => Request;

/** A request of any kind; which fields it has its kind says. */
export interface Request {
  [field: string]: unknown;
  readonly ItemIds: List;
  readonly FolderIds: List;
  readonly ParentFolderIds: List;
  WriteToXml(writer: Writer): void;
  WriteElementsToXml(writer: Writer): void;
}
interface List {
  AddRange(ids: readonly object[]): void;
  Add(id: object): void;
}
interface View {
  PropertySet: object;
  Traversal: number;
  readonly OrderBy: { Add(property: object, direction: number): void };
}
export interface Item {
  MimeContent: object;
  readonly Categories: { Add(name: string): void };
  SetExtendedProperty(property: object, value: number): void;
}
export interface ExtendedProperty {
  readonly Tag: number;
  readonly MapiType: number;
  WriteAttributesToXml(writer: Writer): void;
}

export interface Writer {
  WriteStartElement(namespace: number, name: string): void;
  WriteEndElement(): void;
  WriteAttributeString: (...words: string[]) => void;
  WriteElementValue(namespace: number, name: string, value: unknown): void;
  WriteValue: (value: string, name: string) => void;
  GetXML(): string;
}
