import { describeReal } from '@mailwright/testing';
import type { Browser, Page } from 'playwright-core';
import { startBrowser, startStand } from './stand.test.fixture.ts';

const LOOPS = 100;
/** An automation of 501 steps. */
const MANY = [
  'version: 1',
  'id: many',
  'name: Many',
  'variables: { handled: { type: number, default: 0 } }',
  'steps:',
  '  - { id: connect, action: email.connect, with: { server: { backend: imap, host: imap.example.test, auth: { mode: basic } }, outgoing: { backend: smtp } } }',
  ...Array.from({ length: LOOPS }, (_, at) =>
    [
      `  - id: each${at}`,
      '    loop: email.loop',
      `    with: { folder: INBOX, filter: { op: contains, field: subject, value: Invoice ${at} } }`,
      '    as: mail',
      '    do:',
      `      - { id: save${at}, action: email.save-attachments, with: { messages: '{{ mail }}', to: out } }`,
      `      - { id: reply${at}, action: email.reply, with: { message: '{{ mail }}', text: Thank you. } }`,
      `      - { id: move${at}, action: email.move, with: { messages: '{{ mail }}', to: Done } }`,
      `      - { id: count${at}, set: { handled: '{{ handled + 1 }}' } }`,
    ].join('\n'),
  ),
  '',
].join('\n');

/** What is drawn anew is counted, not timed: a busy machine counts the same. */
const WATCH = `(() => {
  window.touched = new Set();
  new MutationObserver((changes) => {
    for (const { target } of changes) window.touched.add((target.closest ? target : target.parentElement).closest('[data-row]')?.dataset.row);
  }).observe(document.querySelector('[role="tree"]'), { subtree: true, childList: true, characterData: true, attributes: true });
})()`;
const touched = (page: Page): Promise<readonly string[]> =>
  page.evaluate('(() => { const all = [...window.touched]; window.touched.clear(); return all; })()');
const settled = (page: Page): Promise<void> => page.evaluate('new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))');

describeReal('an automation of 500 steps in Chromium', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test('opens with the buttons of what is on the screen alone, and draws only the row that is edited', async () => {
    await using stand = await startStand(browser, { files: { 'many.steps.yaml': MANY } });
    const { page, complaints } = stand;
    await stand.open('#/editor/many.steps.yaml');
    await page.locator('.step[data-step="count99"]').waitFor({ state: 'attached' });
    const opened = {
      rows: await page.locator('.step[data-step]').count(),
      grips: await page.locator('[data-grip]').count(),
      elements: await page.locator('[role="tree"] *').count(),
    };
    expect(opened.rows).toBe(5 * LOOPS + 1);
    expect(opened.grips).toBeLessThan(120);
    expect(opened.elements).toBeLessThan(14 * opened.rows);

    await page.locator('.step[data-step="reply2"]').click();
    const text = page.locator('.form[data-step="reply2"] textarea').first();
    await text.click();
    await settled(page);
    await page.evaluate(WATCH);
    await page.keyboard.type('1234567890', { delay: 5 });

    await page.locator('[data-row="reply2"]', { hasText: '1234567890' }).waitFor();
    expect(await touched(page)).toEqual(['reply2']);
    await page.waitForResponse((answer) => answer.url().endsWith('/api/check'));
    await settled(page);
    expect(await touched(page)).toEqual([]);

    await page.locator('[data-row="reply2"]').focus();
    await page.keyboard.press('End');
    await page.locator('[data-row="count99"]:focus').waitFor();
    await page.locator('[data-grip="count99"]').waitFor();
    await page.keyboard.press('Alt+ArrowUp');
    await page.locator('[data-row="each99"] [role="treeitem"][aria-label^="101.3"][data-row="count99"]').waitFor();
    await page.keyboard.press('Control+z');
    await page.locator('[role="treeitem"][aria-label^="101.4"][data-row="count99"]').waitFor();
    expect(complaints).toEqual([]);
  }, 90_000);

  test('a block of the palette held at the lower edge scrolls the steps, not the palette, and falls where the mark is', async () => {
    await using stand = await startStand(browser, { files: { 'many.steps.yaml': MANY } });
    const { page, complaints } = stand;
    await stand.open('#/editor/many.steps.yaml');
    const block = page.locator('[data-block-id="email.connect"]');
    const list = page.locator('[data-drop-list]');
    await page.locator('.step[data-step="count99"]').waitFor({ state: 'attached' });
    const [from, steps] = [await block.boundingBox(), await list.boundingBox()];
    if (!from || !steps) throw new Error('the palette or the list is not shown');
    const x = steps.x + steps.width / 2;
    await page.mouse.move(from.x + 40, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(from.x + 50, from.y + from.height / 2, { steps: 3 });
    await page.mouse.move(x, steps.y + steps.height - 8, { steps: 8 });
    // The page allows no text to become code, so that waiting for it is ours.
    const scrolled = () => page.evaluate<number>("document.querySelector('[data-drop-list]').scrollTop");
    for (let looks = 0; looks < 400 && (await scrolled()) <= 600; looks++) await page.waitForTimeout(50);
    expect(await scrolled()).toBeGreaterThan(600);
    expect(await page.evaluate("document.querySelector('.palette-list').scrollTop")).toBe(0);

    const y = steps.y + steps.height / 2;
    const mark = page.locator('.gap.is-target');
    const away = async () => Math.abs(((await mark.boundingBox())?.y ?? Infinity) - y);
    // Until the scrolling has ended and the mark has come along.
    for (let looks = 0; looks < 200; looks++) {
      await page.mouse.move(x, y + (looks % 2), { steps: 4 });
      const before = await scrolled();
      await page.waitForTimeout(100);
      if ((await scrolled()) === before && (await away()) < 60) break;
    }
    expect(await away()).toBeLessThan(60);
    const gap = await mark.getAttribute('data-gap');
    await page.mouse.up();
    const added = page.locator('.step[data-step="connect2"]');
    await added.waitFor();
    // Right above the gap that comes after it.
    const [parent, branch, index] = JSON.parse(gap ?? '') as [string | null, string, number];
    await page.locator(`[data-gap='${JSON.stringify([parent, branch, index + 1])}']`).waitFor({ state: 'attached' });
    expect(Math.abs(((await added.boundingBox())?.y ?? 0) - y)).toBeLessThan(80);
    expect(complaints).toEqual([]);
  });

  test('a step that is carried by its grip goes where the mark is', async () => {
    await using stand = await startStand(browser, { files: { 'many.steps.yaml': MANY } });
    const { page, complaints } = stand;
    await stand.open('#/editor/many.steps.yaml');
    await page.locator('.step[data-step="count99"]').waitFor({ state: 'attached' });
    const [grip, row] = [
      await page.locator('[data-grip="reply0"]').boundingBox(),
      await page.locator('.step[data-step="save0"]').boundingBox(),
    ];
    if (!grip || !row) throw new Error('the steps are not shown');
    await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
    await page.mouse.down();
    await page.mouse.move(grip.x + grip.width / 2, grip.y, { steps: 3 });
    await page.mouse.move(grip.x + grip.width / 2, row.y + 4, { steps: 5 });
    await page.locator(`[data-gap='["each0","do",0]'].is-target`).waitFor();
    await page.mouse.up();
    await page.locator('[role="treeitem"][aria-label^="2.1"][data-row="reply0"]').waitFor();
    expect(complaints).toEqual([]);
  });
});
