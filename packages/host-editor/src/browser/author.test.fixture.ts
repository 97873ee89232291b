import type { Sandbox } from '@mailwright/sandbox';
import type { Locator, Page } from 'playwright-core';

/** Somebody who builds a bot with the mouse, and types only values. A gesture: a click, double click, drag, or key that is no value. */
export class ByMouse {
  gestures = 0;
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }
  get form(): Locator {
    return this.page.locator('.form-area');
  }
  async click(target: Locator): Promise<void> {
    this.gestures++;
    await target.click();
  }
  async type(field: Locator, value: string): Promise<void> {
    await this.click(field);
    await this.page.keyboard.type(value);
  }
  async choose(name: RegExp, option: RegExp): Promise<void> {
    // Proposals of the field before may still be open, which hide the rest from assistive technology; a mouse reaches it all the same.
    await this.click(this.form.getByRole('button', { name, includeHidden: true }).first());
    await this.click(this.page.getByRole('option', { name: option }).first());
  }
  block(id: string): Locator {
    return this.page.locator(`[data-block-id="${id}"]`);
  }
  /** Double-clicks a block: it goes below the selected step, or into it where it is an empty block. */
  async add(id: string): Promise<void> {
    const steps = await this.page.locator('.step[data-step]').count();
    this.gestures++;
    await this.block(id).dblclick();
    await this.page.locator('.step[data-step]').nth(steps).waitFor();
    await this.page.locator('[role="treeitem"]:focus').waitFor();
  }
  /** With real mouse moves: what goes wrong with a drag does not show otherwise. */
  async drag(from: Locator, to: Locator): Promise<void> {
    this.gestures++;
    await to.scrollIntoViewIfNeeded();
    const [a, b] = [await center(from), await center(to)];
    await this.page.mouse.move(a.x, a.y);
    await this.page.mouse.down();
    await this.page.mouse.move(a.x + 6, a.y + 3);
    await this.page.mouse.move(b.x, b.y, { steps: 8 });
    await this.follow(to);
    await this.page.mouse.up();
  }
  /** The list scrolls while something is held near its edge: like a person, goes on until the place shows that it takes it, and rests. */
  async follow(to: Locator): Promise<void> {
    const marked = to.locator('..').locator('.gap.is-target');
    const until = Date.now() + 20_000;
    for (let tries = 0; Date.now() < until; tries++) {
      const { x, y } = await center(to);
      await this.page.mouse.move(x, y + (tries % 2), { steps: 2 });
      await this.page.waitForTimeout(50);
      const now = await center(to);
      if (now.y === y && now.x === x && (await marked.count()) > 0) return;
    }
    throw new Error(`${String(to)} never shows that it takes what is held above it`);
  }
  async press(key: string): Promise<void> {
    this.gestures++;
    await this.page.keyboard.press(key);
  }

  async newAutomation(name: string): Promise<void> {
    await this.click(this.page.getByRole('button', { name: 'New automation' }));
    await this.page.keyboard.type(name);
    await this.press('Enter');
    await this.page.locator('.steps-begin').waitFor();
  }
  async connect(world: Sandbox): Promise<void> {
    await this.add('email.connect');
    await this.choose(/Server$/, /IMAP/);
    await this.type(this.form.getByRole('combobox', { name: 'Host' }).first(), world.host);
    await this.type(this.form.getByRole('combobox', { name: 'Port' }).first(), String(world.imap.port));
    await this.choose(/Security/, /STARTTLS/);
    await this.type(this.form.getByRole('combobox', { name: 'User name' }).first(), 'demo@example.test');
    await this.type(this.form.getByRole('combobox', { name: /^Password/ }).first(), 'sandbox/password');
    await this.choose(/Outgoing server$/, /SMTP/);
    await this.type(this.form.getByRole('combobox', { name: 'Host' }).nth(1), world.host);
    await this.type(this.form.getByRole('combobox', { name: 'Port' }).nth(1), String(world.smtp.port));
    await this.click(this.form.getByRole('button', { name: /Security$/ }).nth(1));
    await this.click(this.page.getByRole('option', { name: /STARTTLS/ }));
  }
  async loop(word: string): Promise<void> {
    await this.add('email.loop');
    await this.click(this.form.getByRole('button', { name: 'Condition' }));
    await this.type(this.form.getByRole('combobox', { name: 'Value' }), word);
  }
  async body(): Promise<void> {
    await this.add('try');
    await this.add('email.save-attachments');
    await this.type(this.form.getByRole('combobox', { name: 'Folder on disk' }), 'invoices');
    await this.add('email.reply');
    await this.type(this.form.locator('textarea').first(), 'Thank you.');
    await this.add('email.move');
    await this.type(this.form.getByRole('combobox', { name: 'Target folder' }).first(), 'Done');
    await this.drag(this.block('email.move'), this.page.locator('.branch-catch .empty-step'));
    await this.page.locator('.branch-catch .step[data-step]').waitFor();
    await this.type(this.form.getByRole('combobox', { name: 'Target folder' }).first(), 'Failed');
  }
  async save(): Promise<void> {
    await this.press('Control+s');
    await this.page.locator('[data-save="saved"]').waitFor();
  }
}

