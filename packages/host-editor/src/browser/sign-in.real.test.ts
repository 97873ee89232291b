import { createEmail, memoryVault } from '@mailwright/sdk';
import { describeReal, startMailWorld, type Identity, type MailWorld } from '@mailwright/testing';
import type { Browser, Page } from 'playwright-core';
import { startBrowser, startStand, type Stand } from './stand.test.fixture.ts';

const PASSWORD = 'canary-demo-password';
const AUTH = '/with/server/auth';
const SCOPES = ['https://outlook.office.com/IMAP.AccessAsUser.All', 'https://outlook.office.com/SMTP.Send', 'offline_access'];
const step = (input: string) => `version: 1\nid: t\nname: T\nsteps:\n  - { id: connect, action: email.connect, with: ${input} }\n`;
const ACTIVE = '[data-connection="Team"] .badge:text("Active")';

describeReal('a person signs in from the editor', ['chromium', 'dovecot', 'postfix', 'openssl'], () => {
  let browser: Browser;
  let world: MailWorld;
  let identity: Identity;
  beforeAll(async () => {
    browser = await startBrowser();
    world = await startMailWorld({ users: { demo: PASSWORD, ann: PASSWORD }, postfix: true, identity: true });
    identity = world.identity as Identity;
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  /** The provider's pages are on localhost, with a certificate of the test's own authority. */
  const start = (text: string): Promise<Stand> =>
    startStand(browser, {
      files: { 't.steps.yaml': text },
      hosts: ['localhost'],
      context: { ignoreHTTPSErrors: true },
      editor: {
        createEmail: (given) =>
          createEmail({
            ...given,
            ca: world.caFile,
            vaults: [memoryVault('v', { secret: identity.secret, password: PASSWORD })],
          }),
      },
    });
  const field = (page: Page, name: string) =>
    page
      .locator('.form-body')
      .getByLabel(new RegExp(`^${name}`))
      .and(page.locator('input'))
      .first();
  const choose = async (page: Page, pointer: string, name: string, at = 0) => {
    await page.locator(`[data-field="${pointer}"] .form-field > .field button.select-button`).nth(at).click();
    await page.getByRole('option', { name, exact: true }).click();
    // The focus goes back to the button when the list has gone.
    await page.getByRole('listbox').waitFor({ state: 'hidden' });
    await page.locator('button.select-button:focus').waitFor();
  };
  /** On the provider's own pages, as whoever sits there. */
  async function atProvider(page: Page): Promise<void> {
    await page.locator('input[name="login"]').fill('demo@example.test');
    await page.locator('input[name="password"]').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  }

  /** No secret came to the page; the browser complained of nothing but the provider's own fonts, and of what was refused on purpose. */
  async function checkSaid(stand: Stand): Promise<void> {
    const tokens = identity.tokens.filter((token) => token.length > 20);
    const said = await stand.said();
    expect(tokens.length).toBeGreaterThan(0);
    expect([...tokens, identity.secret].filter((secret) => said.includes(secret))).toEqual([]);
    expect(stand.complaints.filter((one) => !/fonts\.googleapis\.com|status of 400|ERR_FAILED/.test(one))).toEqual([]);
  }

  test('a managed connection is set up, signed in to with the browser, used by a bot, and changed', async () => {
    await using stand = await start(step(`{ server: { backend: imap, host: 127.0.0.1, port: ${world.ports.imaps} } }`));
    const { page, context } = stand;
    await stand.open('#/credentials');
    await page.getByRole('button', { name: 'New connection' }).click();
    await field(page, 'Name').fill('Team');
    await choose(page, '/with/auth', 'OAuth2: sign in with the browser');
    await choose(page, '/with/auth', 'Other (OpenID)', 1);
    await field(page, 'Issuer').fill(identity.issuer);
    await field(page, 'Client ID').fill(identity.clients.web);
    await field(page, 'Client secret: Credential').fill('v/secret');
    for (const scope of SCOPES) {
      await page.locator('[data-field="/with/auth/scopes"]').getByRole('button', { name: 'Add' }).click();
      await page.locator('[data-field="/with/auth/scopes"] input').last().fill(scope);
    }
    await field(page, 'User name').fill('demo@example.test');
    await field(page, 'Redirect URI').fill('http://localhost');
    expect(await page.getByRole('tab', { name: 'Insecure string' }).count()).toBe(0);
    // What is missing is said, and nothing is lost.
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('must say where its tokens may go').waitFor();
    await page
      .locator('[data-field="/with/auth"]')
      .getByRole('button', { name: /More options/ })
      .click();
    await page.getByRole('button', { name: 'Add', exact: false }).last().click();
    await page.locator('[data-field="/with/auth/allowTokenTo"] input').last().fill('127.0.0.1');
    await page.getByRole('button', { name: 'Save' }).click();

    const opened = context.waitForEvent('page');
    await page.getByRole('dialog').getByRole('link', { name: 'Open the sign-in page' }).click();
    const provider = await opened;
    await atProvider(provider);
    await provider
      .getByText(/signed in|close this/i)
      .first()
      .waitFor();
    await page.locator(ACTIVE).waitFor();
    expect(identity.grants).toContain('authorization_code');

    await page.getByRole('button', { name: 'Edit: Team' }).click();
    expect(await field(page, 'Client ID').inputValue()).toBe(identity.clients.web);
    expect(await field(page, 'Name').isDisabled()).toBe(true);
    await field(page, 'Client ID').fill('');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.locator(ACTIVE).waitFor();

    // Unattended from here on: the step names the connection, and its test asks nobody.
    await page.goto(new URL('#/editor/t.steps.yaml', stand.editor.url).href);
    await page.locator('.step[data-step="connect"]').click();
    await choose(page, AUTH, 'OAuth2: managed connection');
    await field(page, 'Connection').scrollIntoViewIfNeeded();
    // The event of a scroll comes with the next frame, and closes what is open.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await field(page, 'Connection').click();
    await page.getByRole('option', { name: /Team.*Active/ }).click();
    await field(page, 'User name').fill('demo@example.test');
    await page.getByRole('button', { name: 'Test connection', exact: true }).click();
    await page.locator('[data-test="ok"]').waitFor();
    await checkSaid(stand);
  }, 90_000);

  test.each([
    ['the browser', 'oauth-pkce', 'web'],
    ['a code on another device', 'oauth-device-code', 'device'],
  ] as const)(
    'Sign in beside Test connection, with %s; then a test mail goes to the typed address',
    async (_, mode, client) => {
      const { imaps, submissions } = world.ports;
      const outgoing = `outgoing: { backend: smtp, host: 127.0.0.1, port: ${submissions} }`;
      const more = mode === 'oauth-pkce' ? ", clientSecret: { credential: v/secret }, redirectUri: 'http://localhost'" : '';
      const login = `{ mode: ${mode}, provider: generic, issuer: '${identity.issuer}', clientId: ${identity.clients[client]}, username: demo@example.test, allowTokenTo: [127.0.0.1], scopes: [${SCOPES.join(', ')}]${more} }`;
      await using stand = await start(step(`{ server: { backend: imap, host: 127.0.0.1, port: ${imaps}, auth: ${login} }, ${outgoing} }`));
      const { page, context } = stand;
      await stand.open('#/editor/t.steps.yaml');
      const test = page.getByRole('button', { name: 'Test connection', exact: true });
      await test.click();
      await page.locator('[data-code="auth.sign_in_needed"]').first().waitFor();
      const sendTo = 'ann@example.test';
      await page.getByText('Send a test e-mail too').click();
      await page.getByLabel('Send it to').fill(sendTo);
      const opened = context.waitForEvent('page');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      const code = mode === 'oauth-device-code' ? await page.locator('.test-code code').innerText() : undefined;
      await page.getByRole('link', { name: /Open the sign-in page/ }).click();
      const provider = await opened;
      if (code !== undefined) {
        const box = provider.locator('input[name="user_code"]');
        if ((await box.inputValue()) === '') await box.fill(code);
        await provider.getByRole('button', { name: 'Continue' }).click();
      }
      await atProvider(provider);
      await page.locator('[data-test="ok"]').waitFor({ timeout: 30_000 });
      expect(await page.locator('[data-test="ok"]').innerText()).toContain(sendTo);
      // Signed in: the same test now asks nobody.
      await page.getByText('Send a test e-mail too').click();
      await test.click();
      await page.locator('[data-test="running"]').waitFor();
      await page.locator('[data-test="ok"]').waitFor();
      await checkSaid(stand);
    },
    120_000,
  );
});
