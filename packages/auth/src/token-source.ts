import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { EmailError, Secret, type AccessToken, type AuthContext, type TokenRecord, type TokenStore } from '@mailwright/core';

/** `fresh`: a server refused the last one; `refused`: it refused this one. */
export type TokenSource = (options?: { readonly fresh?: boolean; readonly refused?: string }) => Promise<AccessToken>;

/** Milliseconds before its end that a token is no longer handed out; of one that lives short, a quarter of its life. */
const MARGIN = 5 * 60_000;
/** Not every process renews in the same second. */
const JITTER = 0.8 + Math.random() * 0.4;

/** A token with less left, in milliseconds, is not worth a try. */
const LAST = 30_000;
/** What is remembered until somebody signs in; all else is asked again. */
const MENDED_BY_PERSON = new Set<string>(['auth.sign_in_needed', 'auth.consent_required']);
/** What is told of a sign-in until it works again. */
const BLOCKING = new Set<string>([
  ...MENDED_BY_PERSON,
  'auth.rejected',
  'auth.mfa_required',
  'auth.ropc_blocked',
  'auth.policy_blocked',
  'auth.client_rejected',
  'auth.client_secret_expired',
  'auth.tenant_required',
  'auth.mailbox_forbidden',
]);
const NOTHING = { accessToken: '', issuedAt: 0, expiresAt: 0 };
const away = (error: unknown) => EmailError.is(error, 'auth.provider_unavailable') || EmailError.is(error, 'auth.provider_throttled');

const running = new WeakMap<TokenStore, Map<string, Promise<TokenRecord>>>();

/** What names a record: whatever would give another token. */
export const tokenKey = (...parts: readonly string[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);

export interface SourceOptions {
  /** What was refused before is tried again: somebody is here to sign in. */
  readonly retry?: boolean;
  /** Whatever is stored: a person signs in again. */
  readonly anew?: boolean;
  /** What the sign-in is proved with: a record that was had with other secrets is not handed out. */
  readonly secrets?: readonly string[];
}

/**
 * Tokens from the store, renewed where they end: at once by one caller of one process. `renew` gets the record as it is under the lock,
 * and whether it was had with other secrets; an error that only a person can mend is kept, so that later calls ask nobody. Errors:
 * `auth.*`, `vault.*`.
 */
export function tokenSource(
  key: string,
  { tokens, signal }: Pick<AuthContext, 'tokens' | 'signal'>,
  renew: (record: TokenRecord | undefined, changed: boolean) => Promise<TokenRecord>,
  { retry = false, anew = false, secrets = [] }: SourceOptions = {},
): TokenSource {
  let handed: string | undefined;
  const good = (record: TokenRecord | undefined, refused: string | undefined): boolean =>
    !anew &&
    record !== undefined &&
    (record.blocked
      ? MENDED_BY_PERSON.has(record.blocked.code) && !retry
      : usable(record) && record.accessToken !== refused && proves(record.proof, secrets));
  const renewed = (refused: string | undefined) =>
    tokens.change(
      key,
      async (record) => {
        if (record && good(record, refused)) return record;
        try {
          const renewed = await renew(record, record !== undefined && !proves(record.proof, secrets));
          return { ...renewed, proof: proofOf(secrets) };
        } catch (error) {
          return left(error, record, { proved: record !== undefined && proves(record.proof, secrets), refused, anew, secrets });
        }
      },
      signal,
    );
  return async ({ fresh = false, refused = fresh ? handed : undefined } = {}) => {
    const stored = await tokens.load(key);
    const record = stored && good(stored, refused) ? stored : await once(tokens, tokenKey(key, ...secrets), () => renewed(refused));
    if (record.blocked) throw new EmailError(record.blocked.code, record.blocked.details as never);
    handed = record.accessToken;
    const { accessToken, expiresAt, granted } = record;
    return { value: new Secret(accessToken), expiresAt: new Date(expiresAt), ...(granted && { granted }) };
  };
}

/** What is left where no token could be had: the record that there was, or that and why. Errors: the same, where nothing is to be kept of it. */
function left(
  error: unknown,
  record: TokenRecord | undefined,
  { proved, refused, anew, secrets }: { proved: boolean; refused: string | undefined; anew: boolean; secrets: readonly string[] },
): TokenRecord {
  // A provider that is away for the moment: what there is does until it ends.
  const good = record && proved && !record.blocked && record.accessToken !== refused && Date.now() < record.expiresAt - LAST;
  if (good && away(error)) return record;
  // A person who signs in anew and does not finish leaves what there was, and so do other secrets that are no good.
  const byPerson = EmailError.is(error) && MENDED_BY_PERSON.has(error.code);
  const keeps = record ? proved || byPerson : !byPerson;
  if (!EmailError.is(error) || !BLOCKING.has(error.code) || anew || !keeps) throw error;
  const blocked = { code: error.code, details: error.details as unknown as Readonly<Record<string, unknown>> };
  return { ...NOTHING, proof: proofOf(secrets), ...record, blocked };
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

/** Says later whether the secrets are still the same, without holding them: the salt makes it worthless for anything else. */
function proofOf(secrets: readonly string[], salt = randomBytes(16).toString('base64url')): string {
  return `${salt}.${createHmac('sha256', salt).update(JSON.stringify(secrets)).digest('base64url')}`;
}

function proves(proof: string | undefined, secrets: readonly string[]): boolean {
  const [salt = ''] = proof?.split('.') ?? [];
  const [given, made] = [proof ?? '', proofOf(secrets, salt)].map((text) => Buffer.from(text));
  return given?.length === made?.length && timingSafeEqual(given as Buffer, made as Buffer);
}

function usable({ issuedAt, expiresAt }: TokenRecord): boolean {
  const margin = Math.min(MARGIN, (expiresAt - issuedAt) / 4) * JITTER;
  const now = Date.now();
  // A clock that was set back must not keep a token that ended long ago.
  return now < expiresAt - margin && now > issuedAt - MARGIN;
}
