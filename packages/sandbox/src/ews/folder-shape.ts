import { effectiveRights } from './fields.ts';
import { extendedKey, extendedMarkup } from './extended.ts';
import { changeKeyOf, placesBelow, type Place } from './places.ts';
import { Refusal } from './refusal.ts';
import type { Resolve } from './restriction.ts';
import type { Value } from './values.ts';
import { child, element, leaf, textIn, type Element, type Markup } from './xml.ts';

/** A place among all of its account. */
export interface Placed {
  readonly place: Place;
  readonly all: readonly Place[];
}

interface FolderField {
  readonly since: number;
  readonly default: boolean;
  get(placed: Placed): Value;
  write?(placed: Placed): Markup;
}

const unread = ({ place: { folder } }: Placed) => (folder?.messages ?? []).filter(({ flags }) => !flags.has('\\Seen')).length;
const total = ({ place: { folder } }: Placed) => folder?.messages.length ?? 0;
const children = ({ place, all }: Placed) => placesBelow(place, all, false).length;

/** In the order in which an answer holds them (types.xsd: BaseFolderType, FolderType). */
const FIELDS: ReadonlyMap<string, FolderField> = new Map<string, FolderField>([
  [
    'folder:FolderId',
    {
      since: 0,
      default: true,
      get: ({ place }) => place.id,
      write: ({ place }) => element('FolderId', undefined, { Id: place.id, ChangeKey: changeKeyOf(place) }),
    },
  ],
  [
    'folder:ParentFolderId',
    {
      since: 0,
      default: false,
      get: ({ place }) => place.parentId,
      write: ({ place: { parentId } }) => parentId && element('ParentFolderId', undefined, { Id: parentId }),
    },
  ],
  ['folder:FolderClass', { since: 0, default: false, get: ({ place }) => place.folderClass || undefined }],
  ['folder:DisplayName', { since: 0, default: true, get: ({ place }) => place.name }],
  ['folder:TotalCount', { since: 0, default: true, get: total }],
  ['folder:ChildFolderCount', { since: 0, default: true, get: children }],
  ['extended', { since: 0, default: false, get: () => undefined }],
  ['folder:EffectiveRights', { since: 0, default: false, get: () => undefined, write: () => effectiveRights() }],
  ['folder:DistinguishedFolderId', { since: 5, default: false, get: ({ place }) => place.distinguished }],
  ['folder:UnreadCount', { since: 0, default: true, get: unread }],
]);

/** When a folder was last changed: a time that only grows, as clients compare it (PidTagLocalCommitTimeMax). */
const changedAt = ({ place: { folder } }: Placed) => (folder ? new Date((folder.uidValidity + folder.revision) * 1000) : undefined);

const TAGS: Readonly<Record<number, (placed: Placed) => Value>> = {
  0x0e08: ({ place: { folder } }) => folder?.messages.reduce((sum, { raw }) => sum + raw.length, 0),
  0x10f4: () => false,
  0x3001: ({ place }) => place.name,
  0x3008: changedAt,
  0x3602: total,
  0x3603: unread,
  0x360a: (placed) => children(placed) > 0,
  0x3613: ({ place }) => place.folderClass || undefined,
  0x670a: changedAt,
  0x6751: ({ place: { folder } }) => folder?.uidNext,
};

function extendedOf(path: Element): (placed: Placed) => Value {
  const tag = /^tag:(\d+)$/.exec(extendedKey(path));
  return (tag && TAGS[Number(tag[1])]) || (() => undefined);
}

/** How a client wants to see folders. Errors: `Refusal`. */
export function readFolderShape(shape: Element | undefined, version: number): (placed: Placed) => Markup {
  const base = textIn(shape, 'BaseShape') ?? 'IdOnly';
  const paths = child(shape, 'AdditionalProperties')?.children ?? [];
  const wanted = new Set(paths.flatMap((path) => (path.name === 'FieldURI' ? [named(path, version)] : [])));
  const extended = paths.filter(({ name }) => name === 'ExtendedFieldURI').map((path) => [path, extendedOf(path)] as const);
  const ofShape = (uri: string, field: FolderField) =>
    uri === 'folder:FolderId' || (field.since <= version && (base === 'AllProperties' || (base === 'Default' && field.default)));
  return (placed) => {
    const content = [...FIELDS].map(([uri, field]) => {
      if (uri === 'extended') return extended.map(([path, get]) => extendedMarkup(path, get(placed), false));
      if (!wanted.has(field) && !ofShape(uri, field)) return undefined;
      // Calendars and contacts do not count what is unread (types.xsd: CalendarFolderType).
      if (uri === 'folder:UnreadCount' && /Appointment|Contact/.test(placed.place.folderClass)) return undefined;
      return field.write ? field.write(placed) : leaf(uri.slice('folder:'.length), field.get(placed) as string | undefined);
    });
    return element(ELEMENTS[placed.place.folderClass] ?? 'Folder', content);
  };
}

const ELEMENTS: Readonly<Record<string, string>> = {
  'IPF.Appointment': 'CalendarFolder',
  'IPF.Contact': 'ContactsFolder',
  'IPF.Task': 'TasksFolder',
};

function named(path: Element, version: number): FolderField {
  const uri = path.attributes.get('FieldURI') ?? '';
  const field = FIELDS.get(uri);
  // What the schema knows and no folder here has, is asked for in vain.
  if (!field && /^folder:[A-Z]\w+$/.test(uri)) return { since: 0, default: false, get: () => undefined };
  if (!field || field.since > version) throw new Refusal('ErrorInvalidPropertyRequest', `${uri} is no property of a folder`);
  return field;
}

export const resolveFolder: Resolve<Placed> = (path) => {
  if (path.name === 'ExtendedFieldURI') return extendedOf(path);
  const uri = path.attributes.get('FieldURI') ?? '';
  const field = FIELDS.get(uri);
  if (!field) throw new Refusal('ErrorUnsupportedPathForQuery', `nobody can search by ${uri}`);
  return (placed) => field.get(placed);
};
