import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkAutomation } from '@mailwright/automation';
import { createEmail } from '@mailwright/sdk';
import { describeReal } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { ByKeyboard, ByMouse } from './author.test.fixture.ts';
import { startBrowser, startStand, type Stand } from './stand.test.fixture.ts';

const FILE = 'invoices.steps.yaml';
/** Clicks, drags and keys beyond the typed values. */
const MOST_GESTURES = 40;

describeReal('the invoices bot from an empty page', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test('by mouse', async () => {
    await using stand = await startStand(browser);
    await stand.open();
    const author = new ByMouse(stand.page);
    await author.newAutomation('Invoices');
    await author.connect(stand.world);
    await author.loop('invoice');
    await author.body();
    await author.save();
    await finished(stand, author.gestures);
  });

  test('by keyboard alone', async () => {
    await using stand = await startStand(browser);
    await stand.open();
    const author = new ByKeyboard(stand.page);
    await author.newAutomation('Invoices');
    await author.structure();
    await author.fill(stand.world);
    await author.save();
    await finished(stand);
  });
});

/** The file holds the bot, ready to run; the browser had nothing to complain about. */
async function finished({ folder, complaints, world, page }: Stand, gestures?: number): Promise<void> {
  const text = await readFile(join(folder, FILE), 'utf8');
  const { problems, automation } = checkAutomation(text, FILE, createEmail({ files: folder }).definitions);
  expect(problems).toEqual([]);
  const [connect, loop] = automation?.steps ?? [];
  expect(connect).toMatchObject({ kind: 'action', id: 'connect' });
  expect(loop).toMatchObject({ kind: 'loop', do: [{ kind: 'try' }] });
  expect(text).toContain(String(world.imap.port));
  for (const part of ['email.save-attachments', 'email.reply', 'to: Done', 'to: Failed', 'value: invoice']) expect(text).toContain(part);
  expect(await page.locator('.step-problem').count()).toBe(0);
  expect(complaints).toEqual([]);
  if (gestures === undefined) return;
  console.info(`gestures by mouse: ${gestures}`);
  expect(gestures).toBeLessThanOrEqual(MOST_GESTURES);
}
