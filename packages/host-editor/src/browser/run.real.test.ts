import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReal } from '@mailwright/testing';
import type { Browser, Page } from 'playwright-core';
import { invoicesOn, startBrowser, startStand, type Stand } from './stand.test.fixture.ts';

const MANY = `version: 1
id: many
name: Many
variables: { numbers: { type: list, input: true } }
steps:
  - { id: each, loop: '{{ numbers }}', as: number, do: [{ id: note, if: '{{ number > 0 }}', do: [] , else: [] }] }
`;
/** From top to end in steps; the most rows that the page ever held. Runs in the page. */
const SCROLL = `(async () => {
  const log = document.querySelector('.run-log');
  let most = 0;
  for (let at = 0; at <= 60; at++) {
    log.scrollTop = (log.scrollHeight * at) / 60;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    most = Math.max(most, log.querySelectorAll('li').length);
  }
  return most;
})()`;

describeReal('running in Chromium', ['chromium'], () => {
  let browser: Browser;
  let data: string;
  beforeAll(async () => {
    browser = await startBrowser();
    data = await mkdtemp(join(tmpdir(), 'mw-run-data-'));
  });
  afterAll(async () => {
    await browser.close();
    await rm(data, { recursive: true, force: true });
  });

  async function invoices(change: (text: string) => string = (text) => text): Promise<Stand> {
    const stand = await startStand(browser, { files: { 'invoices.steps.yaml': '' }, editor: { data } });
    await writeFile(join(stand.folder, 'invoices.steps.yaml'), change(invoicesOn(stand.world)));
    await stand.open('#/editor/invoices.steps.yaml');
    return stand;
  }
  const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true });
  const held = (page: Page, step: string) => page.locator('.run-head').getByText(`Held before step ${step}`, { exact: true }).waitFor();
  const ended = (page: Page, state: string, timeout = 30_000) => page.locator(`[data-run-state="${state}"]`).waitFor({ timeout });

  test('runs, shows its log and the values of a step, and the history knows it', async () => {
    await using stand = await invoices();
    const { page, complaints } = stand;
    await run(page).click();
    await ended(page, 'done');
    await page.getByRole('region', { name: 'Log' }).getByText('Done in').waitFor();
    await page.getByRole('region', { name: 'Log' }).getByText(/^Move/).first().click();
    await page.locator('[data-values="done"]').getByText('createFolder').waitFor();
    expect(await page.content()).not.toContain(stand.world.user.password);
    await page.goto(new URL('#/runs', stand.editor.url).href);
    await page.locator('tr[data-state="done"] a').click();
    await page.locator('.runs-detail').getByText('Done in').waitFor();
    expect(complaints).toEqual([]);
  });

  test('one step alone, with the first mail of its loop; then all from a step on', async () => {
    await using stand = await invoices();
    const { page, complaints, world } = stand;
    const menu = async (step: string, entry: string) => {
      await page.locator(`[data-block="${step}"]`).focus();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: entry }).click();
      await ended(page, 'done');
    };
    const log = page.getByRole('region', { name: 'Log' });
    await menu('save', 'Run this step');
    await log.getByText('Done in').waitFor();
    expect(await log.getByText(/^Save attachments of/).count()).toBe(1);
    expect(await log.getByText(/^Move/).count()).toBe(0);
    const inbox = () => world.store.account(world.user.address)?.folder('INBOX')?.messages.length ?? 0;
    const kept = inbox();
    await menu('work', 'Run from here');
    await log
      .getByText(/^Connect/)
      .first()
      .waitFor();
    await log.getByText(/^Move/).first().waitFor();
    expect(inbox()).toBeLessThan(kept);
    expect(complaints).toEqual([]);
  });

  test('a dry run is a plan: nothing moves', async () => {
    await using stand = await invoices();
    const { page, complaints } = stand;
    // Whoever was looking elsewhere sees the plan.
    await page.getByRole('tab', { name: 'Mailbox' }).click();
    await page.getByRole('button', { name: 'More ways to run' }).click();
    await page.getByRole('menuitem', { name: 'Dry run' }).click();
    await ended(page, 'done');
    await page.getByText('would be done').first().waitFor();
    await page.locator('.run-head').getByText('Dry run').waitFor();
    expect(complaints).toEqual([]);
  });

  test('step by step, through a reload, on to the end of a step, and stopped', async () => {
    await using stand = await invoices();
    const { page, complaints } = stand;
    await run(page).waitFor();
    await page.keyboard.press('F10');
    await ended(page, 'paused');
    await held(page, '1 Connect');
    await page.keyboard.press('F10');
    await held(page, '2 Try');
    await page.reload();
    await held(page, '2 Try');
    await page.getByRole('button', { name: 'Next step' }).click();
    await held(page, '2.1 For each message');
    await page.locator('.run-controls').getByRole('button', { name: 'Stop' }).click();
    await ended(page, 'stopped');
    await run(page).waitFor();
    expect(complaints).toEqual([]);
  });

  test('held at a breakpoint of the step list, and on to the end; an error branch shows amber', async () => {
    await using stand = await invoices((text) => text.replace('to: Done, createFolder: true', "to: 'Nowhere/At/All'"));
    const { page, complaints } = stand;
    await page.locator('.step[data-step="save"]').click();
    await page.keyboard.press('F9');
    await page.reload();
    await page.locator('.step[data-step="save"] .step-point.is-set').waitFor();
    await run(page).click();
    await held(page, '2.1.1.1 Save attachments');
    await page.locator('.step[data-step="save"][data-run="paused"]').waitFor();
    const names = page.locator('[data-names="save"]');
    await names.getByText('invoice', { exact: true }).waitFor();
    await names.locator('summary', { hasText: 'mail' }).click();
    await names
      .locator('.json-leaf', { hasText: /^subject.*invoice/i })
      .first()
      .waitFor();
    await page.getByRole('region', { name: 'Log' }).getByText('Held at a breakpoint before 2.1.1.1 Save attachments').waitFor();
    expect(await page.content()).not.toContain(stand.world.user.password);
    await page.locator('.step[data-step="save"]').click();
    await page.keyboard.press('F9');
    await page.getByRole('button', { name: 'Continue' }).click();
    await ended(page, 'done');
    await page.locator('.run-head').getByText('9 errors handled').waitFor();
    await page.locator('.step[data-step="done"][data-run="handled"]').waitFor();
    expect(complaints).toEqual([]);
  });

  test('what is not ready is not run: the first field to mend gets the focus, also one behind "More options"', async () => {
    await using stand = await invoices((text) =>
      text.replace('createFolder: true } }', 'createFolder: 7 } }').replace('folder: INBOX', 'limit: -3'),
    );
    const { page, complaints } = stand;
    await run(page).click();
    await page.locator('[data-field="/with/limit"] input:focus').waitFor();
    await page
      .getByRole('tab', { name: /Problems/ })
      .and(page.locator('[aria-selected="true"]'))
      .waitFor();
    const told = await page.locator('.announcements').textContent();
    expect(told).toMatch(/It cannot run yet: \d problems/);
    expect(told).not.toMatch(/mailwright check|steps\.yaml:/);
    await page.locator('.problem-line', { hasText: /createFolder/ }).click();
    await page.locator('[data-field="/with/createFolder"] :focus').waitFor();
    expect(complaints.filter((one) => !one.includes('status of 400'))).toEqual([]);
  });

  test('a failed step says what happened, what to do and whether to try again', async () => {
    await using stand = await invoices((text) => text.replace(/imapPort: .*\n/, 'imapPort: { type: number, default: 1 }\n'));
    const { page, complaints } = stand;
    await run(page).click();
    await ended(page, 'failed');
    const notice = page.locator('.run-right .notice-bad');
    await notice.getByText('Step 1 Connect failed').waitFor();
    expect(await notice.textContent()).toMatch(/connection\.refused/);
    expect(await notice.textContent()).toMatch(/Trying again/);
    expect(complaints).toEqual([]);
  });

  test('a log of 100,000 lines scrolls, with few rows in the page', async () => {
    const numbers = JSON.stringify(Array.from({ length: 50_000 }, (_, index) => index));
    await using stand = await startStand(browser, { files: { 'many.steps.yaml': MANY }, editor: { data } });
    const { page, complaints } = stand;
    await stand.open('#/editor/many.steps.yaml');
    await run(page).click();
    await page.getByRole('textbox', { name: 'numbers' }).fill(numbers);
    await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();
    await ended(page, 'done', 100_000);
    const log = page.locator('.run-log');
    expect(Number(await log.getAttribute('data-rows'))).toBeGreaterThan(100_000);
    expect(await page.evaluate<number>(SCROLL)).toBeLessThan(80);
    await log.getByText(/^Done in/).waitFor();
    await log.evaluate((element) => (element.scrollTop = 0));
    await log.getByText('Many starts').waitFor();
    expect(complaints).toEqual([]);
  }, 120_000);
});
