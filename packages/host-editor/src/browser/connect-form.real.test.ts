import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeReal } from '@mailwright/testing';
import type { Browser, Page } from 'playwright-core';
import { startBrowser, startStand } from './stand.test.fixture.ts';

const NEW =
  'version: 1\nid: t\nname: T\nvariables:\n  word: { type: string, default: x }\nsteps:\n  - { id: connect, action: email.connect }\n';
const SERVER = '/with/server';
const LOGIN = '/with/server/auth';

/** The titles of what a part of the form shows, in its order; fields behind "More options" are left out. */
const titles = (page: Page, pointer: string) =>
  page
    .locator(`[data-field^="${pointer}/"]`)
    .evaluateAll((found) =>
      found.filter((one) => one.checkVisibility()).map((one) => one.getAttribute('data-field')?.split('/').at(-1) ?? ''),
    );
async function choose(page: Page, pointer: string, name: string, at = 0): Promise<void> {
  await page.locator(`[data-field="${pointer}"] .form-field > .field button.select-button`).nth(at).click();
  await page.getByRole('option', { name, exact: true }).click();
}

describeReal('the form of Connect in Chromium', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  const start = (text = NEW) => startStand(browser, { files: { 't.steps.yaml': text } });

  test('R1.5 R1.33 R1.38-R1.44 R2.9 R2.11 each choice shows its fields and no others', async () => {
    await using stand = await start();
    const { page } = stand;
    await stand.open('#/editor/t.steps.yaml');
    await choose(page, SERVER, 'Email server (IMAP)');
    expect(await titles(page, SERVER)).toEqual(['host', 'port', 'security', 'auth', 'username', 'password']);
    const cases: readonly [mode: string, provider: string | undefined, fields: readonly string[]][] = [
      ['OAuth2: sign in with the browser', 'Microsoft', ['tenant', 'clientId', 'clientSecret', 'username', 'mailbox', 'redirectUri']],
      ['OAuth2: sign in with the browser', 'Google', ['clientId', 'clientSecret', 'username', 'redirectUri']],
      [
        'OAuth2: sign in with the browser',
        'Other (OpenID)',
        ['issuer', 'clientId', 'clientSecret', 'scopes', 'username', 'mailbox', 'redirectUri'],
      ],
      ['OAuth2: sign in on another device', 'Microsoft', ['tenant', 'clientId', 'username', 'mailbox']],
      ['OAuth2: the application itself', 'Microsoft', ['tenant', 'clientId', 'clientSecret', 'mailbox']],
      ['OAuth2: the application itself', 'Other (OpenID)', ['issuer', 'clientId', 'clientSecret', 'scopes', 'mailbox']],
      ['OAuth2: password (legacy)', 'Microsoft', ['tenant', 'clientId', 'clientSecret', 'username', 'password', 'mailbox']],
      ['OAuth2: managed connection', undefined, ['connection', 'tokenType', 'username', 'mailbox']],
      ['Google service account', undefined, ['key', 'username']],
      ['User name and password', undefined, ['username', 'password']],
    ];
    for (const [mode, provider, fields] of cases) {
      await choose(page, LOGIN, mode);
      if (provider !== undefined) await choose(page, LOGIN, provider, 1);
      expect([mode, provider, await titles(page, LOGIN)]).toEqual([mode, provider, fields]);
    }
    await choose(page, LOGIN, 'OAuth2: the application itself');
    await choose(page, LOGIN, 'Microsoft', 1);
    await choose(page, LOGIN, 'Certificate', 2);
    expect(await titles(page, LOGIN)).toEqual(['tenant', 'clientId', 'certificate', 'certificatePassword', 'mailbox']);
    await page.locator(`[data-field="${LOGIN}"] button.select-button`).nth(1).click();
    expect(await page.getByRole('option').allInnerTexts()).not.toContain('Google');
    await page.keyboard.press('Escape');
    expect(stand.complaints).toEqual([]);
  }, 60_000);

  test('R1.35 R2.13 R2.14 the port is proposed by the security until one is typed, and is not written', async () => {
    await using stand = await start();
    const { page } = stand;
    await stand.open('#/editor/t.steps.yaml');
    await choose(page, SERVER, 'Email server (IMAP)');
    const port = page.locator(`[data-field="${SERVER}/port"] input`);
    const proposed = async (security: string) => {
      await page.locator(`[data-field="${SERVER}/security"] button.select-button`).click();
      await page.getByRole('option', { name: security }).click();
      return port.getAttribute('placeholder');
    };
    expect([await proposed('STARTTLS'), await proposed('None'), await proposed('TLS from')]).toEqual(['143', '143', '993']);
    await port.fill('1993');
    await proposed('STARTTLS');
    expect(await port.inputValue()).toBe('1993');
    await choose(page, SERVER, 'Sending only (SMTP)');
    expect(await port.inputValue()).toBe('');
    expect([await proposed('STARTTLS'), await proposed('None'), await proposed('TLS from')]).toEqual(['587', '25', '465']);
  }, 60_000);

  test('POP3 shows its fields and ports, and what it cannot do is greyed with the reason, in the palette and in the steps', async () => {
    await using stand = await start(`${NEW}  - { id: put, action: email.move, with: { messages: '{{ connect }}', to: Done } }\n`);
    const { page } = stand;
    await stand.open('#/editor/t.steps.yaml');
    const unable = page.locator('.palette-item.is-unable');
    expect(await unable.count()).toBe(0);
    await choose(page, SERVER, 'Email server (POP3)');
    expect(await titles(page, SERVER)).toEqual(['host', 'port', 'security', 'auth', 'username', 'password']);
    const port = page.locator(`[data-field="${SERVER}/port"] input`);
    expect(await port.getAttribute('placeholder')).toBe('995');
    await page.locator(`[data-field="${SERVER}/security"] button.select-button`).click();
    await page.getByRole('option', { name: 'STARTTLS' }).click();
    expect(await port.getAttribute('placeholder')).toBe('110');
    const greyed = await unable.evaluateAll((found) => found.map((one) => one.getAttribute('data-block-id')));
    expect(greyed).toEqual(expect.arrayContaining(['email.move', 'email.copy', 'email.mark', 'email.create-folder', 'email.send']));
    for (const able of ['email.loop', 'email.get', 'email.save-attachments', 'email.delete']) expect(greyed).not.toContain(able);
    const reason = '“Default” is Email server (POP3), which cannot do this';
    await page.locator('[data-block-id="email.move"] .palette-reason').getByText(reason).waitFor();
    await page.locator('.step[data-step="put"].is-unable').getByText(reason).waitFor();
    await choose(page, SERVER, 'Email server (IMAP)');
    await page.locator('.step[data-step="put"]:not(.is-unable)').waitFor();
    expect(stand.complaints).toEqual([]);
  }, 60_000);

  test('Exchange, Graph and mail files show their fields; none of them needs an outgoing server', async () => {
    await using stand = await start();
    const { page } = stand;
    await stand.open('#/editor/t.steps.yaml');
    const login = ['auth', 'username', 'password'];
    const browser = ['auth', 'tenant', 'clientId', 'clientSecret', 'username', 'mailbox', 'redirectUri'];
    for (const [name, fields] of [
      ['Exchange server (EWS)', ['version', 'cloud', 'domain', 'url', ...login]],
      ['Microsoft 365 mailbox (Graph)', ['cloud', ...browser]],
      ['Mail files on disk', ['path', 'auth']],
    ] as const) {
      await choose(page, SERVER, name);
      expect([name, await titles(page, SERVER)]).toEqual([name, fields]);
      expect(await page.locator('[data-block-id="email.send"].is-unable').count()).toBe(0);
    }
    await choose(page, SERVER, 'Exchange server (EWS)');
    await choose(page, LOGIN, 'Whoever is signed in to Windows (Kerberos)');
    expect(await titles(page, LOGIN)).toEqual([]);
    await choose(page, SERVER, 'Email server (IMAP)');
    await page.locator('[data-block-id="email.send"].is-unable').waitFor();
    expect(stand.complaints).toEqual([]);
  }, 60_000);

  test('the servers of an address are proposed, with what a person has to do, in the language of the page', async () => {
    await using stand = await startStand(browser, { files: { 't.steps.yaml': NEW }, context: { locale: 'de' } });
    const { page } = stand;
    await stand.open('#/editor/t.steps.yaml');
    await page.getByLabel('Aus einer E-Mail-Adresse ausfüllen').fill('me@gmail.com');
    await page.getByRole('button', { name: 'Suchen', exact: true }).click();
    const found = page.locator('.candidates li').first();
    await found.getByText('Bestätigung in zwei Schritten').waitFor();
    await found.getByRole('button').click();
    await page.locator(`[data-field="${SERVER}/host"] input`).waitFor();
    expect(await page.locator(`[data-field="${SERVER}/host"] input`).inputValue()).toBe('imap.gmail.com');
    expect(stand.complaints).toEqual([]);
  }, 60_000);

  test('R1.5 R6.4 what was typed in another branch comes back, and only the chosen branch is saved', async () => {
    await using stand = await start();
    const { page } = stand;
    await stand.open('#/editor/t.steps.yaml');
    await choose(page, SERVER, 'Email server (IMAP)');
    await page.locator(`[data-field="${SERVER}/host"] input`).fill('imap.example.com');
    await page.locator(`[data-field="${LOGIN}/username"] input`).fill('me@example.com');
    const password = page.locator(`[data-field="${LOGIN}/password"]`);
    await password.getByRole('tab', { name: 'Insecure string' }).click();
    await password.locator('input').fill('canary-typed');
    expect(await password.locator('input').getAttribute('type')).toBe('password');
    await password.getByText('Stored in plain text').waitFor();
    await password.getByRole('tab', { name: 'Insecure string' }).press('ArrowLeft');
    expect(await password.getByRole('tab', { name: 'Variable' }).getAttribute('aria-selected')).toBe('true');
    await choose(page, LOGIN, 'OAuth2: managed connection');
    await choose(page, LOGIN, 'User name and password');
    await password.getByRole('tab', { name: 'Insecure string' }).click();
    expect(await password.locator('input').inputValue()).toBe('canary-typed');
    await choose(page, LOGIN, 'OAuth2: managed connection');
    await page.locator(`[data-field="${LOGIN}/connection"] input`).fill('Team');
    await page.getByRole('button', { name: 'Save', exact: true }).first().click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    const text = await readFile(join(stand.folder, 't.steps.yaml'), 'utf8');
    expect(text).toMatch(/host: imap\.example\.com/);
    expect(text).toMatch(/mode: oauth-vault/);
    expect(text).not.toMatch(/canary-|password|port:/);
    expect(stand.complaints).toEqual([]);
  }, 60_000);

  test('mistakes stand at their field and are tied to it; expressions complete', async () => {
    await using stand = await start();
    const { page } = stand;
    await stand.open('#/editor/t.steps.yaml');
    await choose(page, SERVER, 'Email server (IMAP)');
    const port = page.locator(`[data-field="${SERVER}/port"]`);
    await port.locator('input').fill('99999999');
    await port.locator('.field-error').getByText(/./).waitFor();
    const tied = (await port.locator('input').getAttribute('aria-describedby'))?.split(' ') ?? [];
    const error = await port.locator('.field-error').getAttribute('id');
    expect(tied).toContain(error);
    const host = page.locator(`[data-field="${SERVER}/host"] input`);
    await host.click();
    await port.locator('input').click();
    await page.locator(`[data-field="${SERVER}/host"] .field-error`).getByText('Fill in this field.', { exact: true }).waitFor();
    await host.pressSequentially('{{ wo');
    await page.getByRole('option', { name: /word/ }).waitFor();
    await host.press('Enter');
    expect(await host.inputValue()).toBe('{{ word }}');
  }, 60_000);

  test('a new credential goes to the vault, and its value never comes back', async () => {
    await using stand = await start();
    const { page } = stand;
    const answers: string[] = [];
    page.on(
      'response',
      (response) =>
        void response.text().then(
          (text) => answers.push(text),
          () => undefined,
        ),
    );
    await stand.open('#/editor/t.steps.yaml');
    const listed = page.waitForResponse((answer) => answer.url().endsWith('/api/vaults'));
    await choose(page, SERVER, 'Email server (IMAP)');
    await listed;
    const password = page.locator(`[data-field="${LOGIN}/password"]`);
    // The entries of the vault are there to choose from, without another screen first.
    await password.locator('input').click();
    const entry = page.getByRole('option', { name: /sandbox\/password/ });
    // Whoever is faster than the vaults asks again by the arrow key.
    for (let asks = 0; asks < 100 && !(await entry.isVisible()); asks++) {
      await page.waitForTimeout(100);
      await page.keyboard.press('ArrowDown');
    }
    await entry.waitFor();
    await page.keyboard.press('Escape');
    await password.getByRole('button', { name: 'New' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name in the vault').fill('work#password');
    await dialog.getByLabel('Value').fill('canary-new-credential');
    await dialog.getByRole('button', { name: 'Put into the vault' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await password.locator('input').inputValue()).toMatch(/work#password$/);
    const stored = await page.evaluate<string>('JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])');
    const held = (await page.content()) + stored;
    const inputs = await Promise.all((await page.locator('input').all()).map((one) => one.inputValue()));
    expect(held + inputs.join() + answers.join()).not.toContain('canary-');
    expect(stand.complaints).toEqual([]);
  }, 60_000);
});
