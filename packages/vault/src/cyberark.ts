import { createPrivateKey } from 'node:crypto';
import { EmailError, Secret } from '@mailwright/core';
import { z } from 'zod';
import { ask, refusal, textOf, type Question } from './ask.ts';
import { within } from './deadline.ts';
import { defineVault, kept, keyMissing, pathAndField, settings, type VaultContext } from './kind.ts';

/** What the provider says when nothing matches (docs.cyberark.com, Central Credential Provider, error codes). */
const NOT_FOUND = 'APPAP004E';

/** CyberArk's Central Credential Provider. A key reads Safe/Object#Field, or Safe/Folder/Object#Field; without a field it is the password. */
export const cyberark = defineVault({
  kind: 'cyberark',
  config: z.strictObject({
    kind: z.literal('cyberark'),
    ...settings,
    address: z.url({ protocol: /^https$/ }).meta({ description: 'The server of the Central Credential Provider' }),
    service: z.string().min(1).default('AIMWebService').meta({ description: 'The name of its web service' }),
    appId: z.string().min(1),
    safe: z.string().min(1).optional().meta({ description: 'The safe of keys that name none' }),
    reason: z.string().min(1).optional().meta({ description: 'Why the password is read, where a policy asks for it' }),
    certificate: kept.optional().meta({ description: 'PEM: what this client shows, with its private key' }),
    certificatePassword: kept.optional().meta({ description: 'Where the private key is encrypted' }),
  }),
  open: (config, ctx) => {
    const { id, seconds } = config;
    return {
      id,
      read: (key) =>
        within(id, seconds, async (signal) => {
          const { path, field = 'Content' } = pathAndField(key);
          const question: Question = { url: addressOf(config, key, path), signal, ...(await shown(config, ctx)) };
          const { status, content } = await ask(id, ctx.http, question);
          const said = textOf(content, 'ErrorCode') ?? '';
          if (status === 404 || said === NOT_FOUND) throw keyMissing(id, key);
          if (status !== 200) throw refusal(id, status, /^[A-Z]{3,10}\d{1,5}[A-Z]$/.test(said) ? said : '');
          const value = textOf(content, field);
          if (value === undefined)
            throw keyMissing(
              id,
              key,
              Object.keys(content).map((name) => `${path}#${name}`),
            );
          return new Secret(value);
        }),
    };
  },
});

type Config = z.output<typeof cyberark.config>;

function addressOf({ id, address, service, appId, safe, reason }: Config, key: string, path: string): string {
  const [object = '', folder, inSafe = safe] = placeOf(path);
  if (inSafe === undefined || object === '')
    throw new EmailError('input.invalid', {
      path: `credential ${id}/${key}`,
      problem: 'it names no safe, or no object',
      cure: `Write ${id}/Safe/Object, or set "safe" of this vault in vaults.json.`,
    });
  // Blanks as %20: the provider does not take a plus sign for one.
  const query = Object.entries({ AppID: appId, Safe: inSafe, Folder: folder, Object: object, Reason: reason })
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${encodeURIComponent(value)}`))
    .join('&');
  return `${address.replace(/\/$/, '')}/${encodeURIComponent(service)}/api/Accounts?${query}`;
}

/** Object, folder and safe; folders inside each other are written with a backslash there. */
function placeOf(path: string): readonly (string | undefined)[] {
  const parts = path.split('/');
  const object = parts.pop();
  const [safe, ...folders] = parts;
  return [object, folders.length === 0 ? undefined : folders.join('\\'), safe];
}

async function shown({ id, certificate, certificatePassword }: Config, ctx: VaultContext): Promise<Pick<Question, 'clientCertificate'>> {
  if (!certificate) return {};
  const cert = (await ctx.secret(certificate)).reveal();
  if (!certificatePassword) return { clientCertificate: { cert, key: cert } };
  const passphrase = (await ctx.secret(certificatePassword)).reveal();
  try {
    const key = createPrivateKey({ key: cert, passphrase }).export({ type: 'pkcs8', format: 'pem' }).toString();
    return { clientCertificate: { cert, key } };
  } catch {
    // The cause may show what is a secret here.
    throw new EmailError('input.invalid', {
      path: `vaults: ${id}.certificatePassword`,
      problem: 'it does not open the private key',
      cure: 'Store certificate and private key together in PEM form, and the password that the key was encrypted with.',
    });
  }
}
