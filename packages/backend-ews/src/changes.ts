import type { ExtendedProperty, Library, Writer } from './library.ts';
import type { Tag } from './tags.ts';

/** One field of an item to be set, or to be taken away (`undefined`, an empty list). */
export type FieldChange =
  | { readonly tag: Tag; readonly value: number | undefined }
  | { readonly read: boolean }
  | { readonly categories: readonly string[] };
export interface ItemChange {
  readonly id: string;
  readonly fields: readonly FieldChange[];
}

/** What stands within UpdateItem: each item with its changes. `tag` gives the definition of an extended property. */
export function writeChanges(
  writer: Writer,
  { Types, Messages }: Library['XmlNamespace'],
  changes: readonly ItemChange[],
  tag: (name: Tag) => ExtendedProperty,
): void {
  const within = (name: string, work: () => void, namespace = Types) => {
    writer.WriteStartElement(namespace, name);
    work();
    writer.WriteEndElement();
  };
  const value = (name: string, content: unknown) => writer.WriteElementValue(Types, name, content);
  const field = (name: string) => within('FieldURI', () => writer.WriteAttributeString('FieldURI', name));
  const extended = (name: Tag) => within('ExtendedFieldURI', () => tag(name).WriteAttributesToXml(writer));
  const set = (name: () => void, content: () => void) =>
    within('SetItemField', () => {
      name();
      within('Message', content);
    });
  const write = (change: FieldChange) => {
    if ('read' in change)
      return set(
        () => field('message:IsRead'),
        () => value('IsRead', change.read),
      );
    if ('categories' in change) {
      const { categories } = change;
      const name = () => field('item:Categories');
      if (categories.length === 0) return within('DeleteItemField', name);
      return set(name, () => within('Categories', () => categories.forEach((one) => value('String', one))));
    }
    const name = () => extended(change.tag);
    if (change.value === undefined) return within('DeleteItemField', name);
    return set(name, () =>
      within('ExtendedProperty', () => {
        name();
        value('Value', change.value);
      }),
    );
  };
  const item = ({ id, fields }: ItemChange) =>
    within('ItemChange', () => {
      within('ItemId', () => writer.WriteAttributeString('Id', id));
      within('Updates', () => fields.forEach(write));
    });
  within('ItemChanges', () => changes.forEach(item), Messages);
}
