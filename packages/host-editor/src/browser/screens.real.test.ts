import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describeReal } from '@mailwright/testing';
import type { Browser, Page } from 'playwright-core';
import { SCREENS, startFull } from './screens.test.fixture.ts';
import { startBrowser } from './stand.test.fixture.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Runs in the page: what axe finds against WCAG 2.2 AA, as one line each. */
const LOOK = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) =>
  violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes
      // A row of the tree is named by its step; the buttons within have names of their own, and are no part of it.
      .filter(({ html }) => id !== 'label-content-name-mismatch' || !html.startsWith('<li role="treeitem"'))
      .map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + ' ' + failureSummary.slice(0, 300))))`;
const SCROLLED = `[document.documentElement, document.body].map(({ scrollTop, scrollLeft }) => scrollTop + scrollLeft)`;

/** Evaluated by the debugger's way in: the page's own policy forbids scripts that it did not bring. */
const evaluated = <T>(page: Page, script: string): Promise<T> => page.evaluate(script);

describeReal('every screen in Chromium', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test.each(['light', 'dark'] as const)(
    '%s: axe finds nothing serious, and the page as a whole never scrolls',
    async (colorScheme) => {
      await using stand = await startFull(browser, { viewport: { width: 1280, height: 720 }, colorScheme, reducedMotion: 'reduce' });
      const { page, complaints } = stand;
      const found: string[] = [];
      for (const [name, show] of Object.entries(SCREENS)) {
        await show(stand);
        expect([name, await evaluated(page, SCROLLED)]).toEqual([name, [0, 0]]);
        await evaluated(page, `${AXE}; undefined`);
        for (const one of await evaluated<string[]>(page, LOOK)) found.push(`${name}: ${one}`);
      }
      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
    },
    180_000,
  );

  test('at 200 % on 1280x720 a step is chosen, its form is filled in and tested: all of it can be scrolled to', async () => {
    await using stand = await startFull(browser, { viewport: { width: 640, height: 360 }, deviceScaleFactor: 2, reducedMotion: 'reduce' });
    const { page, complaints } = stand;
    await SCREENS['connect']?.(stand);
    const name = page.locator('.form-area').getByRole('textbox', { name: 'Session name' });
    await name.fill('Zoomed');
    await page.getByRole('button', { name: 'Test connection', exact: true }).click();
    await page.locator('.step[data-step="connect"]').getByText('Zoomed').waitFor();
    await name.fill('Default');
    await SCREENS['run']?.(stand);
    await SCREENS['settings']?.(stand);
    expect(await evaluated(page, SCROLLED)).toEqual([0, 0]);
    expect(complaints).toEqual([]);
  }, 120_000);
});
