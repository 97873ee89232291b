import type { Account } from '../store/account.ts';
import type { MailFolder } from '../store/folder.ts';
import type { Store } from '../store/store.ts';
import type { EwsSettings } from './settings.ts';
import { readId, type Named } from './ids.ts';
import { itemOf, messageOf, type Item } from './item.ts';
import { placeByRole, placeOf, placesOf, type Place } from './places.ts';
import { Refusal } from './refusal.ts';
import { child, textIn, type Element } from './xml.ts';

/** One request, and who makes it. */
export interface Call {
  readonly settings: EwsSettings;
  readonly store: Store;
  /** Whoever signed in, or is impersonated. */
  readonly user: Account;
  /** As `versions.ts` counts. */
  readonly version: number;
  /** The element in the SOAP body, such as FindItem. */
  readonly request: Element;
}

/** An account by its address, if the user may open it. Errors: `Refusal`. */
export function accountFor(call: Call, address: string, missing = 'ErrorNonExistentMailbox'): Account {
  const account = call.store.account(address);
  if (!account) throw new Refusal(missing);
  if (account !== call.user && !call.settings.mayOpen(call.user.address, account.address)) {
    throw new Refusal(missing === 'ErrorNonExistentMailbox' ? 'ErrorAccessDenied' : missing);
  }
  return account;
}

/** The folder that FolderId or DistinguishedFolderId names. Errors: `Refusal`. */
export function placeFor(call: Call, given: Element | undefined, missing = 'ErrorFolderNotFound'): Place {
  const id = given?.attributes.get('Id') ?? '';
  if (given?.name === 'DistinguishedFolderId') {
    const address = textIn(child(given, 'Mailbox'), 'EmailAddress');
    const account = address === undefined ? call.user : accountFor(call, address);
    const place = placeByRole(account, id);
    if (!place) throw new Refusal(missing);
    return place;
  }
  if (given?.name !== 'FolderId') throw new Refusal(missing);
  const named = readId(id);
  const account = accountFor(call, named.address, missing);
  const place =
    named.kind === 'virtual' ? placeByRole(account, named.folder) : named.kind === 'folder' ? byValidity(account, named) : undefined;
  if (!place) throw new Refusal(missing);
  return place;
}

function byValidity(account: Account, named: Named): Place | undefined {
  const folder = folderIn(account, named);
  return folder && placeOf(account, folder);
}

function folderIn(account: Account, { folder }: Named): MailFolder | undefined {
  return [...account.folders.values()].find(({ uidValidity }) => String(uidValidity) === folder);
}

/** A folder that can hold mail. Errors: `Refusal`. */
export function mailPlaceFor(call: Call, given: Element | undefined, missing = 'ErrorToFolderNotFound'): Place & { folder: MailFolder } {
  const place = placeFor(call, given, missing);
  if (!place.folder) throw new Refusal(missing, `${place.name} holds no mail here`);
  return { ...place, folder: place.folder };
}

export function allPlaces(place: Place): Place[] {
  return placesOf(place.account);
}

/** The message that an ItemId names. Errors: `Refusal`. */
export function itemFor(call: Call, given: Element | undefined): Item {
  const id = given?.attributes.get('Id') ?? given?.attributes.get('RootItemId') ?? '';
  return itemNamed(call, readId(id));
}

export function itemNamed(call: Call, named: Named): Item {
  if (named.kind !== 'item' && named.kind !== 'attachment') throw new Refusal('ErrorItemNotFound');
  const account = accountFor(call, named.address, 'ErrorItemNotFound');
  const folder = folderIn(account, named);
  const message = folder && messageOf(folder, named.uid);
  if (!folder || !message) throw new Refusal('ErrorItemNotFound');
  return itemOf(account, folder, message);
}
