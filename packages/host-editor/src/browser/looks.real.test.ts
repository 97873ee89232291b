import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeReal } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { invoicesOn, startBrowser, startStand } from './stand.test.fixture.ts';

/** Runs in the page: the labels of the rail that take more than one line. */
const BROKEN = `[...document.querySelectorAll('.rail-link > span')].filter((label) => {
  const range = document.createRange();
  range.selectNodeContents(label);
  return range.getClientRects().length > 1;
}).map((label) => label.textContent)`;

/** Runs in the page: what a state is told by once the system's own colors take the place of ours. */
const FORCED = `(() => {
  const look = (selector, pseudo) => getComputedStyle(document.querySelector(selector), pseudo);
  const colors = (selector, pseudo) => look(selector, pseudo).backgroundColor;
  return {
    chosenStep: look('.step.is-selected').outlineStyle,
    otherStep: look('.step:not(.is-selected)').outlineStyle,
    isPointSeen: colors('.step-point.is-set', '::before') !== colors('.step-point:not(.is-set)', '::before'),
    isSwitchSeen: colors('.switch[data-selected] .switch-track') !== colors('.switch:not([data-selected]) .switch-track'),
    isTabSeen: look('.tab[data-selected]').borderBottomColor !== look('.tab:not([data-selected])').borderBottomColor,
    movesLess: look('.switch-track').transitionProperty,
  };
})()`;

describeReal('what a person sees of it', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test('a subject has the width of the list, a step has one focus ring, and no word of the rail is broken', async () => {
    await using stand = await startStand(browser);
    await writeFile(join(stand.folder, 'invoices.steps.yaml'), invoicesOn(stand.world));
    await stand.open('#/editor/invoices.steps.yaml');
    const { page, complaints } = stand;
    await page.getByRole('tab', { name: 'Mailbox' }).click();
    await page.getByRole('button', { name: /Show the mailbox/ }).click();
    const line = page.locator('.mailbox-line').first();
    await line.waitFor();
    const [whole, subject] = await Promise.all([line.boundingBox(), line.locator('.mailbox-subject').boundingBox()]);
    const share = (subject?.width ?? 0) / (whole?.width ?? 1);

    await page.locator('.step[data-step]').first().click();
    await page.keyboard.press('ArrowDown');
    const focused = page.locator('[role="treeitem"]:focus-visible');
    await focused.waitFor();
    const ring = 'getComputedStyle(document.activeElement).outlineStyle';
    const ringOfRow = 'getComputedStyle(document.activeElement.querySelector(".step")).outlineStyle';
    const rings = [await page.evaluate(ring), await page.evaluate(ringOfRow)];

    // A contrast theme of Windows, and less motion.
    await page.locator('.step[data-step="reply"]').click();
    await page.keyboard.press('F9');
    await page.locator('.form .switch').first().waitFor();
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    const forced = await page.evaluate(FORCED);
    await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' });

    await page.getByRole('button', { name: 'Language' }).first().click();
    await page.getByRole('menuitem', { name: 'Deutsch' }).click();
    await page.locator('html[lang="de"]').waitFor();
    const broken = await page.evaluate<string[]>(BROKEN);
    expect({ isWide: share > 0.85, rings, forced, broken, complaints }).toEqual({
      isWide: true,
      rings: ['none', 'solid'],
      forced: {
        chosenStep: 'solid',
        otherStep: 'none',
        isPointSeen: true,
        isSwitchSeen: true,
        isTabSeen: true,
        movesLess: 'none',
      },
      broken: [],
      complaints: [],
    });
  }, 90_000);
});
