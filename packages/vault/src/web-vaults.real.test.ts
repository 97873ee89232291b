import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { Secret, type Http } from '@mailwright/core';
import { httpsClient } from '@mailwright/network';
import { describeReal, makeCertificates } from '@mailwright/testing';
import { fakeAws } from './aws.test.fixture.ts';
import { fakeAzure } from './azure.test.fixture.ts';
import { fakeCyberark } from './cyberark.test.fixture.ts';
import { fakeHashicorp } from './hashicorp.test.fixture.ts';
import { awsSecretsManager, azureKeyVault, cyberark, hashicorp } from './index.ts';

const plain = (headers: IncomingHttpHeaders) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

describeReal('vaults of the web, over TLS on loopback', ['openssl'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'web-vaults-'));
  const pem = (name: string) => readFileSync(join(folder, name), 'utf8');
  let servers: Server[] = [];
  beforeAll(() => makeCertificates(folder));
  afterEach(async () => {
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    servers = [];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The answers of a fake on a port of this machine, as they come over the wire; `client` asks for that certificate. */
  const serve = async (fake: Http, client?: string): Promise<string> => {
    const tls = { cert: pem('server.pem'), key: pem('server.key') };
    const server = createServer({ ...tls, ...(client !== undefined && { ca: client, requestCert: true }) }, (request, response) => {
      void (async () => {
        const { method, headers, url = '' } = request;
        const shown = (request.socket as TLSSocket).getPeerX509Certificate()?.toString();
        const body = await text(request);
        const answer = await fake({
          url: `https://${headers.host}${url}`,
          method: method as 'GET',
          headers: plain(headers),
          ...(body !== '' && { body }),
          ...(shown !== undefined && { clientCertificate: { cert: shown, key: '' } }),
        });
        response.writeHead(answer.status, plain(answer.headers)).end(answer.text);
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const http: Http = (request) => httpsClient({ ca: [pem('ca.pem')] })(request);
  /** To the port of this machine whatever the host, which is still the one that is asked for. */
  const rerouted =
    (address: string): Http =>
    ({ url, headers = {}, ...rest }) => {
      const { host, pathname, search } = new URL(url);
      return http({ ...rest, url: `${address}${pathname}${search}`, headers: { ...headers, host } });
    };
  const secret = (value: string) => () => Promise.resolve(new Secret(value));
  const VALUE = 'canary "wire" ü & 100% +/=';

  test('HashiCorp', async () => {
    const { entries, http: fake } = fakeHashicorp({ token: 'canary-token', roleId: 'r', secretId: 's' });
    entries.set('team/käse & brot', { password: VALUE });
    const config = { kind: 'hashicorp', id: 'v', address: await serve(fake), namespace: 'team', token: { credential: 't' } };
    const vault = hashicorp.open(hashicorp.config.parse(config), { http, secret: secret('canary-token') });
    expect((await vault.read('team/käse & brot#password')).reveal() === VALUE).toBe(true);
  });

  test('Azure Key Vault', async () => {
    const { secrets, http: fake } = fakeAzure({ clientSecret: 'canary~ & +%' });
    secrets.set('a', VALUE);
    const config = {
      kind: 'azure-key-vault',
      id: 'v',
      vault: 'contoso',
      tenant: 'contoso.example',
      clientId: 'app',
      clientSecret: { credential: 's' },
    };
    const vault = azureKeyVault.open(azureKeyVault.config.parse(config), {
      http: rerouted(await serve(fake)),
      secret: secret('canary~ & +%'),
    });
    expect((await vault.read('a')).reveal() === VALUE).toBe(true);
  });

  test('AWS Secrets Manager: the signature is right for the bytes that arrive', async () => {
    const { secrets, http: fake } = fakeAws({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'canary/key' });
    secrets.set('prod/käse', { SecretString: VALUE });
    const config = {
      kind: 'aws-secrets-manager',
      id: 'v',
      region: 'eu-west-1',
      accessKeyId: 'AKIAEXAMPLE',
      secretAccessKey: { credential: 'k' },
    };
    const vault = awsSecretsManager.open(awsSecretsManager.config.parse(config), {
      http: rerouted(await serve(fake)),
      secret: secret('canary/key'),
    });
    expect((await vault.read('prod/käse')).reveal() === VALUE).toBe(true);
  });

  test('CyberArk: with a client certificate, whose key may be encrypted; without it nobody gets in', async () => {
    const certificate = pem('selfsigned.pem');
    const { accounts, http: fake } = fakeCyberark({ appId: 'Bots', needsCertificate: certificate });
    accounts.push({ Safe: 'Mail 1', Object: 'käse & brot', Content: VALUE });
    const config = { kind: 'cyberark', id: 'v', address: await serve(fake, certificate), appId: 'Bots' };
    const encrypted = execFileSync(
      'openssl',
      ['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-passout', 'pass:canary-pass', '-in', join(folder, 'selfsigned.key')],
      { encoding: 'utf8' },
    );
    const open = (more: object, secrets: Readonly<Record<string, string>> = {}) =>
      cyberark.open(cyberark.config.parse({ ...config, ...more }), {
        http,
        secret: (ref) => Promise.resolve(new Secret(secrets[(ref as { credential: string }).credential] ?? '')),
      });
    const both = { c: `${pem('selfsigned.key')}${certificate}`, e: `${encrypted}${certificate}`, p: 'canary-pass', w: 'canary-wrong' };
    const named = (certificateName: string, password?: string) => ({
      certificate: { credential: certificateName },
      ...(password !== undefined && { certificatePassword: { credential: password } }),
    });
    expect((await open(named('c'), both).read('Mail 1/käse & brot')).reveal() === VALUE).toBe(true);
    expect((await open(named('e', 'p'), both).read('Mail 1/käse & brot')).reveal() === VALUE).toBe(true);
    for (const [more, code] of [
      [named('e', 'w'), 'input.invalid'],
      [named('w'), 'input.invalid'],
      [{}, 'vault.unreachable'],
    ] as const) {
      const error: unknown = await open(more, both)
        .read('Mail 1/käse & brot')
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code });
      expect(JSON.stringify(error)).not.toContain('canary');
    }
  });

  test('a server with a certificate of another name is not asked for a secret', async () => {
    const asked: string[] = [];
    const address = await serve(({ url }) => (asked.push(url), Promise.reject(new Error('asked'))));
    const config = { kind: 'cyberark', id: 'v', address: address.replace('127.0.0.1', '127.0.0.5'), appId: 'Bots', safe: 's' };
    const server = createServer({ cert: pem('wronghost.pem'), key: pem('wronghost.key') }, () => asked.push('answered'));
    await new Promise<void>((resolve) => server.listen(Number(new URL(address).port), '127.0.0.5', resolve));
    servers.push(server);
    await expect(cyberark.open(cyberark.config.parse(config), { http, secret: secret('') }).read('o')).rejects.toMatchObject({
      code: 'vault.unreachable',
    });
    expect(asked).toEqual([]);
  });
});
