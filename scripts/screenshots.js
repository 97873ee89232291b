// `npm run screenshots`: every screen of the editor, light and dark, in two sizes, into docs/images. Needs Chromium.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { turbo } from './turbo.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'docs', 'images');
const SIZES = [
  { width: 1280, height: 720 },
  { width: 1600, height: 1000 },
];
/** Colors in a picture: few enough to keep the repository small, enough for smooth letters. */
const COLORS = 128;

const built = turbo(['run', 'build', '--filter=@mailwright/host-editor...', '--output-logs=errors-only']);
if (built !== 0) process.exit(built);
const browserTests = join(root, 'packages', 'host-editor', 'dist', 'browser');
const { startBrowser } = await import(join(browserTests, 'stand.test.fixture.js'));
const { SCREENS, startFull } = await import(join(browserTests, 'screens.test.fixture.js'));
const UPNG = createRequire(join(root, 'packages', 'host-editor', 'package.json'))('upng-js');

await mkdir(target, { recursive: true });
for (const name of await readdir(target)) if (name.endsWith('.png')) await rm(join(target, name));
const browser = await startBrowser();
try {
  for (const viewport of SIZES) for (const colorScheme of ['light', 'dark']) await pictures(viewport, colorScheme);
} finally {
  await browser.close();
}

async function pictures(viewport, colorScheme) {
  const stand = await startFull(browser, { viewport, colorScheme, reducedMotion: 'reduce' });
  try {
    for (const [name, show] of Object.entries(SCREENS)) {
      await show(stand);
      // Nothing hovers, and what fades has ended.
      await stand.page.mouse.move(viewport.width / 2, 2);
      const png = await stand.page.screenshot({ animations: 'disabled', caret: 'hide' });
      await writeFile(join(target, `${name}-${viewport.width}-${colorScheme}.png`), smaller(png));
    }
    if (stand.complaints.length > 0) throw new Error(stand.complaints.join('\n'));
  } finally {
    await stand[Symbol.asyncDispose]();
  }
}

function smaller(png) {
  const { buffer, byteOffset, byteLength } = png;
  const image = UPNG.decode(buffer.slice(byteOffset, byteOffset + byteLength));
  return Buffer.from(UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, COLORS));
}
