import {
  EmailError,
  choice,
  more,
  presentMode,
  type AuthContext,
  type AuthStrategy,
  type TokenRecord,
  type VaultProvider,
} from '@mailwright/core';
import { z } from 'zod';
import { checkHost } from './hosts.ts';
import { oauthStrategies, placeOf, signInWith, type Given } from './oauth.ts';

/** A sign-in that is kept apart from sessions: who manages it sets it up once, bots refer to its name. */
export const Connection = z.strictObject({
  /** shared: one sign-in serves whoever runs; user: each user signs in, and the token serves that user alone. */
  tokenType: z.enum(['shared', 'user']).default('shared'),
  /** The kinds of servers that the token is for. */
  backend: z
    .union([
      z
        .string()
        .min(1)
        .transform((one) => [one]),
      z.array(z.string().min(1)).min(1),
    ])
    .default(['imap', 'smtp']),
  auth: z.looseObject({ mode: z.string().transform((mode) => presentMode(mode) ?? mode) }),
});
export type Connection = z.output<typeof Connection>;

/** The same as a form, with the fields of each login mode. */
export const connectionForm = Connection.extend({
  tokenType: z.enum(['shared', 'user']).default('shared').meta({
    title: 'Token type',
    description: 'shared: one sign-in for everyone; user: of whoever runs the automation',
  }),
  auth: choice(
    'mode',
    oauthStrategies.map(({ input }) => input),
    { title: 'Login' },
  ),
  backend: z
    .array(z.string().min(1))
    .min(1)
    .default(['imap', 'smtp'])
    .meta(more({ title: 'Kinds of servers', description: 'What the token is for' })),
});

/** Where connections are kept; they hold references to secrets, never a secret. */
export interface ConnectionStore {
  get(name: string): Promise<unknown>;
  names(): Promise<readonly string[]>;
}
export interface Connections extends VaultProvider {
  /** How a connection is set up. Errors: `vault.key_missing`. */
  find(name: string): Promise<Connection>;
  /** Signs in anew as its owner. Errors: `auth.*`; `auth.cancelled` once `signal` is aborted. */
  signIn(name: string, owner: Owner, person: NonNullable<AuthContext['person']>, signal?: AbortSignal): Promise<void>;
  /** Each connection with its state; of one that is user-specific, that of this user. */
  states(user: string): Promise<readonly ConnectionState[]>;
  /** Forgets a sign-in; the provider is not asked. Errors: `vault.key_missing`. */
  signOut(name: string, user: string): Promise<void>;
}
type Owner = Parameters<NonNullable<VaultProvider['accessToken']>>[1];

/** What may be shown of a connection: never a token. */
export interface ConnectionState {
  readonly name: string;
  readonly tokenType: Connection['tokenType'];
  /** `shared`, or the user whose sign-in it is. */
  readonly owner: string;
  readonly backend: readonly string[];
  readonly mode: string;
  readonly provider: string;
  readonly username?: string;
  readonly state: 'active' | 'sign-in needed' | 'consent needed' | 'blocked' | 'never used' | 'signing in';
  /** Why it is not active. */
  readonly because?: string;
  /** Of the present access token; it is renewed by itself where `renews` says so. ISO 8601. */
  readonly expiresAt?: string;
  readonly renews?: boolean;
}
/** Milliseconds that a look at a state waits for whoever signs in: a person takes minutes. */
const GLANCE = 300;
type Use = Parameters<NonNullable<VaultProvider['accessToken']>>[2];

/** The login mode of a connection. Errors: `auth.flow_unsupported` for one without tokens of its own. */
export function strategyOf({ auth, backend }: Pick<Connection, 'auth' | 'backend'>): AuthStrategy {
  const strategy = oauthStrategies.find(({ mode }) => mode === auth.mode);
  if (strategy) return strategy;
  throw new EmailError('auth.flow_unsupported', {
    backend: backend.join(', '),
    mode: auth.mode,
    known: oauthStrategies.map(({ mode }) => mode),
  });
}

/** Whoever uses a connection is not who set it up: hosts that are not its provider's are named in it. Errors: `input.invalid`. */
export function checkConnection({ auth }: Pick<Connection, 'auth'>): void {
  if (auth['provider'] !== 'generic' || auth['allowTokenTo'] !== undefined) return;
  throw new EmailError('input.invalid', {
    path: 'auth.allowTokenTo',
    problem: 'a managed connection of another provider must say where its tokens may go',
    cure: 'Name the mail servers: "allowTokenTo": ["imap.example.com", "smtp.example.com"].',
  });
}

