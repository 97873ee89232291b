import { EmailError, Secret } from '@mailwright/core';
import { z } from 'zod';
import { ask, refusal, textOf, type Question, type WebAnswer } from './ask.ts';
import { within } from './deadline.ts';
import { defineVault, kept, keyMissing, pathAndField, settings, type VaultContext } from './kind.ts';

/** HashiCorp Vault or OpenBao, key-value engine version 2 (developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2). A key reads path#field. */
export const hashicorp = defineVault({
  kind: 'hashicorp',
  config: z
    .strictObject({
      kind: z.literal('hashicorp'),
      ...settings,
      address: z.url({ protocol: /^https$/ }),
      mount: z.string().min(1).default('secret'),
      namespace: z.string().min(1).optional(),
      token: kept.optional(),
      appRole: z.strictObject({ roleId: z.string().min(1), secretId: kept, path: z.string().default('approle') }).optional(),
    })
    .refine(({ token, appRole }) => (token === undefined) !== (appRole === undefined), 'set token, or appRole with roleId and secretId'),
  open: (config, ctx) => {
    const { id, mount, seconds } = config;
    return {
      id,
      read: (key) =>
        within(id, seconds, async (signal) => {
          const { path, field = 'value' } = pathAndField(key);
          // An address would go up there, to other questions than for a secret.
          if (path.split('/').some((part) => /^\.{0,2}$/.test(part)))
            throw new EmailError('input.invalid', {
              path: `credential ${id}/${key}`,
              problem: 'a part of its path is empty, or dots alone',
              cure: `Write ${id}/path/of/secret#field.`,
            });
          const asking = asker(config, ctx, signal);
          const token = await signIn(config, ctx, asking);
          const answer = await asking(`${mount}/data/${path.split('/').map(encodeURIComponent).join('/')}`, token);
          if (answer.status === 404) throw keyMissing(id, key);
          const { data } = contentOf(answer, id) as { data?: { data?: object } };
          const value = textOf(data?.data, field);
          if (value === undefined)
            throw keyMissing(
              id,
              key,
              Object.keys(data?.data ?? {}).map((one) => `${path}#${one}`),
            );
          return new Secret(value);
        }),
    };
  },
});

type Config = z.output<typeof hashicorp.config>;
type Asking = (path: string, token?: Secret, body?: object) => Promise<WebAnswer>;

const asker =
  ({ id, address, namespace }: Config, ctx: VaultContext, signal: AbortSignal): Asking =>
  (path, token, body) => {
    const headers = {
      ...(token && { 'x-vault-token': token.reveal() }),
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
    };
    const url = new URL(`v1/${path}`, address.endsWith('/') ? address : `${address}/`).href;
    const request: Question = { url, headers, signal, ...(body && { body: JSON.stringify(body) }) };
    return ask(id, ctx.http, request);
  };

/** The token that is set up, or one for this question by AppRole. */
async function signIn({ id, token, appRole }: Config, ctx: VaultContext, asking: Asking): Promise<Secret | undefined> {
  if (token || !appRole) return token && ctx.secret(token);
  const secret = await ctx.secret(appRole.secretId);
  const answer = await asking(`auth/${appRole.path}/login`, undefined, { role_id: appRole.roleId, secret_id: secret.reveal() });
  const given = textOf(contentOf(answer, id)['auth'], 'client_token');
  if (given === undefined) throw new EmailError('vault.locked', { vault: id, problem: 'its login gave no token.' });
  return new Secret(given);
}

function contentOf({ status, content }: WebAnswer, vault: string): WebAnswer['content'] {
  if (status === 503) throw new EmailError('vault.locked', { vault, problem: 'it is sealed.' });
  if (status !== 200 || Object.keys(content).length === 0) throw refusal(vault, status);
  return content;
}
