import { connect, palette } from '@mailwright/actions';
import {
  EmailError,
  type Definition,
  type LoopDefinition,
  type ActionDefinition,
  type FileStore,
  type Log,
  type Mail,
  type Person,
  type Session,
  type SessionDefinition,
  type SessionRecipe,
  type SessionStore,
  type VaultProvider,
} from '@mailwright/core';
import {
  Connection,
  checkConnection,
  connectionsVault,
  hostProblem,
  strategyOf,
  tokensOnDisk,
  type ConnectionState,
  type Connections,
} from '@mailwright/auth';
import { checkDataFolder, dataFolder } from '@mailwright/vault';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { discover, type DiscoverOptions, type Discovery } from './discovery/discover.ts';
import { BACKENDS, SENDERS, STRATEGIES } from './defaults.ts';
import { diskFiles } from './files.ts';
import { redactingLog, silent } from './log.ts';
import { parseInput } from './input.ts';
import { httpOf, signInContext, type Parts } from './opening.ts';
import type { EmailOptions } from './options.ts';
import { recipeOf, warnOfOldNames } from './recipe.ts';
import { StepRunner, type RunOptions } from './runner.ts';
import { locate, resolveSecret } from './secrets.ts';
import { sealingKey, sharedSealingKey } from './sealing-key.ts';
import { Sessions } from './sessions.ts';
import { diskConnections, type DiskConnections } from './stores/connections.ts';
import { diskStore } from './stores/disk.ts';
import { configuredVaults, defaultVaults } from './vaults.ts';
import { testConnection, type TestOptions, type TestReport } from './test-connection/test-connection.ts';

/** Mailwright in one value. Close it (or `await using`): that closes every session. */
export interface Email extends AsyncDisposable {
  /** Every block: Connect and the palette. */
  readonly definitions: readonly Definition[];
  readonly store: SessionStore;
  /** The files of this run. */
  readonly files: FileStore;
  connect(input: Readonly<Record<string, unknown>>, options?: RunOptions): Promise<unknown>;
  run<I extends z.ZodObject, O extends z.ZodType>(
    action: ActionDefinition<I, O> | SessionDefinition<I, O>,
    input: z.input<I>,
    options?: RunOptions,
  ): Promise<z.output<O>>;
  run(id: string, input: unknown, options?: RunOptions): Promise<unknown>;
  /** The mails of the Loop action. */
  loop(input: Readonly<Record<string, unknown>>, options?: RunOptions): AsyncIterable<Mail>;
  each(id: string, input: unknown, options?: RunOptions): AsyncIterable<unknown>;
  /** Tests what Connect's input describes, stage by stage. Never throws because of the server. */
  testConnection(input: Readonly<Record<string, unknown>>, options?: TestOptions): Promise<TestReport>;
  /** Proposes servers for an address. Only the domain is told to anybody, and no login. Errors: `input.invalid`. */
  discover(address: string, options?: DiscoverOptions): Promise<Discovery>;
  /** Keeps the way to a server under a name, without secrets. Errors: `session.insecure_secret`. */
  save(input: Readonly<Record<string, unknown>>): Promise<SessionRecipe>;
  /** Where secrets are, by id. */
  readonly vaults: ReadonlyMap<string, VaultProvider>;
  /** The vault and the key that a credential names: `vault/path#field`, or `path#field` in the default vault. Errors: `vault.unknown`. */
  locate(credential: string): { readonly vault: VaultProvider; readonly key: string };
  /** How a managed connection is set up: references to secrets, never one. Errors: `vault.key_missing`. */
  connection(name: string): Promise<Connection>;
  /** Sets up a managed connection. Errors: `input.invalid`. */
  setConnection(name: string, connection: z.input<typeof Connection>): Promise<void>;
  /** Signs a person in to a managed connection, for whoever runs or for this user. Errors: `auth.*`. */
  signIn(name: string, person: Person, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Managed connections and their states: never a token. */
  connections(): Promise<readonly ConnectionState[]>;
  /** Forgets the sign-in of a managed connection, and with `forget` the connection too. Errors: `vault.key_missing`. */
  signOut(name: string, options?: { readonly forget?: boolean }): Promise<void>;
  /** Values for `{ variable: name }` references from here on. */
  setVariables(values: Readonly<Record<string, unknown>>): void;
  /** An open session by its name, for hosts that show a mailbox. Errors: `session.not_found`. */
  session(name: string): Session;
  close(): Promise<void>;
}

export function createEmail(options: EmailOptions = {}): Email {
  return new DefaultEmail(options);
}

class DefaultEmail implements Email {
  readonly definitions: readonly Definition[];
  readonly store: SessionStore;
  readonly files: FileStore;
  readonly vaults: ReadonlyMap<string, VaultProvider>;
  readonly #parts: Parts;
  readonly #sessions: Sessions;
  readonly #runner: StepRunner;
  readonly #connectionStore: DiskConnections;
  readonly #connections: Connections;
  #variables: Readonly<Record<string, unknown>>;

