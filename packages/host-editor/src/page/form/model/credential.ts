import type { Json, VaultShown } from '../../../api.ts';
import { isObject } from './schema.ts';

/** Where a secret is, as the file says it; `plain`: a setting that stands in the file as text. */
export type SecretTab = 'credential' | 'variable' | 'insecure';

export function tabOf(value: Json | undefined, fallback: SecretTab): SecretTab {
  if (typeof value === 'string') return 'insecure';
  if (!isObject(value)) return fallback;
  return 'insecure' in value ? 'insecure' : 'variable' in value ? 'variable' : 'credential';
}

/** The text that a tab shows of a value. */
export function textOf(value: Json | undefined, tab: SecretTab): string {
  if (typeof value === 'string') return tab === 'insecure' ? value : '';
  const text = isObject(value) ? value[tab] : undefined;
  return typeof text === 'string' ? text : '';
}

/** What a tab writes. A setting may stand as plain text; one that was written as `insecure` stays so. */
export function written(tab: SecretTab, text: string, isSetting: boolean, before: Json | undefined): Json | undefined {
  if (text === '') return undefined;
  if (tab === 'insecure' && isSetting && !(isObject(before) && 'insecure' in before)) return text;
  return { [tab]: text };
}

/** How a file refers to a key of a vault: those of the default vault need no vault's name. */
export const referenceTo = (vault: Pick<VaultShown, 'id' | 'isDefault'>, key: string): string =>
  vault.isDefault ? key : `${vault.id}/${key}`;

/** A key for a new credential: the session's name, then the field, and a number where it is taken. */
export function proposedKey(session: string, field: string, taken: ReadonlySet<string>): string {
  const stem =
    session
      .trim()
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'credential';
  for (let at = 1; ; at++) {
    const key = `${stem}${at === 1 ? '' : `-${at}`}#${field}`;
    if (!taken.has(key)) return key;
  }
}
