import { EmailError, Secret, type Http } from '@mailwright/core';
import { testVault } from '@mailwright/testing';
import { fakeAws, startEc2Metadata } from './aws.test.fixture.ts';
import { AZURE_TOKEN, fakeAzure, startAzureMetadata } from './azure.test.fixture.ts';
import { fakeCyberark } from './cyberark.test.fixture.ts';
import { awsSecretsManager, azureKeyVault, cyberark, type VaultKind } from './index.ts';

const down: Http = () => Promise.reject(new EmailError('connection.refused', { host: 'vault.example.test', port: 443 }));
const mute: Http = ({ signal }) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
const nobody: Http = () => Promise.reject(new Error('asked over the network'));

/** Opens a vault as vaults.json would; secrets are found under the names of their references. */
const opener =
  (kind: unknown, config: object, secrets: Readonly<Record<string, string>>) =>
  (http: Http, more: object = {}, changed: Readonly<Record<string, string>> = {}) => {
    const vaultKind = kind as VaultKind;
    const known = { ...secrets, ...changed };
    const secret = (ref: object) => Promise.resolve(new Secret(known[(ref as { credential: string }).credential] ?? ''));
    return vaultKind.open(vaultKind.config.parse({ kind: vaultKind.kind, id: 'v', seconds: 5, ...config, ...more }), { http, secret });
  };
const refused = (read: Promise<unknown>) =>
  read.then(
    () => undefined,
    (error: unknown) => error as EmailError,
  );

describe('CyberArk', () => {
  const certificate = '-----BEGIN CERTIFICATE-----\ncanary-of-the-key';
  const open = opener(cyberark, { address: 'https://ccp.example.test', appId: 'Bots & more', safe: 'Mail 1' }, { pem: certificate });
  testVault('CyberArk', () => {
    const { accounts, http } = fakeCyberark({ appId: 'Bots & more', needsCertificate: certificate });
    const login = { certificate: { credential: 'pem' } };
    const store = async (Content: string) => (
      accounts.push({ Safe: 'Mail 1', Object: 'Ops-invoices@example.test+1', Content }),
      'Ops-invoices@example.test+1'
    );
    return Promise.resolve({
      vault: open(http, login),
      store,
      missing: 'Ops-none',
      missingField: 'Ops-invoices@example.test+1#Pin',
      locked: open(http),
      unreachable: open(down, login),
      silent: open(mute, { ...login, seconds: 0.5 }),
      secrets: [certificate, 'canary-of-the-key'],
    });
  });

  test('safe and folder may stand in the key; other fields are read; a reason goes along', async () => {
    const { accounts, http } = fakeCyberark({ appId: 'Bots & more' });
    accounts.push(
      { Safe: 'Other', Folder: 'Root\\OS', Object: 'o', Content: 'canary there' },
      { Safe: 'Other', Object: 'o', Content: 'canary here' },
    );
    const vault = open(http, { reason: 'nightly run' });
    expect((await vault.read('Other/Root/OS/o')).reveal() === 'canary there').toBe(true);
    expect((await vault.read('Other/o')).reveal() === 'canary here').toBe(true);
    expect((await vault.read('Other/o#UserName')).reveal()).toBe('svc');
    expect(await refused(open(http, { safe: undefined }).read('o'))).toMatchObject({
      code: 'input.invalid',
      fix: expect.stringContaining('v/Safe/Object'),
    });
  });

  test.each<readonly [string, number, object, object]>([
    [
      'the password is being changed',
      500,
      { ErrorCode: 'APPAP282E', ErrorMsg: 'canary' },
      { code: 'vault.unreachable', message: expect.stringContaining('500: APPAP282E') },
    ],
    [
      'an application that is unknown',
      403,
      { ErrorCode: 'APPAP306E', ErrorMsg: 'canary' },
      { code: 'vault.locked', message: expect.stringContaining('APPAP306E') },
    ],
    ['a page of the web server', 302, {}, { code: 'vault.unreachable' }],
    ['an answer without the password', 200, { UserName: 'svc' }, { code: 'vault.key_missing', details: { known: ['s/o#UserName'] } }],
  ])('%s', async (_, status, content, expected) => {
    const error = await refused(open(() => Promise.resolve({ status, headers: {}, text: JSON.stringify(content) })).read('s/o'));
    expect(error).toMatchObject(expected);
    expect(JSON.stringify(error)).not.toContain('canary');
  });
});

