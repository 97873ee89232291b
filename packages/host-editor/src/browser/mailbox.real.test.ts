import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReal } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { invoicesOn, startBrowser, startStand, type Stand } from './stand.test.fixture.ts';

const HOSTILE = [
  'From: "Hostile" <hostile@example.test>',
  'To: demo@example.test',
  'Subject: A hostile mail',
  'Date: Wed, 25 Nov 2026 10:00:00 +0000',
  'Message-ID: <hostile@example.test>',
  'MIME-Version: 1.0',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Seen as HTML</p><script>parent.document.title = "owned"; document.title = "owned"</script>',
  '<img src="http://tracker.example.test/pixel.gif" onerror="document.title=1"><form action="http://evil.example.test"><input></form>',
  '<a href="javascript:alert(1)">click</a><iframe src="http://evil.example.test"></iframe>',
  '<style>@import url(http://evil.example.test/x.css);</style>',
  '',
].join('\r\n');

describeReal('the mailbox and the screens in Chromium', ['chromium'], () => {
  let browser: Browser;
  let data: string;
  beforeAll(async () => {
    browser = await startBrowser();
    data = await mkdtemp(join(tmpdir(), 'mw-mailbox-data-'));
  });
  afterAll(async () => {
    await browser.close();
    await rm(data, { recursive: true, force: true });
  });

  async function invoices(): Promise<Stand> {
    const stand = await startStand(browser, { files: { 'invoices.steps.yaml': '' }, editor: { data } });
    await writeFile(join(stand.folder, 'invoices.steps.yaml'), invoicesOn(stand.world));
    await stand.open('#/editor/invoices.steps.yaml');
    return stand;
  }
  async function mailbox(stand: Stand): Promise<void> {
    await stand.page.getByRole('tab', { name: 'Mailbox' }).click();
    await stand.page.getByRole('button', { name: /Show the mailbox/ }).click();
    await stand.page.locator('[data-mailbox="there"]').waitFor();
  }

  test('a hostile mail: its HTML runs nothing and loads nothing from elsewhere', async () => {
    await using stand = await invoices();
    const { page, complaints } = stand;
    stand.world.store.deliver('hostile@example.test', [stand.world.user.address], Buffer.from(HOSTILE));
    await mailbox(stand);
    await page.getByRole('button', { name: /A hostile mail/ }).click();
    await page.getByRole('tab', { name: 'HTML' }).click();
    await page.frameLocator('.mail-html iframe').getByText('Seen as HTML').waitFor();
    expect(await page.title()).not.toContain('owned');
    expect(await page.locator('.mail-html iframe').getAttribute('sandbox')).toBe('');
    expect(complaints.filter((one) => one.startsWith('request to'))).toEqual([]);
  });

  test('while a run goes on, its messages leave INBOX before the eyes of the author', async () => {
    await using stand = await invoices();
    const { page, complaints } = stand;
    await mailbox(stand);
    const count = page.locator('[data-count]');
    const before = Number(await count.getAttribute('data-count'));
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.run-controls[data-run="done"]').waitFor();
    await page.locator(`[data-count="${before - 9}"]`).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('list', { name: 'Messages' }).getByRole('listitem').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('while Connect is not complete, the mailbox leads to what is missing', async () => {
    const connect = '{ id: connect, action: email.connect, with: { server: { backend: imap, host: "", auth: { mode: basic } } } }';
    await using stand = await startStand(browser, { files: { 't.steps.yaml': `version: 1\nid: t\nname: T\nsteps:\n  - ${connect}\n` } });
    const { page } = stand;
    await stand.open('#/editor/t.steps.yaml');
    await page.getByRole('tab', { name: 'Mailbox' }).click();
    await page.getByText('Connect of Default is not complete').waitFor();
    await page.getByRole('button', { name: 'Go to what is missing' }).click();
    await page.locator('[data-field="/with/server/host"] input:focus').waitFor();
    expect(stand.complaints).toEqual([]);
  });

  test('a mail becomes a filter of the loop', async () => {
    await using stand = await invoices();
    const { page, complaints } = stand;
    await mailbox(stand);
    await page.getByRole('list', { name: 'Messages' }).getByRole('button').first().click();
    await page.getByRole('button', { name: 'Use as filter' }).click();
    await page.getByRole('menuitem', { name: /From this sender/ }).click();
    await page.getByText('Added to the filter of each.').first().waitFor();
    await page.locator('[data-save="dirty"]').waitFor();
    expect(complaints).toEqual([]);
  });

  test('credentials: set, shown by name only, where used, removed after a question', async () => {
    await using stand = await invoices();
    const { page, complaints } = stand;
    await page.goto(new URL('#/credentials', stand.editor.url).href);
    const vault = page.locator('[data-vault="file"]');
    await vault.waitFor();
    await page.locator('[data-vault="sandbox"]').getByText('Used in').click();
    await page
      .locator('[data-vault="sandbox"]')
      .getByText(/invoices\.steps\.yaml/)
      .first()
      .waitFor();
    await vault.getByRole('button', { name: 'New credential' }).click();
    await page.getByRole('textbox', { name: 'Name in the vault' }).fill('team#password');
    await page.getByRole('textbox', { name: 'Value' }).fill('canary-screen-password');
    await page.getByRole('button', { name: 'Put into the vault' }).click();
    await vault.locator('[data-key="team#password"]').waitFor();
    expect(await page.content()).not.toContain('canary-screen-password');
    await vault.getByRole('button', { name: 'Remove: team#password' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await vault.locator('[data-key="team#password"]').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('a session is saved once; its name is unique; what was typed is discarded only after a question', async () => {
    await using stand = await invoices();
    const { page, complaints } = stand;
    await page.goto(new URL('#/sessions', stand.editor.url).href);
    await page.getByRole('button', { name: 'New session' }).first().click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Team');
    await page.locator('[data-field="/with/server/host"] input, [data-field="/with/server"] input').first().fill('imap.example.test');
    await page.locator('[data-field="/with/server/auth/username"] input').last().fill('team@example.test');
    await page.locator('[data-field="/with/server/auth/password"] input').last().fill('sandbox/password');
    await page.getByRole('button', { name: 'Cancel' }).first().click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Keep editing' }).click();
    // Nor is it lost by going elsewhere.
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Keep editing' }).click();
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Team');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-session="Team"]').waitFor();
    await page.getByRole('button', { name: 'New session' }).first().click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('team');
    await page.getByText('There is a session of this name already.').waitFor();
    await page.getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();
    await page.locator('[data-screen="runs"]').waitFor();
    expect(complaints).toEqual([]);
  });

  test('R2.27 R4.2 a session that is saved with another login keeps nothing of the first; before it goes, it says where it is used', async () => {
    await using stand = await invoices();
    const { page, complaints, editor } = stand;
    const uses = 'version: 1\nid: u\nname: U\nsteps:\n  - { id: open, action: email.connect, with: { saved: Office } }\n';
    await writeFile(join(stand.folder, 'uses.steps.yaml'), uses);
    await page.goto(new URL('#/sessions', editor.url).href);
    await page.getByRole('button', { name: 'New session' }).first().click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Office');
    await page.locator('[data-field="/with/server/host"] input, [data-field="/with/server"] input').first().fill('imap.example.test');
    await page.locator('[data-field="/with/server/auth/username"] input').last().fill('office@example.test');
    await page.locator('[data-field="/with/server/auth/password"] input').last().fill('sandbox/password');
    await page.getByRole('button', { name: 'Save' }).click();
    const saved = async () => {
      await page.locator('[data-session="Office"]').waitFor();
      const folder = join(process.env['MAILWRIGHT_HOME'] ?? '', 'sessions');
      const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
      return texts.find((text) => text.includes('"name": "Office"')) ?? '';
    };
    expect(await saved()).toContain('sandbox/password');
    await page.getByRole('button', { name: 'Edit: Office' }).click();
    await page.locator('[data-field="/with/server/auth"] .form-field > .field button.select-button').first().click();
    await page.getByRole('option', { name: 'OAuth2: managed connection' }).click();
    await page.locator('[data-field="/with/server/auth/connection"] input').fill('Mine');
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await saved()).toContain('oauth-vault');
    expect(await saved()).not.toContain('sandbox/password');
    await page.getByRole('button', { name: 'Delete: Office' }).click();
    await page
      .getByRole('alertdialog')
      .getByText(/uses\.steps\.yaml/)
      .first()
      .waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.locator('[data-session="Office"]').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });
});
