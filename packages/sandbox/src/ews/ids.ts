import type { Account } from '../store/account.ts';
import type { MailFolder, StoredMessage } from '../store/folder.ts';
import { originOf } from './item.ts';
import { Refusal } from './refusal.ts';

/** What an id names. A message's id holds until it moves, as Exchange's do. */
export interface Named {
  readonly kind: 'virtual' | 'folder' | 'item' | 'attachment';
  readonly address: string;
  /** A virtual folder's name, or a folder's UIDVALIDITY, which only it has. */
  readonly folder: string;
  readonly uid: number;
  readonly attachment: number;
}

const KINDS = { V: 'virtual', F: 'folder', I: 'item', A: 'attachment' } as const;

export function folderId(account: Account, folder: MailFolder): string {
  return sealed(['F', account.address, folder.uidValidity]);
}

export function virtualId(account: Account, name: string): string {
  return sealed(['V', account.address, name]);
}

export function itemId(account: Account, folder: MailFolder, message: StoredMessage): string {
  return sealed(['I', account.address, folder.uidValidity, originOf(message)]);
}

export function attachmentId(account: Account, folder: MailFolder, message: StoredMessage, index: number): string {
  return sealed(['A', account.address, folder.uidValidity, originOf(message), index]);
}

/** A revision as a change key. */
export function changeKey(revision: number): string {
  return sealed(['C', revision]);
}

/** Errors: `Refusal` for what is no id of ours. */
export function readId(id: string): Named {
  const [kind = '', address, folder, uid = 0, attachment = 0] = unsealed(id);
  const known = kind in KINDS ? KINDS[kind as keyof typeof KINDS] : undefined;
  if (known === undefined || typeof address !== 'string' || folder === undefined) throw new Refusal('ErrorInvalidIdMalformed');
  return { kind: known, address, folder: String(folder), uid: Number(uid), attachment: Number(attachment) };
}

function sealed(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64');
}

function unsealed(id: string): [string?, (string | number)?, (string | number)?, number?, number?] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(id, 'base64').toString('utf8'));
    return Array.isArray(parts) ? (parts as []) : [];
  } catch {
    return [];
  }
}
