import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeReal } from '@mailwright/testing';
import type { Browser, Page } from 'playwright-core';
import { INVOICES, startBrowser, startStand } from './stand.test.fixture.ts';

const FILE = 'invoices.steps.yaml';
const OTHER = 'other.steps.yaml';
const BYE = 'version: 1\nid: other\nname: Other\nsteps:\n  - { id: bye, action: email.disconnect }\n';

const row = (page: Page, id: string) => page.locator(`[data-block="${id}"]`);
const ids = (page: Page): Promise<string[]> =>
  page.locator('.step[data-step]').evaluateAll((found) => found.map((one) => one.getAttribute('data-step') ?? ''));

/** Lines of one text that the other lacks, and the other way round. */
function changedLines(before: string, after: string): { readonly gone: string[]; readonly come: string[] } {
  const [one, other] = [before.split('\n'), after.split('\n')];
  return { gone: one.filter((line) => !other.includes(line)), come: other.filter((line) => !one.includes(line)) };
}

describeReal('edits of a file in Chromium', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  const start = () =>
    startStand(browser, {
      files: { [FILE]: INVOICES, [OTHER]: BYE },
      context: { permissions: ['clipboard-read', 'clipboard-write'] },
    });

  test('steps are disabled, duplicated, deleted and collapsed; undo goes back to the beginning, redo to the end; the file changes where it must', async () => {
    await using stand = await start();
    const { page } = stand;
    await stand.open(`#/editor/${FILE}`);
    await row(page, 'save').waitFor();
    const before = await ids(page);
    await row(page, 'save').focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Disable' }).click();
    await page.locator('.step[data-step="save"].is-off').waitFor();
    await row(page, 'reply').focus();
    await page.keyboard.press('Control+d');
    await page.locator('.step[data-step="reply2"]').waitFor();
    await row(page, 'reply').focus();
    await page.keyboard.press('Delete');
    await page.locator('.step[data-step="reply"]').waitFor({ state: 'detached' });
    const after = await ids(page);
    expect(after).toEqual(before.map((id) => (id === 'reply' ? 'reply2' : id)));
    await row(page, 'each').focus();
    await page.keyboard.press('ArrowLeft');
    expect(await row(page, 'each').getAttribute('aria-expanded')).toBe('false');
    expect(await row(page, 'save').isVisible()).toBe(false);
    await page.keyboard.press('ArrowRight');
    await row(page, 'save').waitFor();
    for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Control+z');
    await expectSteps(page, before);
    expect(await page.locator('.is-off').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);
    for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Control+y');
    await expectSteps(page, after);
    expect(await page.getByRole('button', { name: 'Redo' }).isDisabled()).toBe(true);
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).first().waitFor();
    const { gone, come } = changedLines(INVOICES, await readFile(join(stand.folder, FILE), 'utf8'));
    expect(gone.map((line) => /id: (\w+)/.exec(line)?.[1])).toEqual(['save', 'reply']);
    // What is new is written as the editor writes; nothing else is touched.
    expect(come.slice(0, 2)).toEqual([expect.stringMatching(/id: save, .*off: true/), expect.stringMatching(/^ {14}- id: reply2$/)]);
    expect(come.slice(2).every((line) => line.startsWith(' '.repeat(16)))).toBe(true);
    expect(stand.complaints).toEqual([]);
  });

  test('a variable is added, named, given a type and a default, renamed where it is used, and removed', async () => {
    await using stand = await start();
    const { page } = stand;
    await stand.open(`#/editor/${FILE}`);
    await page.getByRole('tab', { name: 'Variables' }).click();
    const panel = page.locator('.variables');
    await panel.getByRole('button', { name: 'Add variable' }).click();
    await panel.locator('tbody tr').last().locator('button.select-button').click();
    await page.getByRole('option', { name: 'Number', exact: true }).click();
    await panel.locator('tbody tr').last().locator('td').nth(2).locator('input').fill('7');
    await panel.locator('tbody tr').first().locator('td').first().locator('input').fill('subjectWord');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).first().waitFor();
    const text = await readFile(join(stand.folder, FILE), 'utf8');
    expect(text).toMatch(/subjectWord: \{ type: string, default: invoice \}/);
    expect(text).toContain("value: '{{ subjectWord }}'");
    expect(text).toMatch(/variable1: \{ type: number, default: 7 \}|variable1:\s+type: number\s+default: 7/);
    expect(text).toContain('# the demo passes the ports');
    await panel
      .locator('tbody tr')
      .last()
      .getByRole('button', { name: /Delete/ })
      .click();
    expect(await panel.locator('tbody tr').count()).toBe(4);
    expect(stand.complaints).toEqual([]);
  });

  test('a step with all that is in it is copied into another automation, under names that are free there', async () => {
    await using stand = await start();
    const { page } = stand;
    await stand.open(`#/editor/${FILE}`);
    await row(page, 'each').focus();
    const copied = await row(page, 'each')
      .locator('.step[data-step]')
      .evaluateAll((found) => found.map((one) => one.getAttribute('data-step')));
    await page.keyboard.press('Control+c');
    await stand.open(`#/editor/${OTHER}`);
    await row(page, 'bye').focus();
    for (let presses = 0; presses < 2; presses++) await page.keyboard.press('Control+v');
    await row(page, 'each2').waitFor();
    const pasted = await ids(page);
    expect(pasted.length).toBe(1 + 2 * copied.length);
    expect(new Set(pasted).size).toBe(pasted.length);
    expect(pasted).toEqual(expect.arrayContaining(copied));
    await page.keyboard.press('Control+s');
    await page.getByText('Saved', { exact: true }).first().waitFor();
    expect((await readFile(join(stand.folder, OTHER), 'utf8')).match(/loop: email\.loop/g)?.length).toBe(2);
    expect(stand.complaints).toEqual([]);
  });
});

async function expectSteps(page: Page, wanted: readonly string[]): Promise<void> {
  for (let looks = 0; looks < 50; looks++) {
    if (String(await ids(page)) === String(wanted)) return;
    await page.waitForTimeout(100);
  }
  expect(await ids(page)).toEqual(wanted);
}
