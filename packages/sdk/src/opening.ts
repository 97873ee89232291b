import {
  EmailError,
  LIMITS,
  hostIn,
  presentLogin,
  type AuthContext,
  type AuthStrategy,
  type Backend,
  type Credential,
  type Dial,
  type Http,
  type Limits,
  type Log,
  type Mailbox,
  type OpenContext,
  type Person,
  type Sender,
  type ServerChoice,
  type SessionRecipe,
  type Stage,
  type TokenStore,
  type Told,
} from '@mailwright/core';
import { checkHost } from '@mailwright/auth';
import { httpsClient } from '@mailwright/network';
import type { z } from 'zod';
import { readCertificates } from './certificates.ts';
import { parseInput } from './input.ts';
import { wayOut, waysOut } from './ways-out.ts';
import { secretAccess, type SecretSources } from './secrets.ts';
import { createTurns } from './turn.ts';

type AnyBackend = Backend<z.ZodObject, Mailbox | Sender>;

/** The parts that recipes are opened with. */
export interface Parts {
  readonly backends: readonly Backend[];
  readonly senders: readonly Backend<z.ZodObject, Sender>[];
  readonly auth: readonly AuthStrategy[];
  readonly secrets: SecretSources;
  readonly ca: string | undefined;
  /** In the place of MAILWRIGHT_PROXY. */
  readonly proxy: string | undefined;
  readonly timeZone: string;
  readonly limits: Partial<Limits>;
  readonly log: Log;
  readonly tokens: TokenStore;
  /** Of managed connections that are shared. */
  readonly sharedTokens: TokenStore;
  readonly user: string | undefined;
  /** The way to sign-ins; https with the session's certificate authorities and proxy if left out. */
  readonly http: Http | undefined;
}

export interface Watch {
  readonly signal: AbortSignal;
  /** Absent in a run. */
  readonly person?: Person;
  /** The login is at hand: from here on servers alone are waited for. */
  ready?(credential: Credential): void;
  stage(report: Stage<Told>): void;
}

/** One side of a recipe: the backend with its settings and login, ready to be opened any number of times. */
export interface Side<Opened extends Mailbox | Sender> {
  readonly backend: Backend<z.ZodObject, Opened>;
  readonly config: Readonly<Record<string, unknown>>;
  /** The host that the login goes to, where the form says so. */
  readonly host: string | undefined;
  /** The login's form, its references as they are. */
  readonly login: Readonly<Record<string, unknown>>;
  /** Opens the side; the credential is resolved anew each time. */
  open(watch: Watch): Promise<{ readonly opened: Opened; readonly credential: Credential }>;
}

/** The reading side; undefined where the server is for sending only. Errors: `input.invalid`, `auth.flow_unsupported`. */
export function readingSide(recipe: SessionRecipe, parts: Parts): Side<Mailbox> | undefined {
  if (parts.senders.some(({ id }) => id === recipe.server.backend)) return undefined;
  return sideOf(parts.backends, recipe.server, recipe, parts, 'server');
}

/** The sending side: `outgoing`, which signs in like the reading side unless it says otherwise, or the server itself. */
export function sendingSide(recipe: SessionRecipe, parts: Parts): Side<Sender> | undefined {
  if (recipe.outgoing) {
    const auth = recipe.outgoing.auth ?? recipe.server.auth;
    return sideOf(parts.senders, { ...recipe.outgoing, ...(auth && { auth }) }, recipe, parts, 'outgoing');
  }
  return parts.senders.some(({ id }) => id === recipe.server.backend)
    ? sideOf(parts.senders, recipe.server, recipe, parts, 'server')
    : undefined;
}

