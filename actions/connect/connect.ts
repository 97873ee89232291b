import {
  ProxySetting,
  SessionLimits,
  SessionName,
  choice,
  defineSession,
  holdsPassword,
  hostIn,
  instead,
  more,
  presentLogin,
  say,
  type AuthStrategy,
  type Backend,
  type Sender,
  type ServerChoice,
  type SessionDefinition,
  type SessionRecipe,
  type Phrase,
} from '@mailwright/core';
import { z } from 'zod';

/** The parts that Connect's form is made of. */
export interface Parts {
  readonly backends: readonly Backend[];
  readonly senders: readonly Backend<z.ZodObject, Sender>[];
  readonly auth: readonly AuthStrategy[];
  /** Why a login cannot be used with a host: the field of the login that is wrong. */
  readonly refuse?: (login: Login, host: string) => { readonly field: string; readonly problem: Phrase; readonly cure: Phrase } | undefined;
}
type Login = NonNullable<ServerChoice['auth']>;

const output = z.object({
  name: z.string(),
  backend: z.string(),
  can: z.array(z.string()),
  from: z.string().optional(),
  timeZone: z.string(),
  warnings: z.array(z.string()),
});

/** Connect: its form has a branch for each server type, and in it a branch for each login mode that this server takes. */
export function connect(parts: Parts): SessionDefinition {
  return defineSession({
    id: 'email.connect',
    title: 'Connect',
    summary: 'Opens a session: a mailbox under a name that other steps use.',
    line: 'Connect "{session}" to {server} {saved}',
    effect: 'read',
    input: formOf(parts)
      .superRefine(checkChoice)
      .superRefine((given, form) => checkHosts(given as Given, parts, form)),
    output,
    async run(given, { sessions, log }) {
      const { session: name, saved, ...rest } = given as Given;
      // Also for whoever does not look at the output: here a secret may be seen by others.
      for (const warning of proxyWarnings(rest.proxy)) log.warn(warning);
      const session = saved === undefined ? await sessions.open(recipe(name, rest)) : await sessions.openSaved(saved, name);
      const { backend, can, from, timeZone } = session;
      return { name, backend, can: [...can], ...(from && { from: from.address }), timeZone, warnings: warnings(rest, timeZone) };
    },
  });
}

type Given = Omit<SessionRecipe, 'name' | 'server'> & { readonly session: string; readonly saved?: string; readonly server?: ServerChoice };

function formOf({ backends, senders, auth }: Parts) {
  const servers = [...backends, ...senders].map((backend) => branch(backend, auth, false));
  const outgoing = senders.map((sender) => branch(sender, auth, true));
  return z.strictObject({
    session: SessionName,
    server: choice('backend', servers, { title: 'Server', absent: 'A saved session' }).optional(),
    saved: z
      .string()
      .min(1)
      .optional()
      .meta(instead('server', { title: 'Saved session', description: 'The name of a saved session, in place of the server' })),
    ...(outgoing.length > 0 && {
      outgoing: choice('backend', outgoing, {
        title: 'Outgoing server',
        description: 'How mail is sent; signs in like the server unless it says otherwise. Exchange, Graph and mail files need none',
        absent: 'None: only the server itself sends',
      }).optional(),
    }),
    mailbox: z
      .string()
      .min(1)
      .optional()
      .meta(more({ title: 'Mailbox', description: 'A shared or other mailbox, where the server has them' })),
    timeZone: z
      .string()
      .refine(isTimeZone, String(say`not the name of a time zone, such as Europe/Berlin`))
      .optional()
      .meta(more({ title: 'Time zone' })),
    proxy: ProxySetting.optional(),
    readOnly: z
      .boolean()
      .default(false)
      .meta(more({ title: 'Read only', description: 'Nothing is changed or sent' })),
    limits: SessionLimits.optional(),
    ca: z
      .string()
      .min(1)
      .optional()
      .meta(
        more({
          title: 'Certificate authorities',
          description: 'A file or folder of PEM certificates to trust besides those of the system',
        }),
      ),
  });
}

