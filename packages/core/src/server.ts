import { say } from './phrase.ts';
import { z } from 'zod';
import { EmailError } from './errors.ts';
import { more } from './form.ts';

export type Security = 'tls' | 'starttls' | 'none';
/** Where a server is and how the way to it is protected. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
}

/** The port that a protocol uses with each kind of security. */
export type Ports = Readonly<Record<Security, number>>;

/** The fields that every mail server's form begins with; `ports` are proposed there. */
export const serverFields = (ports: Ports) => ({
  host: z
    .string()
    .trim()
    .min(1)
    .meta({ title: 'Host', description: 'A name or address; host:port or a URI such as imaps://host is understood too' }),
  port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .meta({
      title: 'Port',
      description: 'Proposed from the security if left out',
      'x-ui': { proposed: { by: 'security', values: ports } },
    }),
  security: z.enum(['tls', 'starttls', 'none']).default('tls').meta({
    title: 'Security',
    description: 'TLS encrypts from the first byte, STARTTLS before the login. Without encryption anyone on the way reads everything.',
  }),
  allowClearTextPassword: z
    .boolean()
    .default(false)
    .meta(
      more({
        title: 'Allow a password over an unencrypted connection',
        description: 'Only without encryption: everyone on the way can read the password',
      }),
    ),
  trustCertificate: z
    .string()
    .regex(/^([0-9A-Fa-f]{2}:?){32}$/, String(say`a SHA-256 fingerprint: 64 hexadecimal digits`))
    .optional()
    .meta(
      more({
        title: 'Accept untrusted certificate',
        description: 'SHA-256 fingerprint of the one certificate to accept although nobody vouches for it',
      }),
    ),
});

/** The way to a server. `scheme` is the protocol's name (`imap`), `ports` its usual ports. Errors: `input.invalid`. */
export function serverAddress(
  config: { readonly host: string; readonly port?: number | undefined; readonly security: Security },
  scheme: string,
  ports: Ports,
): ServerAddress {
  const { scheme: found, host, port } = parts(config.host);
  if (found !== undefined && found !== scheme && found !== `${scheme}s`)
    throw invalid(`"${found}" is not a scheme of this server`, `Write ${scheme}://host or ${scheme}s://host, or just the host.`);
  const security =
    found === undefined ? config.security : found === `${scheme}s` ? 'tls' : config.security === 'none' ? 'none' : 'starttls';
  return { host, port: port ?? config.port ?? ports[security], security };
}

/** The host that a field names, in lower case: what will be connected to. Errors: `input.invalid`. */
export const hostIn = (text: string): string => parts(text).host.toLowerCase().replace(/\.$/, '');

/** A host, host:port or URI taken apart. */
function parts(text: string): { readonly scheme?: string; readonly host: string; readonly port?: number } {
  const uri = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text);
  const rest = (uri ? text.slice(uri[0].length) : text).replace(/\/.*$/, '').trim();
  // Never shown: what stands before the @ is often a password.
  if (rest.includes('@'))
    throw invalid('a host has no user name or password in it', 'Write the host alone; the login has fields of its own.');
  const found = /^(?:\[([^\]]+)\]|([^:\s]+)|([0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*))(?::(\d+))?$/i.exec(rest);
  const host = found?.[1] ?? found?.[2] ?? found?.[3];
  if (host === undefined) throw invalid(`"${text}" is no host`, 'Write a host name such as imap.example.com, or an address.');
  const port = found?.[4] === undefined ? undefined : Number(found[4]);
  if (port !== undefined && (port < 1 || port > 65_535)) throw invalid(`${port} is no port`, 'Ports are numbers from 1 to 65535.');
  return { host, ...(uri?.[1] !== undefined && { scheme: uri[1].toLowerCase() }), ...(port !== undefined && { port }) };
}

const invalid = (problem: string, cure: string) => new EmailError('input.invalid', { path: 'host', problem, cure });
