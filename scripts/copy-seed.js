// The sample mail becomes part of the sandbox package.
import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'packages', 'sandbox', 'dist', 'seed');
// A mail that was taken away or renamed must not stay behind.
rmSync(target, { recursive: true, force: true });
cpSync(join(root, 'fixtures', 'mail'), join(target, 'mail'), { recursive: true });
cpSync(join(root, 'fixtures', 'mailbox.json'), join(target, 'mailbox.json'));