function sideOf<Opened extends Mailbox | Sender>(
  known: readonly Backend<z.ZodObject, Opened>[],
  choice: ServerChoice,
  recipe: SessionRecipe,
  parts: Parts,
  path: string,
): Side<Opened> {
  const { backend: id, auth: given = { mode: 'none' }, ...fields } = choice;
  const auth = presentLogin(given);
  const backend = known.find((one) => one.id === id);
  if (!backend)
    throw new EmailError('input.invalid', {
      path: `${path}.backend`,
      problem: `there is no server type "${id}"`,
      cure: `Choose one of: ${known.map((one) => one.id).join(', ')}.`,
    });
  const config = parseInput(backend.config, fields, path) as Record<string, unknown>;
  const strategy = strategyFor(auth.mode, backend, parts.auth);
  const login = parseInput(strategy.input, auth, `${path}.auth`);
  const host = hostOf(backend, config, auth.mode);
  if (host !== undefined) checkHost(auth, host, `${path}.auth`);
  const alongside = besides(recipe).filter((one) => one !== id);
  const turn = createTurns();
  return {
    backend,
    config,
    host,
    login: login as Record<string, unknown>,
    async open(watch) {
      const { web, ...base } = await contextOf(recipe, parts);
      const credential = await strategy.authenticate(login, {
        backend: id,
        alongside,
        ...(recipe.mailbox !== undefined && { mailbox: recipe.mailbox }),
        ...(host !== undefined && { host }),
        signal: watch.signal,
        log: parts.log,
        stage: (report) => watch.stage(report),
        ...secretAccess(parts.secrets, watch.signal),
        ...(watch.person && { person: watch.person }),
        http: parts.http ?? httpsClient({ ...base.tls, dial: web }),
        tokens: parts.tokens,
        ...(parts.user !== undefined && { user: parts.user }),
      });
      watch.ready?.(credential);
      const mailbox = mailboxOf(recipe, credential);
      const context = {
        ...base,
        ...(mailbox !== undefined && { mailbox }),
        signal: watch.signal,
        stage: (report: Stage<Told>) => watch.stage(report),
        turn,
      };
      return { opened: await backend.open(config, credential, context), credential };
    },
  };
}

const hostOf = (backend: AnyBackend, config: Readonly<Record<string, unknown>>, mode: string): string | undefined =>
  backend.hostOf?.(config, mode) ?? (typeof config['host'] === 'string' ? hostIn(config['host']) : undefined);

/** The servers that one login is for: both sides, where the sending side has none of its own. */
function besides({ server, outgoing }: SessionRecipe): string[] {
  return outgoing && !outgoing.auth ? [server.backend, outgoing.backend] : [];
}

/** The mailbox that a session opens, where one is named: by itself or by its login. Errors: `input.invalid` where they differ. */
function mailboxOf({ mailbox }: SessionRecipe, credential: Credential): string | undefined {
  const named = credential.kind === 'token' ? credential.mailbox : undefined;
  if (mailbox === undefined || named === undefined || mailbox.toLowerCase() === named.toLowerCase()) return mailbox ?? named;
  throw new EmailError('input.invalid', {
    path: 'mailbox',
    problem: `the session is for ${mailbox}, its login for ${named}`,
    cure: 'Name the mailbox once: in the login, or in the session.',
  });
}

function strategyFor(mode: string, backend: AnyBackend, strategies: readonly AuthStrategy[]): AuthStrategy {
  const strategy = strategies.find((one) => one.mode === mode);
  if (strategy && backend.authModes.includes(mode)) return strategy;
  const known = backend.authModes.filter((one) => strategies.some((strategy) => strategy.mode === one));
  throw new EmailError('auth.flow_unsupported', { backend: backend.id, mode, known });
}

/** What both sides of a session are opened with, and `web`, the way to whoever gives tokens. */
async function contextOf(
  recipe: SessionRecipe,
  parts: Parts,
): Promise<Omit<OpenContext, 'signal' | 'stage' | 'turn'> & { readonly web: Dial }> {
  const ca = (await Promise.all([readCertificates(parts.ca), readCertificates(recipe.ca)])).flat();
  const { mail, web } = await waysOut(recipe.proxy, { ...parts, ca });
  return {
    tls: { ca },
    dial: mail,
    session: recipe.name,
    web,
    timeZone: recipe.timeZone ?? parts.timeZone,
    limits: { ...LIMITS, ...parts.limits },
    log: parts.log,
    readOnly: recipe.readOnly ?? false,
  };
}

/** What a managed connection is renewed with: as a session, but of no server. */
export function signInContext(parts: Parts, tokenType: 'shared' | 'user'): Omit<AuthContext, 'backend' | 'person'> {
  const http = httpOf(parts);
  const { log } = parts;
  const tokens = tokenType === 'shared' ? parts.sharedTokens : parts.tokens;
  return { signal: new AbortController().signal, log, stage: () => undefined, ...secretAccess(parts.secrets), http, tokens };
}

/** The way to identity providers and vaults that no session has settings for. */
export const httpOf =
  ({ http, ca: file, proxy }: Parts): Http =>
  async (request) => {
    if (http) return http(request);
    const ca = await readCertificates(file);
    return httpsClient({ ca, dial: wayOut('web', { ca, proxy }) })(request);
  };
