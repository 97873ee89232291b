import { extendedGetter, extendedKey, extendedMarkup, extendedNeedsWhole } from './extended.ts';
import { FIELDS, type Field, type Wish } from './fields.ts';
import { elementName, readWhole, type Item } from './item.ts';
import { Refusal } from './refusal.ts';
import type { Resolve } from './restriction.ts';
import { child, element, textIn, truth, type Element, type Markup } from './xml.ts';

/** What a client wants to see of items. */
export interface Shape {
  render(item: Item): Promise<Markup>;
}

/** Whether items are got, listed, or told of as changes: FindItem refuses what lists cannot give, SyncFolderItems leaves it out. */
type Where = 'got' | 'listed' | 'changes';

/** Reads ItemShape or AttachmentShape. Errors: `Refusal` for properties that nobody has, or that lists cannot give. */
export function readShape(shape: Element | undefined, version: number, where: Where): Shape {
  const listed = where !== 'got';
  const base = textIn(shape, 'BaseShape') ?? 'IdOnly';
  const paths = child(shape, 'AdditionalProperties')?.children ?? [];
  const extended = paths.filter(({ name }) => name === 'ExtendedFieldURI').map((path) => [path, extendedGetter(path)] as const);
  const fields = new Set(fieldsOf(base, paths, version, where));
  if (truth(textIn(shape, 'IncludeMimeContent')) === true) fields.add(fieldOf('item:MimeContent', version, where));
  const bodyType = textIn(shape, 'BodyType') ?? 'Best';
  const wish: Wish = { listed, bodyType: bodyType === 'Text' || bodyType === 'HTML' ? bodyType : 'Best' };
  const whole = [...fields].some((field) => field.whole) || extended.some(([path]) => extendedNeedsWhole(extendedKey(path)));
  const placed = [...FIELDS].filter(([uri, field]) => uri === 'extended' || fields.has(field));
  return {
    async render(given) {
      const item = whole ? await readWhole(given) : given;
      const content = placed.map(([uri, field]) =>
        uri === 'extended' ? extended.map(([path, get]) => extendedMarkup(path, get(item), listed)) : field.write(item, wish),
      );
      return element(elementName(item), content);
    },
  };
}

function fieldsOf(base: string, paths: readonly Element[], version: number, where: Where): Field[] {
  const ofShape = [...FIELDS].flatMap(([uri, field]) => {
    const wanted = uri === 'item:ItemId' || field.shapes.some((one) => one === base);
    return wanted && field.since <= version && !(where !== 'got' && field.unlisted) ? [field] : [];
  });
  const added = paths.flatMap((path) => {
    if (path.name === 'ExtendedFieldURI') return [];
    return path.name === 'IndexedFieldURI' ? [] : [fieldOf(path.attributes.get('FieldURI') ?? '', version, where)];
  });
  return [...ofShape, ...added];
}

/** Property families of the schema that mails do not have: asking for them is right, and gives nothing. */
const OTHERS = /^(calendar|contacts|task|meeting|meetingRequest|distributionlist|postitem|item|message|conversation|persona):\w+$/;
const NONE: Field = { since: 0, whole: false, unlisted: false, shapes: [], get: () => undefined, write: () => undefined };

function fieldOf(uri: string, version: number, where: Where): Field {
  const field = FIELDS.get(uri) ?? (OTHERS.test(uri) ? NONE : undefined);
  if (!field || uri === 'extended') throw new Refusal('ErrorInvalidPropertyRequest', `${uri} is no property of an item`);
  if (field.since > version) throw new Refusal('ErrorInvalidPropertyRequest', `${uri} is not known to the requested version`);
  if (where === 'changes' && field.unlisted) return NONE;
  if (where === 'listed' && field.unlisted) throw new Refusal('ErrorInvalidPropertyRequest', `${uri} cannot be listed; get the item`);
  return field;
}

/** How restrictions and sort orders read items; tells whether any needs the whole mail. */
export function itemResolver(version: number): { readonly resolve: Resolve<Item>; readonly needsWhole: () => boolean } {
  let whole = false;
  const resolve: Resolve<Item> = (path) => {
    if (path.name === 'ExtendedFieldURI') {
      whole ||= extendedNeedsWhole(extendedKey(path));
      return extendedGetter(path);
    }
    const uri = path.attributes.get('FieldURI') ?? '';
    const field = fieldOf(uri, version, 'got');
    if (uri === 'item:MimeContent' || uri === 'item:Attachments' || uri === 'item:ParentFolderId') {
      throw new Refusal('ErrorUnsupportedPathForQuery', `nobody can search by ${uri}`);
    }
    whole ||= field.whole;
    return (item) => field.get(item);
  };
  return { resolve, needsWhole: () => whole };
}
