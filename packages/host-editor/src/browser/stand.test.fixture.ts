import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { createEmail, memoryVault } from '@mailwright/sdk';
import { program } from '@mailwright/testing';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { startEditor, type Editor, type EditorOptions } from '../index.ts';

const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];
/** The sample automation; `invoicesOn` has the ports of a sample mail server in it. */
export const INVOICES = readFileSync(join(import.meta.dirname, '../../../../fixtures/automations/invoices.steps.yaml'), 'utf8');
export const invoicesOn = ({ imap, smtp }: Sandbox): string =>
  INVOICES.replace('10143', String(imap.port)).replace('10587', String(smtp.port));
export const EMPTY = 'version: 1\nid: empty\nname: Empty\nsteps: []\n';

export interface StandOptions {
  /** Contents of the opened folder by file name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Given to startEditor, over what the stand gives. */
  readonly editor?: Partial<EditorOptions>;
  readonly context?: BrowserContextOptions;
  /** Where the browser may go besides 127.0.0.1. */
  readonly hosts?: readonly string[];
}
export interface Stand extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly editor: Editor;
  readonly world: Sandbox;
  readonly folder: string;
  /** What the browser complained about, and where it wanted to go: a test ends with none. */
  readonly complaints: string[];
  /** All that the editor's server has answered to the page. */
  said(): Promise<string>;
  /** Opens the page, at an address of its own such as `#/editor/a.steps.yaml`. */
  open(hash?: string): Promise<void>;
}

/** Chromium, once for a suite; each stand has a context of its own. */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? program('chromium') ?? '';
  return chromium.launch({ executablePath, timeout: 100_000, args: [...ARGS, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])] });
}

/** The editor over a folder of its own, a sample mail server, and a page that listens for every complaint of the browser. */
export async function startStand(browser: Browser, options: StandOptions = {}): Promise<Stand> {
  const place = await mkdtemp(join(tmpdir(), 'mailwright-stand-'));
  // Its name is shown, and the same in every picture.
  const folder = join(place, 'bots');
  await mkdir(folder);
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(folder, name), text);
  const world = await startSandbox();
  const vault = memoryVault('sandbox', { password: world.user.password });
  const editor = await startEditor({
    folder,
    version: 'test',
    data: join(folder, '.data'),
    createEmail: (given) => createEmail({ ...given, vaults: [vault], ca: world.caFile }),
    ...options.editor,
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'en', ...options.context });
  const complaints: string[] = [];
  await context.route('**', (route) => {
    const { hostname, protocol } = new URL(route.request().url());
    if (hostname === '127.0.0.1' || options.hosts?.includes(hostname) || protocol === 'data:' || protocol === 'blob:')
      return route.continue();
    complaints.push(`request to ${route.request().url()}`);
    return route.abort();
  });
  const page = await context.newPage();
  const answers: Promise<string>[] = [];
  page.on('response', (answer) => {
    if (new URL(answer.url()).pathname.startsWith('/api/')) answers.push(answer.text().catch(() => ''));
  });
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
  return {
    page,
    context,
    editor,
    world,
    folder,
    complaints,
    said: async () => (await Promise.all(answers)).join('\n'),
    async open(hash = '') {
      await page.goto(editor.url);
      await page.locator('[data-screen]').waitFor();
      if (hash !== '') await page.goto(new URL(hash, editor.url).href);
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await editor.close();
      await world[Symbol.asyncDispose]();
      await rm(place, { recursive: true, force: true });
    },
  };
}
