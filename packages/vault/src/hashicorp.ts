import { EmailError, Secret, SecretRef, type HttpAnswer } from '@mailwright/core';
import { z } from 'zod';
import { defineVault, type VaultContext } from './kind.ts';

/** HashiCorp Vault or OpenBao, key-value engine version 2 (developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2). A key reads path#field. */
export const hashicorp = defineVault({
  kind: 'hashicorp',
  config: z.strictObject({
    kind: z.literal('hashicorp'),
    id: z.string().min(1),
    address: z.url({ protocol: /^https$/ }),
    mount: z.string().min(1).default('secret'),
    namespace: z.string().min(1).optional(),
    token: SecretRef.optional(),
    appRole: z.strictObject({ roleId: z.string().min(1), secretId: SecretRef, path: z.string().default('approle') }).optional(),
  }),
  open: (config, ctx) => {
    const { id, mount, namespace } = config;
    const ask = async (path: string, token?: Secret, body?: object): Promise<HttpAnswer> => {
      const headers = {
        ...(token && { 'x-vault-token': token.reveal() }),
        ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
      };
      const url = new URL(`v1/${path}`, config.address.endsWith('/') ? config.address : `${config.address}/`).href;
      return ctx.http({ url, headers, ...(body && { body: JSON.stringify(body) }) }).catch((error: unknown) => {
        throw new EmailError('vault.unreachable', { vault: id, problem: EmailError.from(error, 'vault').message }, { cause: error });
      });
    };
    return {
      id,
      async read(key) {
        const [path = '', field = 'value'] = key.split('#');
        const token = await signIn(config, ctx, ask);
        const answer = await ask(`${mount}/data/${path.split('/').map(encodeURIComponent).join('/')}`, token);
        if (answer.status === 404) throw new EmailError('vault.key_missing', { vault: id, key, known: [] });
        const { data } = contentOf(answer, id) as { data?: { data?: Record<string, unknown> } };
        const value = data?.data && Object.hasOwn(data.data, field) ? data.data[field] : undefined;
        if (typeof value !== 'string' || value === '')
          throw new EmailError('vault.key_missing', {
            vault: id,
            key,
            known: Object.keys(data?.data ?? {}).map((one) => `${path}#${one}`),
          });
        return new Secret(value);
      },
    };
  },
});

type Ask = (path: string, token?: Secret, body?: object) => Promise<HttpAnswer>;

/** The token that is set up, or one for this question by AppRole. */
async function signIn({ id, token, appRole }: z.output<typeof hashicorp.config>, ctx: VaultContext, ask: Ask): Promise<Secret> {
  if (token) return ctx.secret(token);
  if (!appRole)
    throw new EmailError('input.invalid', {
      path: `vaults.${id}`,
      problem: 'no login is set up',
      cure: 'Set token, or appRole with roleId and secretId.',
    });
  const secret = await ctx.secret(appRole.secretId);
  const answer = await ask(`auth/${appRole.path}/login`, undefined, { role_id: appRole.roleId, secret_id: secret.reveal() });
  const { auth } = contentOf(answer, id) as { auth?: { client_token?: string } };
  if (typeof auth?.client_token !== 'string') throw new EmailError('vault.locked', { vault: id, problem: 'its login gave no token.' });
  return new Secret(auth.client_token);
}

function contentOf({ status, text }: HttpAnswer, vault: string): object {
  if (status === 503) throw new EmailError('vault.locked', { vault, problem: 'it is sealed.' });
  if (status === 400 || status === 401 || status === 403)
    throw new EmailError('vault.locked', { vault, problem: `it refuses this login (${status}).` });
  try {
    const content: unknown = JSON.parse(text);
    if (status === 200 && typeof content === 'object' && content !== null) return content;
  } catch {
    // Told below: the text may hold anything.
  }
  throw new EmailError('vault.unreachable', { vault, problem: `it answers ${status} and no JSON.` });
}