async function center(target: Locator): Promise<{ x: number; y: number }> {
  const box = await target.boundingBox();
  if (!box) throw new Error(`${String(target)} is not shown`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Somebody without a mouse: nothing but keys, from the address bar on. */
export class ByKeyboard extends ByMouse {
  override async click(target: Locator): Promise<void> {
    await this.reach(target);
    await this.press('Enter');
  }
  override async type(field: Locator, value: string): Promise<void> {
    await this.reach(field);
    await this.page.keyboard.type(value);
  }
  /** Tab until the focus is there, as a person would; fails where a control cannot be reached. */
  async reach(target: Locator): Promise<void> {
    for (let tries = 0; tries < 80; tries++) {
      if (await this.hasFocus(target)) return;
      await this.press('Tab');
    }
    throw new Error(`Tab never comes to ${String(target)}`);
  }
  async hasFocus(target: Locator): Promise<boolean> {
    return (await target.and(this.page.locator(':focus')).count()) > 0;
  }
  override async choose(name: RegExp, option: RegExp): Promise<void> {
    await this.click(this.form.getByRole('button', { name }).first());
    const wanted = this.page.getByRole('option', { name: option }).first();
    await wanted.waitFor();
    await this.arrowTo(wanted);
    await this.press('Enter');
  }
  async arrowTo(option: Locator): Promise<void> {
    for (let tries = 0; tries < 30; tries++) {
      if (await this.hasFocus(option)) return;
      await this.press('ArrowDown');
    }
    throw new Error(`arrows never come to ${String(option)}`);
  }
  /** The menu of the tree: Insert, a few letters, Enter. */
  async insert(letters: string): Promise<void> {
    const steps = await this.page.locator('.step[data-step]').count();
    await this.press('Insert');
    await this.page.locator('.add-menu').waitFor();
    await this.page.keyboard.type(letters);
    await this.page.locator('.add-menu [role="option"][data-focused]').waitFor();
    await this.press('Enter');
    await this.page.locator('.step[data-step]').nth(steps).waitFor();
    await this.page.locator('[role="treeitem"]:focus').waitFor();
  }
  /** Keys from the row that has the focus. */
  async rows(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.press(key);
  }

  /** All steps first, each where it belongs. */
  async structure(): Promise<void> {
    await this.click(this.page.getByRole('button', { name: 'Add a step here' }));
    await this.page.locator('.add-menu').waitFor();
    await this.page.keyboard.type('connect');
    await this.press('Enter');
    await this.page.locator('[role="treeitem"]:focus').waitFor();
    await this.insert('for each message');
    await this.insert('try');
    await this.rows('Alt+ArrowRight');
    await this.page.locator('[data-row="each"] [data-row="try"]:focus').waitFor();
    // Into its first branch, whose row comes next.
    await this.rows('ArrowDown');
    await this.insert('save attachments');
    await this.insert('reply');
    await this.insert('move');
    await this.rows('ArrowDown');
    await this.page.locator('[data-row="try/catch"]:focus').waitFor();
    await this.insert('move');
  }
  async fill(world: Sandbox): Promise<void> {
    await this.step('connect');
    await this.choose(/Server$/, /IMAP/);
    await this.type(this.form.getByRole('combobox', { name: 'Host' }).first(), world.host);
    await this.type(this.form.getByRole('combobox', { name: 'Port' }).first(), String(world.imap.port));
    await this.choose(/Security/, /STARTTLS/);
    await this.type(this.form.getByRole('combobox', { name: 'User name' }).first(), 'demo@example.test');
    await this.type(this.form.getByRole('combobox', { name: /^Password/ }).first(), 'sandbox/password');
    await this.step('each');
    await this.click(this.form.getByRole('button', { name: 'Condition' }));
    await this.type(this.form.getByRole('combobox', { name: 'Value' }), 'invoice');
    await this.step('saveAttachments');
    await this.type(this.form.getByRole('combobox', { name: 'Folder on disk' }), 'invoices');
    await this.step('reply');
    await this.type(this.form.locator('textarea').first(), 'Thank you.');
    await this.step('move');
    await this.type(this.form.getByRole('combobox', { name: 'Target folder' }).first(), 'Done');
    await this.step('move2');
    await this.type(this.form.getByRole('combobox', { name: 'Target folder' }).first(), 'Failed');
  }
  /** To a row of the tree with Escape and arrows, then with Enter into its form. */
  async step(id: string): Promise<void> {
    for (let tries = 0; tries < 4; tries++) {
      if ((await this.page.locator('[role="treeitem"]:focus').count()) > 0) break;
      await this.press('Escape');
    }
    await this.page.locator('[role="treeitem"]:focus').waitFor();
    await this.press('Home');
    for (let tries = 0; tries < 30; tries++) {
      if ((await this.page.locator(`[data-row="${id}"]:focus`).count()) > 0) break;
      await this.press('ArrowDown');
    }
    await this.press('Enter');
    await this.page.locator('.form-area :focus').waitFor();
  }
}
