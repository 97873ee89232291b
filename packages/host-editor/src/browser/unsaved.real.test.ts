import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeReal } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { startBrowser, startStand, type Stand } from './stand.test.fixture.ts';

const named = (name: string) =>
  `version: 1\nid: a\nname: ${name}\nvariables: { n: { type: number, default: 1 } }\nsteps:\n  - { id: one, set: { n: 2 } }\n`;

describeReal('work that is not saved, and files that others change', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function start(): Promise<Stand> {
    const stand = await startStand(browser, { files: { 'a.steps.yaml': named('One'), 'b.steps.yaml': named('B') } });
    stand.page.setDefaultTimeout(20_000);
    await stand.open('#/editor/a.steps.yaml');
    await stand.page.locator('.step[data-step="one"]').waitFor();
    return stand;
  }
  /** Waits until the automation on the screen has this name. */
  const shows = ({ page }: Stand, name: string) => page.locator(`.top-name[value="${name}"]`).waitFor();
  const comeBack = ({ page }: Stand) => page.evaluate('void window.dispatchEvent(new Event("focus"))');
  const onDisk = ({ folder }: Stand) => readFile(join(folder, 'a.steps.yaml'), 'utf8');

  test('a file that was changed elsewhere is shown as it is, on coming back and before it would run; unsaved work stays', async () => {
    await using stand = await start();
    const { page, complaints } = stand;
    const write = (name: string) => writeFile(join(stand.folder, 'a.steps.yaml'), named(name));
    await write('Two');
    await comeBack(stand);
    await shows(stand, 'Two');
    await page.locator('.announcements', { hasText: 'a.steps.yaml was changed elsewhere' }).waitFor();
    await write('Three');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await shows(stand, 'Three');
    expect(await page.locator('[data-run-state]').count()).toBe(0);

    await page.locator('.top-name').fill('Mine');
    await write('Four');
    await comeBack(stand);
    await page.keyboard.press('Control+s');
    await page.getByRole('alertdialog').getByText('name: Four').waitFor();
    await page.getByRole('button', { name: 'Keep my changes' }).click();
    await page.locator('[data-save="saved"]').waitFor();
    expect(await onDisk(stand)).toContain('name: Mine');
    expect(complaints.filter((one) => !one.includes('status of 409'))).toEqual([]);
  }, 60_000);

  test('text that was typed is unsaved work like any other: it stays on another tab, and Ctrl+S and Run save it', async () => {
    await using stand = await start();
    const { page, complaints } = stand;
    await page.getByRole('tab', { name: 'Text (YAML)' }).click();
    await page.locator('.text-view-area').fill(named('Typed'));
    await page.locator('[data-save="dirty"]').waitFor();
    await page.getByRole('tab', { name: 'Steps' }).click();
    await page.getByText('The text has changes that are not saved').waitFor();
    await page.keyboard.press('Control+s');
    await page.locator('[data-save="saved"]').waitFor();
    await shows(stand, 'Typed');
    expect(await onDisk(stand)).toContain('name: Typed');

    await page.getByRole('tab', { name: 'Text (YAML)' }).click();
    await page.locator('.text-view-area').fill(named('Typed and run'));
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('[data-run-state="done"]').waitFor();
    expect(await onDisk(stand)).toContain('name: Typed and run');
    expect(complaints).toEqual([]);
  }, 60_000);

  test('another automation is opened and left again: what was not saved is still there', async () => {
    await using stand = await start();
    const { page, complaints } = stand;
    await page.locator('.top-name').fill('Mine');
    await page.goto(new URL('#/editor/b.steps.yaml', stand.editor.url).href);
    await shows(stand, 'B');
    await page.locator('.announcements', { hasText: 'a.steps.yaml has changes that are not saved' }).waitFor();
    await page.goto(new URL('#/editor/a.steps.yaml', stand.editor.url).href);
    await shows(stand, 'Mine');
    await page.locator('[data-save="dirty"]').waitFor();
    await page.keyboard.press('Control+s');
    await page.locator('[data-save="saved"]').waitFor();
    expect(await onDisk(stand)).toContain('name: Mine');
    expect(complaints).toEqual([]);
  }, 60_000);

  test('a save that nobody answers says so in words, and what was typed stays', async () => {
    await using stand = await start();
    const { page } = stand;
    await stand.context.route('**/api/**', (route) => route.abort());
    await page.locator('.top-name').fill('Mine');
    await page.keyboard.press('Control+s');
    await page.locator('.editor').getByText('does not answer').waitFor();
    expect(await page.content()).not.toContain('Failed to fetch');
    await shows(stand, 'Mine');
    await page.locator('[data-save="dirty"]').waitFor();
  }, 60_000);

  test('a run without a mailbox shows its log, and what keeps it from running opens the closed panel', async () => {
    await using stand = await start();
    const { page } = stand;
    const panel = page.locator('.bottom');
    const chosen = (name: RegExp) => panel.getByRole('tab', { name, selected: true }).waitFor();
    await panel.getByRole('tab', { name: 'Mailbox' }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('[data-run-state="done"]').waitFor();
    await chosen(/^Run/);
    await page.getByRole('button', { name: 'Hide panel' }).click();
    const closed = (await panel.boundingBox())?.height ?? 0;
    await writeFile(join(stand.folder, 'a.steps.yaml'), named('Wrong').replace('n: 2', 'm: 2'));
    await comeBack(stand);
    await shows(stand, 'Wrong');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await chosen(/Problems/);
    expect((await panel.boundingBox())?.height ?? 0).toBeGreaterThan(2 * closed);
  }, 60_000);
});
