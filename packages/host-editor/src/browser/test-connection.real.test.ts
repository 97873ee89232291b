import { createServer, type AddressInfo, type Server } from 'node:net';
import { createEmail, memoryVault, Secret, type VaultProvider } from '@mailwright/sdk';
import { describeReal, startMailWorld, type MailWorld } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { startBrowser, startStand, type Stand } from './stand.test.fixture.ts';

const SECRETS = { right: 'canary-right-password', wrong: 'canary-wrong-password', token: 'canary-expired-token' };

describeReal('Test connection in the form', ['chromium', 'dovecot', 'pop3-login', 'openssl'], () => {
  let browser: Browser;
  let world: MailWorld;
  let silent: Server;
  beforeAll(async () => {
    browser = await startBrowser();
    world = await startMailWorld({ users: { demo: SECRETS.right }, identity: true });
    silent = createServer(() => undefined).listen(0, '127.0.0.1');
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await world.close();
    silent.close();
  });

  const vaults = (): VaultProvider[] => [
    memoryVault('work', { right: SECRETS.right, wrong: SECRETS.wrong }),
    {
      ...memoryVault('tokens'),
      accessToken: () => Promise.resolve({ value: new Secret(SECRETS.token), expiresAt: new Date(Date.now() + 3_600_000) }),
    },
  ];
  const closed = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  };
  const basic = (key: string) => `{ mode: basic, username: demo@example.test, password: { credential: work/${key} } }`;
  const file = (server: string) =>
    `version: 1\nid: t\nname: T\nsteps:\n  - { id: connect, action: email.connect, with: { server: { backend: imap, ${server} } } }\n`;
  const start = (text: string, ca = true): Promise<Stand> =>
    startStand(browser, {
      files: { 't.steps.yaml': text },
      editor: { createEmail: (given) => createEmail({ ...given, vaults: vaults(), ...(ca && { ca: world.caFile }) }) },
    });
  /** The outcome, the codes of the stages, and what the page shows. */
  async function outcome(stand: Stand) {
    const { page } = stand;
    await stand.open('#/editor/t.steps.yaml');
    await page.getByRole('button', { name: 'Test connection', exact: true }).click();
    const panel = page.locator('[data-test="ok"], [data-test="failed"]');
    await panel.waitFor({ timeout: 30_000 });
    const codes = await panel.locator('[data-code]').evaluateAll((found) => found.map((one) => one.getAttribute('data-code')));
    return {
      state: await panel.getAttribute('data-test'),
      codes,
      text: await panel.innerText(),
      inView: await panel.getByRole('button', { name: 'Test connection' }).isVisible(),
    };
  }

  const hosts = async (): Promise<readonly [name: string, server: string, code: string | undefined, withCa?: boolean][]> => [
    ['the right password', `host: 127.0.0.1, port: ${world.ports.imaps}, auth: ${basic('right')}`, undefined],
    ['a wrong password', `host: 127.0.0.1, port: ${world.ports.imaps}, auth: ${basic('wrong')}`, 'auth.rejected'],
    ['a closed port', `host: 127.0.0.1, port: ${await closed()}, auth: ${basic('right')}`, 'connection.refused'],
    ['an unknown host', `host: no-such-host.invalid, auth: ${basic('right')}`, 'connection.host_unknown'],
    ['an untrusted certificate', `host: 127.0.0.1, port: ${world.ports.imaps}, auth: ${basic('right')}`, 'connection.tls_untrusted', false],
    [
      'a silent server',
      `host: 127.0.0.1, port: ${(silent.address() as AddressInfo).port}, security: none, allowClearTextPassword: true, auth: ${basic('right')}`,
      'connection.timeout',
    ],
    [
      'an expired token',
      `host: 127.0.0.1, port: ${world.ports.imaps}, auth: { mode: oauth-vault, connection: Team, vault: tokens, username: demo@example.test }`,
      'auth.token_expired',
    ],
  ];

  test('seven outcomes, seven different texts, and no secret in any of them', async () => {
    const texts: string[] = [];
    for (const [name, server, code, ca] of await hosts()) {
      await using stand = await start(file(server), ca);
      const { state, codes, text, inView } = await outcome(stand);
      expect([name, state, codes.filter((one) => one !== null).at(-1)]).toEqual([name, code === undefined ? 'ok' : 'failed', code]);
      expect(inView).toBe(true);
      expect(await stand.page.content()).not.toMatch(/canary-/);
      expect(stand.complaints).toEqual([]);
      texts.push(text.replaceAll(/\d+/g, ''));
    }
    expect(new Set(texts).size).toBe(7);
  }, 180_000);

  test('POP3: the right password, and a wrong one', async () => {
    for (const [key, state, code] of [
      ['right', 'ok', undefined],
      ['wrong', 'failed', 'auth.rejected'],
    ] as const) {
      const server = `host: 127.0.0.1, port: ${world.ports.pop3s}, auth: ${basic(key)}`;
      await using stand = await start(file(server).replace('backend: imap', 'backend: pop3'));
      const { codes, ...found } = await outcome(stand);
      expect(found).toMatchObject({ state, inView: true });
      expect(codes.filter((one) => one !== null).at(-1)).toBe(code);
      expect(await stand.page.content()).not.toMatch(/canary-/);
      expect(stand.complaints).toEqual([]);
    }
  }, 60_000);

  test('a test can be canceled, and a variable without a default is asked for', async () => {
    const { port } = silent.address() as AddressInfo;
    await using stand = await start(
      `version: 1\nid: t\nname: T\nvariables:\n  host: { type: string }\nsteps:\n  - { id: connect, action: email.connect, with: { server: { backend: imap, host: '{{ host }}', port: ${port}, security: none, allowClearTextPassword: true, auth: ${basic('right')} } } }\n`,
    );
    const { page } = stand;
    await stand.open('#/editor/t.steps.yaml');
    await page.getByRole('button', { name: 'Options of the test' }).click();
    await page.getByLabel('Value of host for this test').fill('127.0.0.1');
    await page.getByRole('button', { name: 'Test connection', exact: true }).click();
    await page.locator('[data-stage="reach"][data-state="ok"]').waitFor();
    await page.locator('[data-test="running"]').getByRole('button', { name: 'Cancel' }).click();
    await page.locator('[data-test="canceled"]').waitFor();
    expect(stand.complaints).toEqual([]);
  }, 60_000);
});
