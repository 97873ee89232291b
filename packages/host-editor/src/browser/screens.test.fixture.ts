import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { INVOICES, invoicesOn, startStand, type Stand } from './stand.test.fixture.ts';

const FILE = '#/editor/invoices.steps.yaml';
/** Beside the invoices: one that has never run, and one that is not ready. */
const OTHERS = {
  'newsletters.steps.yaml': INVOICES.replace('invoices-sample', 'newsletters')
    .replace('name: Invoices', 'name: Newsletters')
    .replace('default: invoice', 'default: news'),
  'out-of-office.steps.yaml': 'version: 1\nid: office\nname: Out of office\nsteps:\n  - { id: connect, action: email.connect }\n',
};

/** What the editor can show, each brought there by what a person does. */
export const SCREENS: Readonly<Record<string, (stand: Stand) => Promise<void>>> = {
  automations: async ({ page, editor }) => {
    await to(page, editor.url, '#/automations');
    await page.locator('.automation').nth(2).waitFor();
  },
  connect: async (stand) => {
    await select(stand, 'connect');
    await stand.page.getByRole('button', { name: 'Test connection', exact: true }).waitFor();
  },
  test: async (stand) => {
    await select(stand, 'connect');
    await stand.page.getByRole('button', { name: 'Test connection', exact: true }).click();
    await stand.page.locator('[data-test="ok"]').waitFor();
  },
  loop: async (stand) => {
    await select(stand, 'each');
    await stand.page.locator('[data-field="/with/filter"]').waitFor();
  },
  editor: async (stand) => {
    await select(stand, 'reply');
    await mailbox(stand.page);
  },
  filter: async (stand) => {
    await select(stand, 'each');
    const filter = stand.page.locator('[data-field="/with/filter"]');
    await filter.evaluate((element) => element.scrollIntoView());
  },
  run: async (stand) => {
    await select(stand, 'done');
    await stand.page.getByRole('tab', { name: 'Run', exact: true }).click();
    await stand.page.getByRole('button', { name: 'Run', exact: true }).click();
    await stand.page.locator('[data-run-state="done"]').waitFor();
    await stand.page.getByRole('region', { name: 'Log' }).getByText(/^Move/).first().click();
    await stand.page.locator('[data-values]').first().waitFor();
  },
  runs: async ({ page, editor }) => {
    await to(page, editor.url, '#/runs');
    await page.locator('tr[data-state="done"] a').first().click();
    await page.locator('.runs-detail').getByText('Done in').waitFor();
  },
  credentials: async ({ page, editor }) => {
    await to(page, editor.url, '#/credentials');
    await page.locator('[data-key]').first().waitFor();
  },
  connection: async ({ page, editor }) => {
    await to(page, editor.url, '#/credentials');
    await page.getByRole('button', { name: 'New connection' }).click();
    await page.locator('[data-field="/with/auth"]').waitFor();
  },
  sessions: async ({ page, editor }) => {
    await to(page, editor.url, '#/sessions');
    await page.locator('[data-session]').first().waitFor();
  },
  settings: async ({ page, editor }) => {
    await to(page, editor.url, '#/settings');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
  },
};

/** A stand with some of everything in it: automations, a saved session. What stands in SCREENS is tried in its order. */
export async function startFull(browser: Browser, context: BrowserContextOptions): Promise<Stand> {
  const stand = await startStand(browser, { files: OTHERS, context });
  try {
    await writeFile(join(stand.folder, 'invoices.steps.yaml'), invoicesOn(stand.world));
    await saveSession(stand);
    await stand.open(FILE);
    return stand;
  } catch (error) {
    await stand[Symbol.asyncDispose]();
    throw error;
  }
}

async function saveSession({ editor }: Stand): Promise<void> {
  const { origin, hash } = new URL(editor.url);
  const connect = {
    server: {
      backend: 'imap',
      host: 'imap.example.com',
      auth: { mode: 'basic', username: 'team@example.com', password: { credential: 'sandbox/password' } },
    },
  };
  const answer = await fetch(`${origin}/api/sessions/Team`, {
    method: 'PUT',
    headers: { origin, authorization: `Bearer ${hash.replace('#token=', '')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ connect, replace: true }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
async function to(page: Page, url: string, hash: string): Promise<void> {
  await page.goto(new URL(hash, url).href);
  await page.locator(`[data-screen="${hash.split('/')[1] ?? ''}"]`).waitFor();
}
async function select({ page, editor }: Stand, id: string): Promise<void> {
  await to(page, editor.url, FILE);
  await page.locator(`.step[data-step="${id}"]`).click();
  await page.locator('.form-area').waitFor();
}
async function mailbox(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Mailbox' }).click();
  const show = page.getByRole('button', { name: /Show the mailbox/ });
  if (await show.isVisible()) await show.click();
  await page.locator('[data-mailbox="there"]').waitFor();
}
