import { BACKENDS, createEmail } from '@mailwright/sdk';
import { describeReal } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { TRANSLATED, englishIn, look, type Other } from './left-over.test.fixture.ts';
import { invoicesOn, startBrowser, startStand, type Stand } from './stand.test.fixture.ts';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The logins of a mail server, as far as their fields differ. */
const LOGINS = [
  'basic',
  ...['microsoft', 'google', 'generic'].map((provider) => `oauth-pkce, provider: ${provider}`),
  ...['microsoft', 'generic'].flatMap((provider) => [
    `oauth-device-code, provider: ${provider}`,
    `oauth-client-credentials, provider: ${provider}`,
    `oauth-ropc, provider: ${provider}`,
  ]),
  'oauth-client-credentials, provider: microsoft, proof: certificate',
  'oauth-vault',
  'google-service-account',
];
const server = (backend: string, login: string) => `{ backend: ${backend}, auth: { mode: ${login} } }`;
/** One step of every kind: every form that there is. */
const FORMS = [
  'version: 1\nid: forms\nname: F\nsteps:',
  ...createEmail().definitions.map(({ id, kind }, at) =>
    kind === 'loop' ? `  - { id: s${at}, loop: ${id}, as: mail, do: [] }` : `  - { id: s${at}, action: ${id} }`,
  ),
  ...LOGINS.map((login, at) => `  - { id: i${at}, action: email.connect, with: { server: ${server('imap', login)} } }`),
  ...['basic', 'none'].map((login, at) => `  - { id: o${at}, action: email.connect, with: { server: ${server('smtp', login)} } }`),
  ...BACKENDS.map(({ id }) => `  - { id: b-${id}, action: email.connect, with: { server: ${server(id, 'basic')} } }`),
  "  - { id: if, if: '{{ true }}', do: [], else: [] }",
  '  - { id: try, try: [], catch: [], finally: [] }',
  '  - { id: set, set: { x: 1 } }',
  '  - { id: call, call: x.steps.yaml }',
  '  - { id: stop, stop: run }',
  '',
].join('\n');

describeReal('the editor in each language in Chromium', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const start = async (language: Other, files = {}): Promise<Stand> => {
    const stand = await startStand(browser, {
      files,
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

  test.each(['pt-BR', 'de'] as const)(
    '%s: no form has an English word or a cut label: each action, each block, each server with each of its logins',
    async (language) => {
      await using stand = await start(language, { 'forms.steps.yaml': FORMS });
      const { page } = stand;
      const isEnglish = englishIn(language);
      const found = new Set<string>();
      await stand.open('#/editor/forms.steps.yaml');
      await page.locator('.step[data-step="stop"]').waitFor();
      const ids = await page.locator('.step[data-step]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-step') ?? ''));
      expect(ids.length).toBeGreaterThan(35);
      for (const id of ids) {
        await page.locator(`.step[data-step="${id}"]`).click();
        await page.locator(`.form[data-step="${id}"]`).waitFor();
        const closed = page.locator('.form .more-button[aria-expanded="false"]');
        // What is opened may hold more to open.
        for (let depth = 0; depth < 3; depth++) {
          await closed.evaluateAll((buttons) => buttons.forEach((button) => (button as unknown as { click(): void }).click()));
          await page.waitForTimeout(60);
        }
        const { texts, cut } = await look(page);
        for (const one of texts) if (isEnglish(one)) found.add(`${id}: English: ${one}`);
        for (const one of cut) found.add(`${id}: cut: ${one}`);
      }
      expect([...found]).toEqual([]);
    },
    180_000,
  );

  test('what is looked for is found where it is: an English page, and a label in a box too small for it', async () => {
    await using stand = await startStand(browser, { files: { 'forms.steps.yaml': FORMS } });
    const { page } = stand;
    await stand.open('#/editor/forms.steps.yaml');
    await page.locator('.step[data-step="i0"]').click();
    await page.locator('.form[data-step="i0"]').waitFor();
    await page
      .locator('.test-bar button')
      .first()
      .evaluate((button) => {
        const { style } = button as unknown as { style: Record<string, string> };
        style['width'] = '40px';
      });
    const isEnglish = englishIn('de');
    const { texts, cut } = await look(page);
    expect(cut).toContain('Test connection');
    expect(texts.filter(isEnglish)).toEqual(expect.arrayContaining(['Test connection', 'Session name', 'Search actions']));
  }, 60_000);
});
