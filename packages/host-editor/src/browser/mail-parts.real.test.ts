import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeReal } from '@mailwright/testing';
import type { Browser } from 'playwright-core';
import { invoicesOn, startBrowser, startStand, type Stand } from './stand.test.fixture.ts';

/** One red pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const HEAD = ['From: ann@example.test', 'To: demo@example.test', 'Date: Wed, 25 Nov 2026 10:00:00 +0000', 'MIME-Version: 1.0'];
const PICTURES = [
  ...HEAD,
  'Subject: Pictures',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Two pictures</p><img alt="remote" src="https://pictures.example.test/red.png">',
  '--b',
  'Content-Type: application/octet-stream; name="../../evil name.bin"',
  'Content-Disposition: attachment; filename="../../evil name.bin"',
  'Content-Transfer-Encoding: base64',
  '',
  'AAECA/8=',
  '--b--',
  '',
].join('\r\n');
const INVITE = [
  ...HEAD,
  'Subject: Team lunch',
  'Content-Type: text/calendar; method=REQUEST; charset=utf-8',
  '',
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//x//y//EN',
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'UID:lunch@example.test',
  'DTSTAMP:20261125T100000Z',
  'DTSTART:20261127T113000Z',
  'DTEND:20261127T123000Z',
  'SUMMARY:Team lunch',
  'LOCATION:Room <b>42</b>',
  'ORGANIZER:mailto:ann@example.test',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

describeReal('parts of mails, and files, in Chromium', ['chromium'], () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const asked: string[] = [];
  async function start(...mails: readonly string[]): Promise<Stand> {
    asked.length = 0;
    const images = (address: string) => {
      asked.push(address);
      return Promise.resolve({ type: 'image/png', bytes: Buffer.from(PNG, 'base64') });
    };
    const stand = await startStand(browser, { files: { 'invoices.steps.yaml': '' }, editor: { images } });
    await writeFile(join(stand.folder, 'invoices.steps.yaml'), invoicesOn(stand.world));
    for (const mail of mails) stand.world.store.deliver('ann@example.test', [stand.world.user.address], Buffer.from(mail));
    await stand.open('#/editor/invoices.steps.yaml');
    await stand.page.getByRole('tab', { name: 'Mailbox' }).click();
    await stand.page.getByRole('button', { name: /Show the mailbox/ }).click();
    await stand.page.locator('[data-mailbox="there"]').waitFor();
    return stand;
  }

  test('remote pictures come only when they are asked for, through the editor; an attachment is saved byte for byte, under a safe name', async () => {
    await using stand = await start(PICTURES);
    const { page, complaints } = stand;
    await page.getByRole('button', { name: /Pictures/ }).click();
    await page.getByRole('tab', { name: 'HTML' }).click();
    const frame = page.frameLocator('.mail-html iframe');
    await frame.getByText('Two pictures').waitFor();
    expect(asked).toEqual([]);
    await page.getByRole('button', { name: 'Load pictures' }).click();
    const picture = frame.getByRole('img', { name: 'remote' });
    await picture.waitFor();
    const width = await picture.evaluate(async (one) => {
      const image = one as unknown as { decode(): Promise<void>; naturalWidth: number };
      await image.decode();
      return image.naturalWidth;
    });
    expect(width).toBe(1);
    expect(asked).toEqual(['https://pictures.example.test/red.png']);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /evil name\.bin/ }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).not.toMatch(/[/\\]|^\./);
    expect([...(await readFile(await saved.path()))]).toEqual([0, 1, 2, 3, 255]);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('an invite shows when and where, as text', async () => {
    await using stand = await start(INVITE);
    const { page, complaints } = stand;
    await page.getByRole('button', { name: /Team lunch/ }).click();
    await page.getByText('Room <b>42</b>').waitFor();
    await page.locator('.notice', { hasText: 'Invit' }).getByText(/2026/).first().waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  test('a file of the automation is chosen from a list; nothing outside of its folder is in it', async () => {
    await using stand = await start();
    const { page, complaints } = stand;
    await mkdir(join(stand.folder, 'mailwright-files', 'terms'), { recursive: true });
    await writeFile(join(stand.folder, 'mailwright-files', 'terms', 'conditions.pdf'), 'x');
    await writeFile(join(stand.folder, 'outside.pdf'), 'x');
    await page.locator('.step[data-step="reply"]').click();
    const files = page.locator('[data-field="/with/attachments"]');
    await files.getByRole('button', { name: /Add/ }).click();
    await files.getByRole('button', { name: /Choose a file/ }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.locator('.file-line').allInnerTexts()).toEqual(['terms', 'terms/conditions.pdf']);
    await dialog.getByRole('searchbox').fill('cond');
    await dialog.getByRole('button', { name: 'terms/conditions.pdf' }).click();
    expect(await files.getByRole('combobox').first().inputValue()).toBe('terms/conditions.pdf');
    expect(complaints).toEqual([]);
  }, 60_000);
});
