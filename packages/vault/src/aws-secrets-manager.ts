import { EmailError, Secret } from '@mailwright/core';
import { z } from 'zod';
import { ask, fieldOf, refusal, textOf } from './ask.ts';
import { within } from './deadline.ts';
import { defineVault, kept, keyMissing, pathAndField, settings, type VaultContext } from './kind.ts';
import { askMetadata, metadataAddress } from './local-metadata.ts';

/** Errors of the service that say that this login may not (docs.aws.amazon.com, Secrets Manager, common errors); it sends them with 400. */
const REFUSED =
  /^(AccessDenied|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|InvalidClientTokenId|ExpiredToken|IncompleteSignature|MissingAuthenticationToken|NotAuthorized|OptInRequired|RequestExpired|DecryptionFailure)/;

const CLOCK = ', which a wrong clock of this machine causes too';
const HINTS: Readonly<Record<string, string>> = {
  InvalidRequestException: ', as for a secret that is marked for deletion',
  InvalidSignatureException: CLOCK,
  SignatureDoesNotMatch: CLOCK,
  RequestExpired: CLOCK,
};

/** AWS Secrets Manager. A key reads the name or ARN of a secret; behind a # stands a field of a secret that is JSON. */
export const awsSecretsManager = defineVault({
  kind: 'aws-secrets-manager',
  config: z
    .strictObject({
      kind: z.literal('aws-secrets-manager'),
      ...settings,
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region reads like eu-west-1'),
      accessKeyId: z.string().min(1).optional(),
      secretAccessKey: kept.optional(),
      sessionToken: kept.optional().meta({ description: 'For keys that are temporary' }),
      instanceRole: z.literal(true).optional().meta({ description: 'The role that EC2 gives this machine' }),
    })
    .refine(
      ({ instanceRole, accessKeyId, secretAccessKey, sessionToken }) =>
        instanceRole
          ? accessKeyId === undefined && secretAccessKey === undefined && sessionToken === undefined
          : accessKeyId !== undefined && secretAccessKey !== undefined,
      'set accessKeyId and secretAccessKey, or instanceRole',
    ),
  open: (config, ctx) => {
    const { id, seconds } = config;
    return {
      id,
      read: (key) =>
        within(id, seconds, async (signal) => {
          const place = pathAndField(key);
          const request = await signed(config, await loginOf(config, ctx, signal), JSON.stringify({ SecretId: place.path }));
          const { status, content } = await ask(id, ctx.http, { ...request, signal });
          const error = errorOf(content);
          if (error === 'ResourceNotFoundException') throw keyMissing(id, key);
          const value = valueOf(content);
          if (status === 200 && value !== undefined) return fieldOf(id, key, place, value);
          if (status === 400 && !REFUSED.test(error))
            throw new EmailError('vault.unreachable', {
              vault: id,
              problem: `it answers 400: ${error || 'no reason'}${HINTS[error] ?? ''}.`,
            });
          throw refusal(id, status, `${error}${HINTS[error] ?? ''}`);
        }),
    };
  },
});

type Config = z.output<typeof awsSecretsManager.config>;
interface Login {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
}

/** The request with its signature (version 4). The library is loaded when it is needed. */
async function signed({ region }: Config, login: Login, body: string) {
  const { sign } = (await import('aws4')).default;
  const host = `secretsmanager.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' };
  const { headers: all = {} } = sign(
    { host, path: '/', method: 'POST', service: 'secretsmanager', region, headers, body },
    {
      accessKeyId: login.accessKeyId,
      secretAccessKey: login.secretAccessKey.reveal(),
      ...(login.sessionToken && { sessionToken: login.sessionToken.reveal() }),
    },
  );
  return { url: `https://${host}/`, body, headers: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)])) };
}

async function loginOf(config: Config, ctx: VaultContext, signal: AbortSignal): Promise<Login> {
  const { accessKeyId = '', secretAccessKey, sessionToken } = config;
  if (!secretAccessKey) return roleOf(config, signal);
  return {
    accessKeyId,
    secretAccessKey: await ctx.secret(secretAccessKey),
    ...(sessionToken && { sessionToken: await ctx.secret(sessionToken) }),
  };
}

/** The keys of the machine's role, by version 2 of its metadata service (docs.aws.amazon.com, EC2, instance metadata). */
async function roleOf({ id }: Config, signal: AbortSignal): Promise<Login> {
  const base = metadataAddress('AWS_EC2_METADATA_SERVICE_ENDPOINT', 'http://169.254.169.254');
  const life = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
  const { status, text } = await askMetadata(id, { method: 'PUT', url: new URL(`${base}/latest/api/token`), headers: life, signal });
  const token = /^[\w+/=-]+$/.exec(text.trim())?.[0];
  if (status !== 200 || token === undefined)
    throw new EmailError('vault.locked', { vault: id, problem: `the metadata service of this machine opens no session (${status}).` });
  const headers = { 'x-aws-ec2-metadata-token': new Secret(token).reveal() };
  const at = (name: string) => new URL(`${base}/latest/meta-data/iam/security-credentials/${name}`);
  const roles = await askMetadata(id, { url: at(''), headers, signal });
  const role = roles.text.split('\n')[0]?.trim() ?? '';
  if (roles.status !== 200 || role === '')
    throw new EmailError('vault.locked', { vault: id, problem: 'this machine has no role (instance profile).' });
  const { content } = await askMetadata(id, { url: at(encodeURIComponent(role)), headers, signal });
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'Token'].map((name) => textOf(content, name));
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined)
    throw new EmailError('vault.locked', { vault: id, problem: `the role ${role} of this machine gives no keys.` });
  return { accessKeyId, secretAccessKey: new Secret(secretAccessKey), sessionToken: new Secret(sessionToken) };
}

/** Text, or bytes that stand in base64. */
function valueOf(content: Readonly<Record<string, unknown>>): string | undefined {
  const bytes = textOf(content, 'SecretBinary');
  return textOf(content, 'SecretString') ?? (bytes === undefined ? undefined : Buffer.from(bytes, 'base64').toString('utf8'));
}

/** The name of an error, which may stand behind a namespace; never its text. */
const errorOf = (content: Readonly<Record<string, unknown>>) => /(\w{1,80})$/.exec(textOf(content, '__type') ?? '')?.[1] ?? '';
