// The sample mail becomes part of the sandbox package.
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'packages', 'sandbox', 'dist', 'seed');
cpSync(join(root, 'fixtures', 'mail'), join(target, 'mail'), { recursive: true });
cpSync(join(root, 'fixtures', 'mailbox.json'), join(target, 'mailbox.json'));
