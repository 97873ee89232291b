import {
  SessionLimits,
  SessionName,
  defineSession,
  file,
  ui,
  type AuthStrategy,
  type Backend,
  type Sender,
  type ServerChoice,
  type SessionDefinition,
  type SessionRecipe,
} from '@mailwright/core';
import { z } from 'zod';

/** The parts that Connect's form is made of. */
export interface Parts {
  readonly backends: readonly Backend[];
  readonly senders: readonly Backend<z.ZodObject, Sender>[];
  readonly auth: readonly AuthStrategy[];
}

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
    input: formOf(parts).superRefine(checkChoice),
    output,
    async run(given, { sessions }) {
      const { session: name, saved, ...rest } = given as Given;
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
    server: union(servers).optional().meta({ title: 'Server' }),
    saved: z
      .string()
      .min(1)
      .optional()
      .meta({ title: 'Saved session', description: 'The name of a saved session, in place of the server' }),
    ...(outgoing.length > 0 && {
      outgoing: union(outgoing)
        .optional()
        .meta({ title: 'Outgoing server', description: 'How mail is sent; signs in like the server unless it says otherwise' }),
    }),
    mailbox: z.string().min(1).optional().meta({ title: 'Mailbox', description: 'A shared or other mailbox, where the server has them' }),
    timeZone: z.string().refine(isTimeZone, 'not the name of a time zone, such as Europe/Berlin').optional().meta({ title: 'Time zone' }),
    proxy: z
      .url()
      .optional()
      .meta(ui('url', { title: 'Proxy' })),
    readOnly: z.boolean().default(false).meta({ title: 'Read only', description: 'Nothing is changed or sent' }),
    limits: SessionLimits.optional(),
    ca: file({
      title: 'Certificate authorities',
      description: 'A file or folder of PEM certificates to trust besides those of the system',
    }).optional(),
  });
}

/** A saved session brings all its settings: one that stood beside it would be lost without a word. */
function checkChoice(given: object, form: z.RefinementCtx): void {
  const { server, saved, session: _, ...rest } = given as Given;
  const path = ['server'];
  if ((server === undefined) === (saved === undefined))
    form.addIssue({ code: 'custom', message: 'needs either server or saved, and not both', path });
  if (saved === undefined) return;
  for (const [key, value] of Object.entries(rest))
    if (value !== undefined && value !== false)
      form.addIssue({ code: 'custom', message: 'cannot stand beside saved, which has settings of its own', path: [key] });
}

function branch(
  backend: Backend<z.ZodObject, never> | Backend | Backend<z.ZodObject, Sender>,
  auth: readonly AuthStrategy[],
  sharesLogin: boolean,
): z.ZodObject {
  const modes = auth.filter(({ mode }) => backend.authModes.includes(mode)).map(({ input, title }) => input.meta({ title }));
  const login = union(modes).meta({ title: 'Login' });
  const optional = sharesLogin || backend.authModes.includes('none');
  return z
    .strictObject({
      backend: z.literal(backend.id).meta({ title: backend.title }),
      ...backend.config.shape,
      auth: optional ? login.optional() : login,
    })
    .meta({ title: backend.title });
}

/** A choice: by `backend` or, for logins, by `mode`. */
function union(branches: readonly z.ZodObject[]) {
  const key = branches.some(({ shape }) => 'backend' in shape) ? 'backend' : 'mode';
  return z.discriminatedUnion(key, branches as unknown as [z.ZodObject, ...z.ZodObject[]]);
}

function recipe(name: string, rest: Omit<Given, 'session' | 'saved'>): SessionRecipe {
  return Object.fromEntries(Object.entries({ name, ...rest }).filter(([, value]) => value !== undefined)) as unknown as SessionRecipe;
}

function warnings({ server, outgoing, timeZone }: Pick<Given, 'server' | 'outgoing' | 'timeZone'>, zone: string): string[] {
  const sides = [server, outgoing].filter((side) => side !== undefined);
  return [
    ...(sides.some(({ security }) => security === 'none') ? ['A connection is not encrypted: everyone on the way can read the mail.'] : []),
    ...(sides.some(({ trustCertificate }) => trustCertificate !== undefined)
      ? ['One certificate is accepted although nobody vouches for it.']
      : []),
    ...(server && timeZone === undefined ? [`No time zone is set: days in filters are days of this machine (${zone}).`] : []),
  ];
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format().length > 0;
  } catch {
    return false;
  }
}