describe('Azure', () => {
  const clientSecret = 'canary~client.secret';
  const config = { vault: 'contoso', tenant: 'contoso.example', clientId: 'app', clientSecret: { credential: 's' } };
  const open = opener(azureKeyVault, config, { s: clientSecret });
  testVault('Azure Key Vault', () => {
    const { secrets, http } = fakeAzure({ clientSecret });
    return Promise.resolve({
      vault: open(http),
      store: async (value: string) => (
        secrets.set('invoices', JSON.stringify({ 'the password': value, port: 993 })),
        'invoices#the password'
      ),
      missing: 'none',
      missingField: 'invoices#port',
      locked: open(http, {}, { s: 'canary-wrong' }),
      unreachable: open(down),
      silent: open(mute, { seconds: 0.5 }),
      secrets: [clientSecret, AZURE_TOKEN],
    });
  });

  test('a whole secret; one that is switched off; a wrong client secret by its number; a name that cannot be', async () => {
    const { secrets, http } = fakeAzure({ clientSecret });
    secrets.set('plain', 'canary {"not": JSON}');
    expect((await open(http).read('plain')).reveal() === 'canary {"not": JSON}').toBe(true);
    expect(await refused(open(http).read('plain#not'))).toMatchObject({ code: 'vault.key_missing' });
    expect(await refused(open(http).read('disabled'))).toMatchObject({
      code: 'vault.locked',
      message: expect.stringContaining('SecretDisabled'),
    });
    expect(await refused(open(http, {}, { s: 'canary-x' }).read('plain'))).toMatchObject({
      code: 'vault.locked',
      message: expect.stringContaining('AADSTS7000215'),
    });
    expect(await refused(open(nobody).read('a/../b'))).toMatchObject({ code: 'input.invalid' });
  });

  test('every cloud has hosts of its own, and its tokens stay there', async () => {
    for (const [cloud, login, vault] of [
      ['us-gcc-high', 'login.microsoftonline.us', 'contoso.vault.usgovcloudapi.net'],
      ['china', 'login.partner.microsoftonline.cn', 'contoso.vault.azure.cn'],
    ] as const) {
      const asked: string[] = [];
      const http: Http = ({ url, body = '' }) => {
        asked.push(new URL(url).host, ...(body.match(/scope=[^&]+/) ?? []));
        return Promise.resolve({ status: 200, headers: {}, text: JSON.stringify({ access_token: 't'.repeat(9), value: 'canary-v' }) });
      };
      await open(http, { cloud }).read('a');
      expect(asked).toEqual([login, `scope=${encodeURIComponent(`https://${vault.replace('contoso.', '')}/.default`)}`, vault]);
    }
  });

  const NAMES = ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'] as const;
  afterEach(() => NAMES.forEach((name) => delete process.env[name]));
  const identity = { clientSecret: undefined, tenant: undefined, clientId: undefined, managedIdentity: true };
  test.each([
    ['a virtual machine', undefined],
    ['App Service', 'canary-identity-header'],
  ])('the managed identity of %s', async (_, header) => {
    const { secrets, http } = fakeAzure({ clientSecret });
    secrets.set('a', 'canary-of-a-machine');
    const metadata = await startAzureMetadata(header);
    if (header === undefined) process.env['AZURE_POD_IDENTITY_AUTHORITY_HOST'] = metadata.address;
    else Object.assign(process.env, { IDENTITY_ENDPOINT: `${metadata.address}/msi/token`, IDENTITY_HEADER: header });
    expect((await open(http, identity).read('a')).reveal() === 'canary-of-a-machine').toBe(true);
    expect((await open(http, { ...identity, clientId: 'known-identity' }).read('a')).reveal() === 'canary-of-a-machine').toBe(true);
    expect(await refused(open(http, { ...identity, clientId: 'unknown' }).read('a'))).toMatchObject({ code: 'vault.locked' });
    await metadata.close();
    expect(await refused(open(http, identity).read('a'))).toMatchObject({
      code: 'vault.unreachable',
      message: expect.stringContaining('metadata service'),
    });
  });

  test('a metadata service that is not on this machine is not asked', async () => {
    Object.assign(process.env, { IDENTITY_ENDPOINT: 'http://elsewhere.example.test/msi/token', IDENTITY_HEADER: 'h' });
    expect(await refused(open(nobody, identity).read('a'))).toMatchObject({
      code: 'vault.unreachable',
      message: expect.stringContaining("no address of this machine's own"),
    });
  });
});

describe('AWS', () => {
  const login = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'canary/secret+access/KEY' };
  const config = { region: 'eu-west-1', accessKeyId: login.accessKeyId, secretAccessKey: { credential: 'k' } };
  const open = opener(awsSecretsManager, config, { k: login.secretAccessKey, t: 'canary-session-token' });
  testVault('AWS Secrets Manager', () => {
    const { secrets, http } = fakeAws(login);
    const store = async (value: string) => (
      secrets.set('prod/mail', { SecretString: JSON.stringify({ password: value, port: 993 }) }),
      'prod/mail#password'
    );
    return Promise.resolve({
      vault: open(http),
      store,
      missing: 'prod/none',
      missingField: 'prod/mail#port',
      locked: open(http, {}, { k: 'canary-wrong' }),
      unreachable: open(down),
      silent: open(mute, { seconds: 0.5 }),
      secrets: [login.secretAccessKey],
    });
  });

  test('a whole secret, one of bytes, one by its ARN; keys that are temporary', async () => {
    const sessionToken = 'canary-session-token';
    const { secrets, http } = fakeAws({ ...login, sessionToken });
    secrets.set('plain', { SecretString: 'canary käse' }).set('bytes', { SecretBinary: Buffer.from('canary ü').toString('base64') });
    secrets.set('arn:aws:secretsmanager:eu-west-1:1:secret:x-AbCdEf', { SecretString: 'canary arn' });
    const vault = open(http, { sessionToken: { credential: 't' } });
    for (const [key, value] of [
      ['plain', 'canary käse'],
      ['bytes', 'canary ü'],
      ['arn:aws:secretsmanager:eu-west-1:1:secret:x-AbCdEf', 'canary arn'],
    ])
      expect((await vault.read(key ?? '')).reveal() === value).toBe(true);
    expect(await refused(open(http).read('plain'))).toMatchObject({
      code: 'vault.locked',
      message: expect.stringContaining('UnrecognizedClientException'),
    });
  });

  test('what the service refuses is told by its name', async () => {
    const { http } = fakeAws(login);
    expect(await refused(open(http).read('forbidden'))).toMatchObject({
      code: 'vault.locked',
      message: expect.stringContaining('AccessDeniedException'),
    });
    expect(await refused(open(http).read('deleted'))).toMatchObject({
      code: 'vault.unreachable',
      message: expect.stringContaining('marked for deletion'),
    });
    expect(await refused(open(http, {}, { k: 'canary-wrong' }).read('a'))).toMatchObject({ message: expect.stringContaining('clock') });
  });

  test('a region of China has a domain of its own', async () => {
    let host = '';
    const http: Http = ({ url }) => (
      (host = new URL(url).host),
      Promise.resolve({ status: 200, headers: {}, text: '{"SecretString":"canary-v"}' })
    );
    await open(http, { region: 'cn-north-1' }).read('a');
    expect(host).toBe('secretsmanager.cn-north-1.amazonaws.com.cn');
  });

  test('the role of an EC2 machine', async () => {
    const temporary = { ...login, sessionToken: 'canary-role-session' };
    const { secrets, http } = fakeAws(temporary);
    secrets.set('a', { SecretString: 'canary-of-a-role' });
    const role = { accessKeyId: undefined, secretAccessKey: undefined, instanceRole: true };
    for (const [name, check] of [
      ['bots', async () => expect((await open(http, role).read('a')).reveal() === 'canary-of-a-role').toBe(true)],
      [
        '',
        async () =>
          expect(await refused(open(http, role).read('a'))).toMatchObject({
            code: 'vault.locked',
            message: expect.stringContaining('no role'),
          }),
      ],
    ] as const) {
      const metadata = await startEc2Metadata(temporary, name);
      process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = metadata.address;
      await check();
      await metadata.close();
    }
    expect(await refused(open(http, role).read('a'))).toMatchObject({ code: 'vault.unreachable' });
    delete process.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'];
  });
});

test.each<readonly [string, unknown, object]>([
  ['Azure: no login', azureKeyVault, { vault: 'v-name' }],
  [
    'Azure: two logins',
    azureKeyVault,
    { vault: 'v-name', managedIdentity: true, tenant: 't', clientId: 'c', clientSecret: { credential: 's' } },
  ],
  ['Azure: an address for a name', azureKeyVault, { vault: 'https://evil.example', managedIdentity: true }],
  [
    'Azure: a tenant that leads elsewhere',
    azureKeyVault,
    { vault: 'v-name', tenant: 'a/../b', clientId: 'c', clientSecret: { credential: 's' } },
  ],
  ['AWS: no login', awsSecretsManager, { region: 'eu-west-1' }],
  ['AWS: half a login', awsSecretsManager, { region: 'eu-west-1', accessKeyId: 'A' }],
  ['AWS: a region that leads elsewhere', awsSecretsManager, { region: 'eu-west-1.evil.example/', instanceRole: true }],
  ['CyberArk: without TLS', cyberark, { address: 'http://ccp.example.test', appId: 'a' }],
  ['CyberArk: a key in plain text', cyberark, { address: 'https://ccp.example.test', appId: 'a', certificate: { insecure: 'canary' } }],
])('settings that are refused: %s', (_, kind, config) => {
  const { config: form, kind: name } = kind as VaultKind;
  expect(form.safeParse({ kind: name, id: 'v', ...config }).success).toBe(false);
});
