import type { Account } from './store/account.ts';
import type { Store } from './store/store.ts';

/** Who may log in, and how. */
export interface LoginSettings {
  readonly store: Store;
  readonly acceptToken: ((address: string, token: string) => boolean) | undefined;
}

/** What a refused token is explained with, in one more challenge (RFC 7628 section 3.2.2, and XOAUTH2), as base64. */
export const TOKEN_REFUSED = Buffer.from('{"status":"invalid_token","schemes":"bearer","scope":"mail"}').toString('base64');

export function byPassword({ store }: LoginSettings, user: string, password: string): Account | undefined {
  const account = store.account(user);
  return account?.password === password ? account : undefined;
}

/** RFC 4616: whom to act as, user, password, parted by NUL. */
export function byPlain(settings: LoginSettings, answer: string): Account | undefined {
  const [as, user = '', password = ''] = answer.split('\0');
  return as === '' || as === user ? byPassword(settings, user, password) : undefined;
}

/** Both mechanisms with tokens send fields parted by ^A: the user as `user=...` or `n,a=...,` (RFC 7628 section 3.1), and `auth=Bearer ...`. */
export function byToken({ store, acceptToken }: LoginSettings, answer: string): Account | undefined {
  const fields = answer.split('\u0001');
  const [, user = ''] = /^(?:user=|n,a=)([^,]*),?$/i.exec(fields[0] ?? '') ?? [];
  const token = fields.find((field) => /^auth=Bearer /i.test(field))?.slice('auth=Bearer '.length) ?? '';
  const account = store.account(user);
  return account && acceptToken?.(account.address, token) ? account : undefined;
}

/** What a SASL answer says; undefined where it is no base64. */
export function decoded(answer: string): string | undefined {
  return /^(=|[A-Za-z0-9+/]*={0,2})$/.test(answer) ? Buffer.from(answer, 'base64').toString('utf8') : undefined;
}
