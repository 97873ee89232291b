import { EmailError, Secret } from '@mailwright/core';
import { z } from 'zod';
import { ask, fieldOf, refusal, textOf } from './ask.ts';
import { within } from './deadline.ts';
import { defineVault, kept, keyMissing, pathAndField, settings, type VaultContext } from './kind.ts';
import { askMetadata, metadataAddress } from './local-metadata.ts';

/** Where a cloud signs in, and where its key vaults are (learn.microsoft.com, Azure Key Vault basics, national clouds). */
const CLOUDS = {
  global: { login: 'login.microsoftonline.com', vaults: 'vault.azure.net' },
  'us-gcc-high': { login: 'login.microsoftonline.us', vaults: 'vault.usgovcloudapi.net' },
  'us-dod': { login: 'login.microsoftonline.us', vaults: 'vault.usgovcloudapi.net' },
  china: { login: 'login.partner.microsoftonline.cn', vaults: 'vault.azure.cn' },
} as const;
const VERSION = '7.4';

/** Azure Key Vault, secrets only. A key reads name, or name/version; behind a # stands a field of a secret that is JSON. */
export const azureKeyVault = defineVault({
  kind: 'azure-key-vault',
  config: z
    .strictObject({
      kind: z.literal('azure-key-vault'),
      ...settings,
      vault: z
        .string()
        .regex(/^[a-z][a-z0-9-]{1,22}[a-z0-9]$/i, 'write its name alone, without https:// and domain')
        .meta({ description: 'The name of the key vault' }),
      cloud: z.enum(['global', 'us-gcc-high', 'us-dod', 'china']).default('global'),
      tenant: z
        .string()
        .regex(/^[\w.-]+$/)
        .optional(),
      clientId: z.string().min(1).optional().meta({ description: "The application's, or a user-assigned managed identity's" }),
      clientSecret: kept.optional(),
      managedIdentity: z.literal(true).optional().meta({ description: 'The identity that Azure gives this machine' }),
    })
    .refine(
      ({ managedIdentity, clientSecret, tenant, clientId }) =>
        managedIdentity ? clientSecret === undefined : clientSecret !== undefined && tenant !== undefined && clientId !== undefined,
      'set tenant, clientId and clientSecret, or managedIdentity',
    ),
  open: (config, ctx) => {
    const { id, seconds, vault, cloud } = config;
    return {
      id,
      read: (key) =>
        within(id, seconds, async (signal) => {
          const place = pathAndField(key);
          if (!/^[0-9A-Za-z-]{1,127}(\/[0-9a-f]{32})?$/.test(place.path))
            throw new EmailError('input.invalid', {
              path: `credential ${id}/${key}`,
              problem: 'names of secrets have letters, digits and hyphens alone there',
              cure: `Write ${id}/name, ${id}/name/version, or ${id}/name#field.`,
            });
          const token = await tokenOf(config, ctx, signal);
          const url = `https://${vault}.${CLOUDS[cloud].vaults}/secrets/${place.path}?api-version=${VERSION}`;
          const { status, content } = await ask(id, ctx.http, { url, signal, headers: { authorization: `Bearer ${token.reveal()}` } });
          if (status === 404) throw keyMissing(id, key);
          const value = textOf(content, 'value');
          if (status !== 200 || value === undefined) throw refusal(id, status, reasonOf(content));
          return fieldOf(id, key, place, value);
        }),
    };
  },
});

type Config = z.output<typeof azureKeyVault.config>;

/** A code out of an error, such as AccessDenied or SecretDisabled; never its text. */
function reasonOf(content: Readonly<Record<string, unknown>>): string {
  const { error } = content as { error?: { code?: unknown; innererror?: { code?: unknown } } };
  return [error?.innererror?.code, error?.code].find((code): code is string => typeof code === 'string' && /^\w{1,60}$/.test(code)) ?? '';
}

async function tokenOf(config: Config, ctx: VaultContext, signal: AbortSignal): Promise<Secret> {
  const { id, cloud, tenant, clientId = '', clientSecret } = config;
  if (!clientSecret) return ownToken(config, signal);
  const form = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: (await ctx.secret(clientSecret)).reveal(),
    scope: `https://${CLOUDS[cloud].vaults}/.default`,
  };
  const { status, content } = await ask(id, ctx.http, {
    url: `https://${CLOUDS[cloud].login}/${tenant}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    signal,
  });
  const token = textOf(content, 'access_token');
  if (status === 200 && token !== undefined) return new Secret(token);
  const number = /AADSTS\d{4,8}/.exec(textOf(content, 'error_description') ?? '')?.[0] ?? '';
  throw refusal(id, status, number);
}

/** The token of the machine: of App Service and its kin by what they put into the environment, of a virtual machine by its metadata service. */
async function ownToken({ id, cloud, clientId }: Config, signal: AbortSignal): Promise<Secret> {
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header } = process.env;
  const inService = endpoint !== undefined && header !== undefined && URL.canParse(endpoint);
  const machine = metadataAddress('AZURE_POD_IDENTITY_AUTHORITY_HOST', 'http://169.254.169.254');
  const url = new URL(inService ? endpoint : `${machine}/metadata/identity/oauth2/token`);
  url.searchParams.set('api-version', inService ? '2019-08-01' : '2018-02-01');
  url.searchParams.set('resource', `https://${CLOUDS[cloud].vaults}`);
  if (clientId !== undefined) url.searchParams.set('client_id', clientId);
  const headers: Record<string, string> = inService ? { 'x-identity-header': header } : { metadata: 'true' };
  const { status, content } = await askMetadata(id, { url, headers, signal });
  const token = textOf(content, 'access_token');
  if (status === 200 && token !== undefined) return new Secret(token);
  throw refusal(id, status, 'this machine has no such managed identity');
}
