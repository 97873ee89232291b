import { writeFile } from 'node:fs/promises';
import { describeReal } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { startBrowser, startStand, type Stand } from './stand.test.fixture.ts';

describeReal('folders and filters in Chromium', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const file = ({ imap }: Stand['world']) => `version: 1
id: t
name: T
steps:
  - id: connect
    action: email.connect
    with:
      server: { backend: imap, host: 127.0.0.1, port: ${imap.tlsPort}, auth: { mode: basic, username: demo@example.test, password: { credential: sandbox/password } } }
  - { id: each, loop: email.loop, as: mail, do: [{ id: move, action: email.move }] }
`;
  async function start(): Promise<Stand> {
    const stand = await startStand(browser);
    await writeFile(`${stand.folder}/t.steps.yaml`, file(stand.world));
    await stand.open('#/editor/t.steps.yaml');
    return stand;
  }
  const select = ({ page }: Stand, id: string) => page.locator(`[role="tree"] [data-step="${id}"]`).click();

  test('a filter is built by rows, counted on the server, and kept up to date once that is switched on', async () => {
    await using stand = await start();
    const { page } = stand;
    await select(stand, 'each');
    const filter = page.locator('[data-field="/with/filter"]');
    await filter.getByRole('button', { name: 'Preview' }).click();
    const count = filter.locator('.preview-count');
    await count.waitFor();
    const all = Number(/\d+/.exec(await count.innerText())?.[0]);
    await filter.getByRole('button', { name: 'Condition', exact: true }).click();
    await filter.getByRole('combobox', { name: 'Value' }).and(page.locator(':focus')).waitFor();
    await page.waitForResponse((answer) => answer.url().endsWith('/api/check'));
    await filter.getByRole('button', { name: 'Preview' }).click();
    await filter.getByText('First say in each condition').waitFor();
    expect(await filter.locator('.field-error').count()).toBe(0);
    await page.getByRole('textbox', { name: 'Step name' }).focus();
    await filter.locator('.field-error').waitFor();
    await filter.getByRole('combobox', { name: 'Value' }).click();
    await page.keyboard.type('invoice');
    await filter.getByText('Keep up to date').click();
    await filter.locator('.preview-plan', { hasText: /SUBJECT/i }).waitFor();
    expect(Number(/\d+/.exec(await count.innerText())?.[0])).toBeLessThan(all);
    for (const subject of await filter.locator('.preview-subject').allInnerTexts()) expect(subject.toLowerCase()).toContain('invoice');

    // What no server can search is looked through here, in the same groups.
    const matches = Number(/\d+/.exec(await count.innerText())?.[0]);
    await filter.getByRole('button', { name: 'Group', exact: true }).click();
    const inner = filter.getByRole('group', { name: 'Any of these' });
    await inner.getByRole('button', { name: /How$/ }).click();
    await page.getByRole('option', { name: /^matches/ }).click();
    await inner.getByRole('combobox', { name: 'Value' }).fill('[0-9]');
    await inner.getByRole('button', { name: /Which rows must hold/ }).click();
    await page.getByRole('option', { name: 'None of these' }).click();
    await filter.locator('.preview-plan dd', { hasText: '[0-9]' }).waitFor();
    expect(await filter.locator('.preview-plan dd').first().innerText()).toMatch(/SUBJECT/i);
    expect(Number(/\d+/.exec(await count.innerText())?.[0])).toBeLessThan(matches);
    for (const subject of await filter.locator('.preview-subject').allInnerTexts()) expect(subject).toMatch(/^[^0-9]*invoice[^0-9]*$/i);
    await inner
      .or(filter.getByRole('group', { name: 'None of these' }))
      .getByRole('button', { name: 'Remove this group' })
      .click();
    await filter.getByRole('button', { name: 'As text' }).click();
    expect(JSON.parse(await filter.getByLabel('Filter as JSON').inputValue())).toEqual({
      op: 'contains',
      field: 'subject',
      value: 'invoice',
    });
    expect(stand.complaints).toEqual([]);
  }, 60_000);

  test('the folders of the session are listed, a typed one counts too, and the loop’s mail is offered', async () => {
    await using stand = await start();
    const { page } = stand;
    await select(stand, 'move');
    await page.locator('[data-field="/with/messages"] button.select-button').click();
    await page.getByRole('option', { name: /mail: the mail of the loop/ }).click();
    const target = page.locator('[data-field="/with/to"]');
    await target.getByRole('button', { name: 'List the folders' }).click();
    await page.getByRole('option', { name: 'Sent' }).first().waitFor();
    await target.getByRole('combobox').fill('My/own');
    expect(await target.getByRole('combobox').inputValue()).toBe('My/own');
    expect(stand.complaints).toEqual([]);
  }, 60_000);
});
