import { describeReal } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { startBrowser, startStand } from './stand.test.fixture.ts';

describeReal('the page in Chromium', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test('opens, hides its token, and changes language and colors without a reload', async () => {
    await using stand = await startStand(browser);
    const { page, complaints } = stand;
    await stand.open('#/settings');
    expect(page.url()).not.toContain('token');
    await page.getByRole('button', { name: 'Language' }).first().click();
    await page.getByRole('menuitem', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    // The colors of the system, also when it changes them, until some are chosen.
    for (const [colorScheme, other] of [
      ['dark', 'Helle Farben'],
      ['light', 'Dunkle Farben'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.getByRole('button', { name: other }).waitFor();
    }
    await page.getByRole('button', { name: 'Dunkle Farben' }).click();
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark');
    expect(complaints).toEqual([]);
  });
});
