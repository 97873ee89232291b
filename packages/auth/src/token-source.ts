import { createHash } from 'node:crypto';
import { EmailError, Secret, type AccessToken, type AuthContext, type TokenRecord, type TokenStore } from '@mailwright/core';

export type TokenSource = (options?: { readonly fresh?: boolean }) => Promise<AccessToken>;

/** Milliseconds before its end that a token is no longer handed out; of one that lives short, a quarter of its life. */
const MARGIN = 5 * 60_000;
/** Not every process renews in the same second. */
const JITTER = 0.8 + Math.random() * 0.4;

const running = new WeakMap<TokenStore, Map<string, Promise<TokenRecord>>>();

/** What names a record: whatever would give another token. */
export const tokenKey = (...parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);

/**
 * Tokens from the store, renewed where they end: at once by one caller of one process. `renew` gets the record as it is under the lock;
 * an error that only a person can mend is kept, so that later calls ask nobody. Errors: `auth.*`, `vault.*`.
 */
export function tokenSource(
  key: string,
  { tokens, signal }: Pick<AuthContext, 'tokens' | 'signal'>,
  renew: (record: TokenRecord | undefined) => Promise<TokenRecord>,
  /** Whether what was refused before is tried again: somebody is here to sign in. */
  { retry = false, anew = false } = {},
): TokenSource {
  let handed: string | undefined;
  const good = (record: TokenRecord | undefined, refused: string | undefined): record is TokenRecord =>
    !anew && record !== undefined && (record.blocked ? !retry : usable(record) && record.accessToken !== refused);
  const renewed = (refused: string | undefined) =>
    tokens.change(
      key,
      async (record) => {
        if (good(record, refused)) return record;
        try {
          return await renew(record);
        } catch (error) {
          const needed = EmailError.is(error, 'auth.sign_in_needed') || EmailError.is(error, 'auth.consent_required');
          if (!needed || !record) throw error;
          const blocked = { code: error.code, details: error.details as unknown as Readonly<Record<string, string>> };
          return Object.assign({}, record, { blocked });
        }
      },
      signal,
    );
  return async ({ fresh = false } = {}) => {
    const refused = fresh ? handed : undefined;
    const stored = await tokens.load(key);
    const record = good(stored, refused) ? stored : await once(tokens, key, () => renewed(refused));
    if (record.blocked) throw new EmailError(record.blocked.code, record.blocked.details as never);
    handed = record.accessToken;
    return { value: new Secret(record.accessToken), expiresAt: new Date(record.expiresAt) };
  };
}

/** A second caller waits for the first. */
function once(tokens: TokenStore, key: string, work: () => Promise<TokenRecord>): Promise<TokenRecord> {
  const flights = running.get(tokens) ?? new Map<string, Promise<TokenRecord>>();
  running.set(tokens, flights);
  const found = flights.get(key);
  if (found) return found;
  const flight = work().finally(() => flights.delete(key));
  flights.set(key, flight);
  return flight;
}

function usable({ issuedAt, expiresAt }: TokenRecord): boolean {
  const margin = Math.min(MARGIN, (expiresAt - issuedAt) / 4) * JITTER;
  const now = Date.now();
  // A clock that was set back must not keep a token that ended long ago.
  return now < expiresAt - margin && now > issuedAt - MARGIN;
}