  constructor(options: EmailOptions) {
    const log: Log = redactingLog(options.log ?? silent);
    const { backends = BACKENDS, senders = SENDERS, auth = STRATEGIES } = options;
    const shared = options.shared ?? process.env['MAILWRIGHT_SHARED'];
    checkDataFolder(shared);
    const whom = shared !== undefined && options.connections === undefined ? 'group' : 'alone';
    this.#connectionStore = diskConnections(options.connections ?? join(shared ?? dataFolder(), 'connections'), whom);
    this.#connections = connectionsVault(this.#connectionStore, (tokenType) => signInContext(this.#parts, tokenType));
    const configured = configuredVaults({
      http: (request) => httpOf(this.#parts)(request),
      secret: (ref) => resolveSecret(ref, this.#parts.secrets),
    });
    const { vaults: given = [], defaultVault = process.env['MAILWRIGHT_VAULT'] || 'file' } = options;
    const vaults = [...defaultVaults(), this.#connections, ...configured, ...given];
    this.vaults = new Map(vaults.map((vault) => [vault.id, vault]));
    // The default vault first, then those that a program gives; a vault that somebody adds to vaults.json changes nothing.
    const preferred = [defaultVault, ...given.map(({ id }) => id), 'file'].flatMap((id) => this.vaults.get(id) ?? []);
    this.#variables = options.variables ?? {};
    this.store = options.store ?? diskStore(join(dataFolder(), 'sessions'));
    const tokens = options.tokens ?? tokensOnDisk({ folder: join(dataFolder(), 'tokens'), key: sealingKey(preferred), log });
    this.#parts = {
      backends,
      senders,
      auth,
      secrets: {
        vaults: this.vaults,
        defaultVault,
        variable: (name) => this.#variables[name],
      },
      ca: options.ca ?? process.env['MAILWRIGHT_CA'],
      proxy: options.proxy,
      tokens,
      sharedTokens: shared === undefined ? tokens : tokensOfGroup(shared, log),
      http: options.http,
      user: options.user,
      limits: options.limits ?? {},
      timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      log,
    };
    this.files = typeof options.files === 'object' ? options.files : diskFiles(options.files ?? 'mailwright-files');
    this.#sessions = new Sessions(this.#parts, this.store);
    this.#runner = new StepRunner(this.#sessions, this.files, log);
    this.definitions = [connect({ backends, senders, auth, refuse: hostProblem }), ...palette];
  }

  connect(input: Readonly<Record<string, unknown>>, options?: RunOptions): Promise<unknown> {
    return this.run('email.connect', input, options);
  }

  async run(definition: string | Definition, input: unknown, options?: RunOptions): Promise<never> {
    const found = typeof definition === 'string' ? this.#find(definition) : definition;
    if (found.id === 'email.connect') warnOfOldNames(input, this.#parts.log);
    if (found.kind === 'loop') throw notThisWay(found.id, 'is a loop', 'Use loop() or each().');
    return (await this.#runner.run(found, input, options)) as never;
  }

  loop(input: Readonly<Record<string, unknown>>, options?: RunOptions): AsyncIterable<Mail> {
    return this.each('email.loop', input, options) as AsyncIterable<Mail>;
  }

  each(id: string, input: unknown, options?: RunOptions): AsyncIterable<unknown> {
    const found = this.#find(id);
    if (found.kind !== 'loop') throw notThisWay(id, 'is no loop', 'Use run().');
    return this.#runner.each(found as LoopDefinition, input, options);
  }

  async testConnection(input: Readonly<Record<string, unknown>>, options?: TestOptions): Promise<TestReport> {
    return testConnection(await this.#recipe(input), this.#parts, options);
  }

  discover(address: string, options?: DiscoverOptions): Promise<Discovery> {
    return discover(address, httpOf(this.#parts), options);
  }

  async save(input: Readonly<Record<string, unknown>>): Promise<SessionRecipe> {
    const recipe = await this.#recipe(input);
    await this.store.set(recipe);
    return recipe;
  }

  locate(credential: string): { readonly vault: VaultProvider; readonly key: string } {
    return locate(credential, this.#parts.secrets);
  }

  connection(name: string): Promise<Connection> {
    return this.#connections.find(name);
  }

  async setConnection(name: string, connection: z.input<typeof Connection>): Promise<void> {
    warnOfOldNames({ server: connection }, this.#parts.log);
    const { tokenType, backend, auth } = parseInput(Connection, connection);
    const checked = parseInput(strategyOf({ auth, backend }).input, auth, 'auth') as Connection['auth'];
    checkConnection({ auth: checked });
    await this.#connectionStore.set(name, { tokenType, backend, auth: checked });
  }

  async signIn(name: string, person: Person, { signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { tokenType } = await this.#connections.find(name);
    const owner = tokenType === 'shared' ? 'shared' : { user: this.#user() };
    await this.#connections.signIn(name, owner, person, signal);
  }

  connections(): Promise<readonly ConnectionState[]> {
    return this.#connections.states(this.#user());
  }

  async signOut(name: string, { forget = false } = {}): Promise<void> {
    await this.#connections.signOut(name, this.#user());
    if (forget) await this.#connectionStore.remove(name);
  }

  setVariables(values: Readonly<Record<string, unknown>>): void {
    this.#variables = { ...this.#variables, ...values };
  }

  session(name: string): Session {
    return this.#sessions.get(name);
  }

  close(): Promise<void> {
    return this.#sessions.closeAll();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #user(): string {
    return this.#parts.user ?? userInfo().username;
  }

  #recipe(input: Readonly<Record<string, unknown>>): Promise<SessionRecipe> {
    warnOfOldNames(input, this.#parts.log);
    return recipeOf(this.#find('email.connect') as SessionDefinition, input, { store: this.store, log: this.#parts.log });
  }

  #find(id: string): Definition {
    const found = this.definitions.find((definition) => definition.id === id);
    if (!found) throw notThisWay(id, 'is no action', `Actions: ${this.definitions.map((definition) => definition.id).join(', ')}.`);
    return found;
  }
}

/** The sign-ins that a group shares, and the key that they are sealed with. */
const tokensOfGroup = (folder: string, log: Log) => tokensOnDisk({ folder, group: true, key: () => sharedSealingKey(folder), log });

function notThisWay(id: string, problem: string, cure: string): EmailError {
  return new EmailError('input.invalid', { path: id, problem, cure });
}