/** Our own managed connections as a vault. `contextOf` gives what a sign-in of an owner needs, without a person. */
export function connectionsVault(
  store: ConnectionStore,
  contextOf: (tokenType: Connection['tokenType']) => Omit<AuthContext, 'backend' | 'person'>,
): Connections {
  const find = async (name: string): Promise<Connection> => {
    const found = await store.get(name);
    if (found !== undefined) return Connection.parse(found);
    const storedWith = `mailwright sign-in ${/^[\w.@-]+$/.test(name) ? name : `"${name}"`} --input JSON`;
    throw new EmailError('vault.key_missing', { vault: 'connections', key: name, known: await store.names(), storedWith });
  };
  const findFor = async (name: string, owner: Owner): Promise<Connection> => {
    const connection = await find(name);
    checkConnection(connection);
    const kind = owner === 'shared' ? 'shared' : 'user';
    if (connection.tokenType !== kind)
      throw new EmailError('input.invalid', {
        path: 'auth.tokenType',
        problem: `connection "${name}" has token type ${connection.tokenType}, not ${kind}`,
        cure: `Set tokenType: ${connection.tokenType}, or use another connection. One kind never answers for the other.`,
      });
    return connection;
  };
  const contextFor = ({ tokenType, backend: [backend = '', ...alongside] }: Connection) => ({
    ...contextOf(tokenType),
    backend,
    alongside,
  });
  const ownerKey = (name: string, owner: Owner) => [`connection ${name}`, owner === 'shared' ? 'shared' : `user ${owner.user}`];
  const source = (name: string, owner: Owner, connection: Connection, by: Pick<Partial<AuthContext>, 'person' | 'signal'> = {}) => {
    const input = strategyOf(connection).input.parse(connection.auth) as Given;
    return signInWith(input, { ...contextFor(connection), ...by }, { owner: ownerKey(name, owner), anew: by.person !== undefined });
  };
  const place = (name: string, owner: Owner, connection: Connection) =>
    placeOf(strategyOf(connection).input.parse(connection.auth) as Given, contextFor(connection), ownerKey(name, owner));
  const stateOf = async (name: string, user: string): Promise<ConnectionState> => {
    const connection = Connection.parse(await store.get(name));
    const { tokenType, backend, auth } = connection;
    const owner = tokenType === 'shared' ? 'shared' : user;
    const shown = { name, tokenType, owner, backend, mode: auth.mode, provider: String(auth['provider']) };
    try {
      const { key, username } = await place(name, tokenType === 'shared' ? 'shared' : { user }, connection);
      const glance = contextOf(tokenType).tokens.load(key, { wait: GLANCE });
      return { ...shown, username, ...(await glance.then((record) => stateOfRecord(record, auth.mode), underWay)) };
    } catch (error) {
      // A setting that cannot be had, or a store that cannot be opened.
      return { ...shown, state: 'blocked', because: EmailError.from(error, 'connections').message };
    }
  };
  return {
    id: 'connections',
    find,
    async read(key) {
      await find(key);
      throw new EmailError('input.invalid', {
        path: `credential connections/${key}`,
        problem: 'a connection keeps a sign-in, not a secret that can be read',
        cure: `Sign in with it: auth: { mode: oauth-vault, connection: ${key} }.`,
      });
    },
    async accessToken(name, owner, use) {
      const connection = await findFor(name, owner);
      checkUse(name, connection, use);
      try {
        return await (await source(name, owner, connection)).token(use.refused && { refused: use.refused.reveal() });
      } catch (error) {
        throw named(error, name, owner);
      }
    },
    async signIn(name, owner, person, signal) {
      const signingIn = await source(name, owner, await findFor(name, owner), { person, ...(signal && { signal }) });
      try {
        await signingIn.token();
      } catch (error) {
        throw signal?.aborted ? new EmailError('auth.cancelled', { because: 'it was stopped' }, { cause: error }) : error;
      }
    },
    states: async (user) => Promise.all((await store.names()).map((name) => stateOf(name, user))),
    async signOut(name, user) {
      const connection = await find(name);
      const { key } = await place(name, connection.tokenType === 'shared' ? 'shared' : { user }, connection);
      await contextOf(connection.tokenType).tokens.remove(key);
    },
  };
}

function stateOfRecord(record: TokenRecord | undefined, mode: string): Pick<ConnectionState, 'state' | 'because' | 'expiresAt' | 'renews'> {
  if (!record) return { state: 'never used' };
  const { blocked, refreshToken, expiresAt } = record;
  const states = { 'auth.sign_in_needed': 'sign-in needed', 'auth.consent_required': 'consent needed' } as Readonly<
    Record<string, ConnectionState['state']>
  >;
  if (blocked) return { state: states[blocked.code] ?? 'blocked', because: new EmailError(blocked.code, blocked.details as never).message };
  // An application, or a password, needs nobody.
  const renews = refreshToken !== undefined || mode === 'oauth-client-credentials' || mode === 'oauth-ropc';
  if (!renews && expiresAt < Date.now()) return { state: 'sign-in needed', because: 'The sign-in has ended, and nothing can renew it.' };
  return { state: 'active', expiresAt: new Date(expiresAt).toISOString(), renews };
}

/** Errors: all but that somebody has the record in hand. */
function underWay(error: unknown): Pick<ConnectionState, 'state' | 'because'> {
  if (!EmailError.is(error, 'vault.lock_timeout')) throw error;
  return { state: 'signing in', because: 'A sign-in or a renewal is under way at this moment.' };
}

/** Before anything is asked: what the token is for, and where it may go. */
function checkUse(name: string, { backend, auth }: Connection, use: Use): void {
  const path = `connection ${name}`;
  if (!backend.includes(use.backend))
    throw new EmailError('input.invalid', {
      path,
      problem: `its sign-in is for ${backend.join(' and ')}, not for ${use.backend}`,
      cure: `Sign in with "backend": ${JSON.stringify([...backend, use.backend])}, or use another connection.`,
    });
  if (use.host !== undefined) checkHost(auth, use.host, path);
}

/** Whose sign-in is missing. */
function named(error: unknown, name: string, owner: Owner): unknown {
  if (!EmailError.is(error, 'auth.sign_in_needed') && !EmailError.is(error, 'auth.consent_required')) return error;
  const whose = `connection ${name}, ${owner === 'shared' ? 'shared' : `of user ${owner.user}`}`;
  const cause = { cause: error };
  if (EmailError.is(error, 'auth.consent_required')) {
    const { username, provider, scopes } = error.details;
    return new EmailError('auth.consent_required', { username: `${username} (${whose})`, provider, scopes }, cause);
  }
  const { username, provider } = error.details;
  const user = owner === 'shared' ? undefined : owner.user;
  return new EmailError('auth.sign_in_needed', { username, provider, because: whose, connection: name, user }, cause);
}
