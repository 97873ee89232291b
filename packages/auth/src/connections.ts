import { EmailError, type AuthContext, type VaultProvider } from '@mailwright/core';
import { z } from 'zod';
import { oauthStrategies, signInWith } from './oauth.ts';

/** A sign-in that is kept apart from sessions: who manages it sets it up once, bots refer to its name. */
export const Connection = z.strictObject({
  /** shared: one sign-in serves whoever runs; user: each user signs in, and the token serves that user alone. */
  tokenType: z.enum(['shared', 'user']).default('shared'),
  /** The kind of server that the token is for. */
  backend: z.string().min(1).default('imap'),
  auth: z.looseObject({ mode: z.string() }),
});
export type Connection = z.output<typeof Connection>;

/** Where connections are kept; they hold references to secrets, never a secret. */
export interface ConnectionStore {
  get(name: string): Promise<unknown>;
  names(): Promise<readonly string[]>;
}
export interface Connections extends VaultProvider {
  /** Signs in anew as its owner. Errors: `auth.*`. */
  signIn(name: string, owner: Owner, person: NonNullable<AuthContext['person']>): Promise<void>;
}
type Owner = Parameters<NonNullable<VaultProvider['accessToken']>>[1];

/** The form of a login mode that can be managed. Errors: `auth.flow_unsupported`. */
export function formOf(mode: string, backend: string): z.ZodObject {
  const strategy = oauthStrategies.find((one) => one.mode === mode);
  if (strategy) return strategy.input;
  throw new EmailError('auth.flow_unsupported', { backend, mode, known: oauthStrategies.map((one) => one.mode) });
}

/** Our own managed connections as a vault. `contextOf` gives what a sign-in needs, without a person. */
export function connectionsVault(store: ConnectionStore, contextOf: () => Omit<AuthContext, 'backend' | 'person'>): Connections {
  const find = async (name: string, owner: Owner): Promise<Connection> => {
    const found = await store.get(name);
    if (found === undefined) throw new EmailError('vault.key_missing', { vault: 'connections', key: name, known: await store.names() });
    const connection = Connection.parse(found);
    const kind = owner === 'shared' ? 'shared' : 'user';
    if (connection.tokenType !== kind)
      throw new EmailError('input.invalid', {
        path: 'auth.tokenType',
        problem: `connection "${name}" has token type ${connection.tokenType}, not ${kind}`,
        cure: `Set tokenType: ${connection.tokenType}, or use another connection. One kind never answers for the other.`,
      });
    return connection;
  };
  const source = async (name: string, owner: Owner, more: Pick<AuthContext, 'person'> = {}) => {
    const { auth, backend } = await find(name, owner);
    const strategy = oauthStrategies.find(({ mode }) => mode === auth.mode);
    if (!strategy)
      throw new EmailError('auth.flow_unsupported', { backend, mode: auth.mode, known: oauthStrategies.map(({ mode }) => mode) });
    const input = strategy.input.parse(auth) as Record<string, unknown>;
    const who = owner === 'shared' ? 'shared' : `user ${owner.user}`;
    return signInWith(input, { ...contextOf(), ...more, backend }, [`connection ${name}`, who], more.person !== undefined);
  };
  return {
    id: 'connections',
    read: (key) => Promise.reject(new EmailError('vault.key_missing', { vault: 'connections', key, known: [] })),
    async accessToken(name, owner) {
      const credential = await source(name, owner);
      try {
        return await credential.token();
      } catch (error) {
        if (!EmailError.is(error, 'auth.sign_in_needed')) throw error;
        const whose = owner === 'shared' ? 'shared' : `of user ${owner.user}`;
        throw new EmailError(
          'auth.sign_in_needed',
          { username: error.details.username, provider: error.details.provider, because: `connection ${name}, ${whose}` },
          { cause: error },
        );
      }
    },
    async signIn(name, owner, person) {
      await (await source(name, owner, { person })).token();
    },
  };
}
