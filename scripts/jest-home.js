// Vault, saved sessions and connections of a test file are its own: nothing that another one makes meanwhile shows up in it.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const outer = process.env.MAILWRIGHT_HOME;
if (outer) mkdirSync(outer, { recursive: true });
const folder = mkdtempSync(join(outer ?? tmpdir(), 'home-'));
process.env.MAILWRIGHT_HOME = join(folder, 'home');
// Under `npm test` it stays: what tests leave is searched for passwords.
if (!outer) afterAll(() => rmSync(folder, { recursive: true, force: true }));
