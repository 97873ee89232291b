import {
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
export function connect({ backends, senders, auth }: Parts): SessionDefinition {
  const reading = backends.map((backend) => branch(backend, auth, false));
  const sending = senders.map((sender) => branch(sender, auth, false));
  const outgoing = senders.map((sender) => branch(sender, auth, true));
  const input = z
    .strictObject({
      session: SessionName,
      server: union([...reading, ...sending])
        .optional()
        .meta({ title: 'Server' }),
      saved: z
        .string()
        .min(1)
        .optional()
        .meta({ title: 'Saved session', description: 'The name of a saved session, in place of the server' }),
      outgoing: union(outgoing)
        .optional()
        .meta({ title: 'Outgoing server', description: 'How mail is sent; signs in like the server unless it says otherwise' }),
      mailbox: z.string().min(1).optional().meta({ title: 'Mailbox', description: 'A shared or other mailbox, where the server has them' }),
      timeZone: z.string().refine(isTimeZone, 'not the name of a time zone, such as Europe/Berlin').optional().meta({ title: 'Time zone' }),
      proxy: z
        .url()
        .optional()
        .meta(ui('url', { title: 'Proxy' })),
      readOnly: z.boolean().default(false).meta({ title: 'Read only', description: 'Nothing is changed or sent' }),
      ca: file({
        title: 'Certificate authorities',
        description: 'A file or folder of PEM certificates to trust besides those of the system',
      }).optional(),
    })
    .refine(({ server, saved }) => (server === undefined) !== (saved === undefined), {
      message: 'needs either server or saved, and not both',
      path: ['server'],
    });
  return defineSession({
    id: 'email.connect',
    title: 'Connect',
    summary: 'Opens a session: a mailbox under a name that other steps use.',
    line: 'Connect "{session}" to {server} {saved}',
    effect: 'read',
    input,
    output,
    async run(given, { sessions }) {
      const { session: name, saved, ...rest } = given as { session: string; saved?: string } & Omit<SessionRecipe, 'name'>;
      const session = saved === undefined ? await sessions.open(recipe(name, rest)) : await sessions.openSaved(saved, name);
      const { backend, can, from, timeZone } = session;
      return { name, backend, can: [...can], ...(from && { from: from.address }), timeZone, warnings: warnings(rest.server) };
    },
  });
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

function recipe(name: string, rest: Omit<SessionRecipe, 'name'>): SessionRecipe {
  return Object.fromEntries(Object.entries({ name, ...rest }).filter(([, value]) => value !== undefined)) as unknown as SessionRecipe;
}

function warnings(server: ServerChoice | undefined): string[] {
  return [
    ...(server?.['security'] === 'none' ? ['The connection is not encrypted: everyone on the way can read the mail.'] : []),
    ...(server?.['trustCertificate'] === undefined ? [] : ['One certificate is accepted although nobody vouches for it.']),
  ];
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format().length > 0;
  } catch {
    return false;
  }
}