/** A saved session brings all its settings: one that stood beside it would be lost without a word. */
function checkChoice(given: object, form: z.RefinementCtx): void {
  const { server, saved, session: _, ...rest } = given as Given;
  const path = ['server'];
  const wrong = (message: Phrase) => form.addIssue({ code: 'custom', message: String(message), path });
  if (server === undefined && saved === undefined) wrong(say`needs a server, or the name of a saved session`);
  if (server !== undefined && saved !== undefined) wrong(say`cannot stand beside saved: take one of both`);
  if (saved === undefined) return;
  for (const [key, value] of Object.entries(rest))
    if (value !== undefined && value !== false)
      form.addIssue({ code: 'custom', message: String(say`cannot stand beside saved, which has settings of its own`), path: [key] });
}

/** Each side with the login that it uses: what cannot work is said before anything is asked. */
function checkHosts({ server, outgoing }: Given, { refuse, backends, senders }: Parts, form: z.RefinementCtx): void {
  for (const [name, side] of Object.entries({ server, outgoing })) {
    const login = side?.auth ?? server?.auth;
    const host = side && hostOf(side, login, [...backends, ...senders]);
    const found = login && host !== undefined ? refuse?.(login, host) : undefined;
    if (!found) continue;
    const path = [side?.auth ? name : 'server', 'auth', found.field];
    form.addIssue({ code: 'custom', message: String(found.problem), params: { problem: found.problem, cure: found.cure }, path });
  }
}

/** The host that a login goes to: the form's own, or what the kind of server makes of its fields. */
function hostOf(
  side: ServerChoice,
  login: Login | undefined,
  known: readonly (Backend | Backend<z.ZodObject, Sender>)[],
): string | undefined {
  const { backend: id, auth: _, ...fields } = side;
  const backend = known.find((one) => one.id === id);
  if (!backend?.hostOf) return typeof side['host'] === 'string' && isHost(side['host']) ? hostIn(side['host']) : undefined;
  const config = backend.config.safeParse(fields);
  return config.success ? backend.hostOf(config.data, login?.mode ?? 'none') : undefined;
}

/** What is no host is told when the server is opened, with its own reasons. */
function isHost(text: string): boolean {
  try {
    return hostIn(text) !== '';
  } catch {
    return false;
  }
}

function branch(
  backend: Backend<z.ZodObject, never> | Backend | Backend<z.ZodObject, Sender>,
  auth: readonly AuthStrategy[],
  sharesLogin: boolean,
): z.ZodObject {
  const modes = backend.authModes
    .flatMap((mode) => auth.filter((one) => one.mode === mode))
    .map(({ mode, input, title }) => input.meta({ ...input.meta(), title: (mode === 'none' && backend.withoutLogin) || title }));
  const optional = sharesLogin || backend.authModes[0] === 'none';
  const absent = sharesLogin ? 'Same as for reading' : 'No login';
  const login = z.preprocess(presentLogin, choice('mode', modes, { title: 'Login', ...(optional && { absent }) }));
  return z
    .strictObject({
      backend: z.literal(backend.id).meta({ title: 'Server type' }),
      ...backend.config.shape,
      auth: optional ? login.optional() : login,
    })
    .meta({ title: backend.title });
}

function recipe(name: string, rest: Omit<Given, 'session' | 'saved'>): SessionRecipe {
  return Object.fromEntries(Object.entries({ name, ...rest }).filter(([, value]) => value !== undefined)) as unknown as SessionRecipe;
}

function warnings({ server, outgoing, timeZone, proxy }: Omit<Given, 'session' | 'saved'>, zone: string): string[] {
  const sides = [server, outgoing].filter((side) => side !== undefined);
  return [
    ...(sides.some(({ security }) => security === 'none') ? ['A connection is not encrypted: everyone on the way can read the mail.'] : []),
    ...(sides.some(({ trustCertificate }) => trustCertificate !== undefined)
      ? ['One certificate is accepted although nobody vouches for it.']
      : []),
    ...proxyWarnings(proxy).map(String),
    ...(server && timeZone === undefined ? [`No time zone is set: days in filters are days of this machine (${zone}).`] : []),
  ];
}

function proxyWarnings(proxy: ProxySetting | undefined): Phrase[] {
  const beside = typeof proxy === 'object' && (proxy.username !== undefined || proxy.password !== undefined);
  if (!holdsPassword(typeof proxy === 'object' ? proxy.url : (proxy ?? ''))) return [];
  return [
    say`The password of the proxy stands in its address in plain text: put it into a vault, and set url, username and password.`,
    ...(beside
      ? [say`The address of the proxy has a login in it too: the user name and the password that stand beside the address count.`]
      : []),
  ];
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format().length > 0;
  } catch {
    return false;
  }
}
