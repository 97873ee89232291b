import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Http } from '@mailwright/core';
import { lowered, say, type Asked } from './web-fakes.test.fixture.ts';

export interface AwsLogin {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
const HOST = 'secretsmanager.eu-west-1.amazonaws.com';
const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text, 'utf8').digest();

/** The name of the error that a request deserves by its signature, worked out from AWS's description of Signature Version 4; undefined where it is right. */
function signatureError({ body = '' }: Asked, headers: Readonly<Record<string, string>>, login: AwsLogin): string | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
  const parts = form.exec(headers['authorization'] ?? '');
  if (!parts) return headers['authorization'] === undefined ? 'MissingAuthenticationTokenException' : 'IncompleteSignatureException';
  const [, keyId = '', day = '', region = '', service = '', names = '', signature = ''] = parts;
  const time = headers['x-amz-date'] ?? '';
  const sent = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (keyId !== login.accessKeyId || headers['x-amz-security-token'] !== login.sessionToken) return 'UnrecognizedClientException';
  if (!time.startsWith(day) || !(Math.abs(Date.now() - sent) < 5 * 60_000)) return 'InvalidSignatureException';
  if (region !== 'eu-west-1' || service !== 'secretsmanager') return 'InvalidSignatureException';
  const signedNames = names.split(';');
  const due = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-') || name === 'content-type')];
  if (names !== signedNames.toSorted().join(';') || due.some((name) => !signedNames.includes(name))) return 'IncompleteSignatureException';
  const lines = signedNames.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`).join('');
  const canonical = ['POST', '/', '', lines, names, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, `${day}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (last, part) => hmac(last, part),
    `AWS4${login.secretAccessKey}`,
  );
  return hmac(key, toSign).toString('hex') === signature ? undefined : 'InvalidSignatureException';
}

/**
 * Answers as AWS's documents say (docs.aws.amazon.com: Secrets Manager, GetSecretValue and common errors; Signature Version 4), and
 * works every signature out itself; not a real server.
 */
export function fakeAws(login: AwsLogin) {
  const secrets = new Map<string, { readonly SecretString?: string; readonly SecretBinary?: string }>();
  const http: Http = async (asked) => {
    const headers = lowered(asked.headers);
    const fault = (type: string, status = 400) => say(status, { __type: type, Message: `of ${asked.body}` });
    if (asked.url !== `https://${HOST}/` || headers['host'] !== HOST) throw new Error(`nobody is at ${asked.url}`);
    const wrong = signatureError(asked, headers, login);
    if (wrong !== undefined) return fault(wrong, wrong.startsWith('Invalid') ? 403 : 400);
    if (headers['content-type'] !== 'application/x-amz-json-1.1') return fault('SerializationException');
    if (headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') return fault('UnknownOperationException');
    const { SecretId, ...others } = JSON.parse(asked.body ?? '') as Record<string, unknown>;
    if (typeof SecretId !== 'string' || Object.keys(others).length > 0) return fault('InvalidParameterException');
    if (SecretId === 'deleted') return fault('InvalidRequestException');
    if (SecretId === 'forbidden') return fault('com.amazonaws.secretsmanager#AccessDeniedException');
    const found = secrets.get(SecretId);
    if (!found) return fault('ResourceNotFoundException');
    return say(200, {
      ARN: `arn:aws:secretsmanager:eu-west-1:1:secret:${SecretId}`,
      Name: SecretId,
      VersionId: 'v',
      VersionStages: ['AWSCURRENT'],
      ...found,
    });
  };
  return { secrets, http };
}

/** Version 2 of EC2's metadata service, on loopback: without its session token it tells nothing. */
export async function startEc2Metadata({ accessKeyId, secretAccessKey, sessionToken }: AwsLogin, role = 'bots') {
  const server = createServer(({ url, method, headers }, answer) => {
    const roles = '/latest/meta-data/iam/security-credentials/';
    const keys = { Code: 'Success', Type: 'AWS-HMAC', AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken };
    const tell = (status: number, text: string) => void answer.writeHead(status).end(text);
    if (method === 'PUT' && url === '/latest/api/token')
      return tell(headers['x-aws-ec2-metadata-token-ttl-seconds'] ? 200 : 400, 'canary-metadata-session');
    if (method !== 'GET' || headers['x-aws-ec2-metadata-token'] !== 'canary-metadata-session') return tell(401, '');
    if (url === roles) return role === '' ? tell(404, '') : tell(200, role);
    return url === `${roles}${role}` ? tell(200, JSON.stringify(keys)) : tell(404, '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
