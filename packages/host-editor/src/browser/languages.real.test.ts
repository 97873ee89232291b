import { describeReal } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { TRANSLATED, englishIn, look, type Other } from './left-over.test.fixture.ts';
import { invoicesOn, startBrowser, startStand, type Stand } from './stand.test.fixture.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

describeReal('the editor in each language in Chromium', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const start = async (language: Other): Promise<Stand> => {
    const stand = await startStand(browser, {
      context: { locale: language, reducedMotion: 'reduce' },
    });
    await writeFile(join(stand.folder, 'invoices.steps.yaml'), invoicesOn(stand.world));
    return stand;
  };
  test.each(['pt-BR', 'de'] as const)(
    '%s: every screen, the stages of a test and the log of a run have no English word and no cut label',
    async (language) => {
      await using stand = await start(language);
      const { page, editor } = stand;
      const text = TRANSLATED[language];
      const isEnglish = englishIn(language);
      const found = new Set<string>();
      const note = async (where: string): Promise<void> => {
        const { texts, cut } = await look(page);
        for (const one of texts) if (isEnglish(one)) found.add(`${where}: English: ${one}`);
        for (const one of cut) found.add(`${where}: cut: ${one}`);
      };
      const button = (key: 'test.start' | 'top.run') => page.getByRole('button', { name: String(text[key]), exact: true });
      await stand.open('#/editor/invoices.steps.yaml');
      await page.locator('.step[data-step="connect"]').click();
      await button('test.start').click();
      await page.locator('[data-test="ok"]').waitFor({ timeout: 30_000 });
      await note('test connection');
      await button('top.run').click();
      await page.locator('[data-run-state="done"]').waitFor({ timeout: 30_000 });
      await note('run');
      await page.getByRole('tab', { name: String(text['bottom.variables']), exact: true }).click();
      await note('variables');
      for (const screen of ['automations', 'credentials', 'sessions', 'runs', 'settings']) {
        await page.goto(new URL(`#/${screen}`, editor.url).href);
        await page.locator(`[data-screen="${screen}"]`).waitFor();
        await page.waitForTimeout(300);
        await note(screen);
      }
      expect([...found]).toEqual([]);
    },
    120_000,
  );
});
