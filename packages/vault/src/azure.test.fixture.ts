import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Http } from '@mailwright/core';
import { lowered, queryOf, say } from './web-fakes.test.fixture.ts';

const AUDIENCE = 'https://vault.azure.net';
export const AZURE_TOKEN = 'canary-token-for-the-vault';

/**
 * Entra and a key vault as Microsoft's documents say (learn.microsoft.com: OAuth 2.0 client credentials; Key Vault REST, Get Secret,
 * authentication and error codes); not real servers. A token for another audience is refused.
 */
export function fakeAzure({ clientSecret }: { clientSecret: string }) {
  const secrets = new Map<string, string>();
  const http: Http = async ({ url, headers: given, body, method = body === undefined ? 'GET' : 'POST' }) => {
    const { host, pathname, search } = new URL(url);
    const headers = lowered(given);
    if (host === 'login.microsoftonline.com') {
      const type = headers['content-type'];
      if (method !== 'POST' || pathname !== '/contoso.example/oauth2/v2.0/token' || type !== 'application/x-www-form-urlencoded')
        return say(404, { error: 'invalid_request', error_description: 'AADSTS900023: no such tenant.' });
      const form = Object.fromEntries(new URLSearchParams(body));
      const names = Object.keys(form).sort().join();
      if (names !== 'client_id,client_secret,grant_type,scope' || form['grant_type'] !== 'client_credentials')
        return say(400, {
          error: 'invalid_request',
          error_description: `AADSTS900144: the body must contain other parameters than ${names}`,
        });
      if (form['client_id'] !== 'app' || form['client_secret'] !== clientSecret)
        return say(401, {
          error: 'invalid_client',
          error_description: `AADSTS7000215: Invalid client secret provided: ${form['client_secret']}`,
        });
      if (form['scope'] !== `${AUDIENCE}/.default`)
        return say(200, { token_type: 'Bearer', expires_in: 3599, access_token: 'for another audience' });
      return say(200, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: AZURE_TOKEN });
    }
    if (host !== 'contoso.vault.azure.net') throw new Error(`nobody is at ${host}`);
    if (headers['authorization'] !== `Bearer ${AZURE_TOKEN}`) {
      const challenge = { 'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/t", resource="${AUDIENCE}"` };
      return say(401, { error: { code: 'Unauthorized', message: 'AKV10032: Invalid issuer or audience.' } }, challenge);
    }
    const [, name = ''] = /^\/secrets\/([0-9A-Za-z-]{1,127})$/.exec(pathname) ?? [];
    if (method !== 'GET' || name === '' || queryOf(search, ['api-version'])?.['api-version'] !== '7.4')
      return say(400, { error: { code: 'BadParameter', message: 'The request is malformed.' } });
    if (name === 'disabled') return say(403, { error: { code: 'Forbidden', message: 'disabled', innererror: { code: 'SecretDisabled' } } });
    const value = secrets.get(name);
    if (value === undefined)
      return say(404, { error: { code: 'SecretNotFound', message: `A secret with (name/id) ${name} was not found.` } });
    return say(200, { value, id: `https://${host}/secrets/${name}/6f5b`, attributes: { enabled: true, recoveryLevel: 'Recoverable' } });
  };
  return { secrets, http };
}

/** The metadata service of a virtual machine, or of App Service where it is given the header that it wants; on loopback. */
export async function startAzureMetadata(header?: string) {
  const server = createServer(({ url = '', headers, method }, answer) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const fits = header === undefined ? headers['metadata'] === 'true' : headers['x-identity-header'] === header;
    const version = searchParams.get('api-version') === (header === undefined ? '2018-02-01' : '2019-08-01');
    const place = pathname === (header === undefined ? '/metadata/identity/oauth2/token' : '/msi/token');
    const isAsked = method === 'GET' && fits && version && place && searchParams.get('resource') === AUDIENCE;
    const isKnown = [null, 'known-identity'].includes(searchParams.get('client_id'));
    answer.statusCode = isAsked && isKnown ? 200 : 400;
    answer.end(JSON.stringify(isAsked && isKnown ? { access_token: AZURE_TOKEN, token_type: 'Bearer' } : { error: 'invalid_request' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
