// The sample automation becomes part of the package that runs it in the demo.
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'packages', 'host-cli', 'dist', 'samples');
mkdirSync(target, { recursive: true });
copyFileSync(join(root, 'fixtures', 'automations', 'invoices.steps.yaml'), join(target, 'invoices.steps.yaml'));
