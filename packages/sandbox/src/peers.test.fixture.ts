import { existsSync } from 'node:fs';
import { join } from 'node:path';

// This package cannot use @mailwright/testing, which is built on it.
const isThere = (program: string) => ['/usr/bin', '/usr/local/bin', '/bin'].some((folder) => existsSync(join(folder, program)));

/** A suite that needs clients that others wrote; `packages` are Debian's names of them. */
export function withPeers(programs: readonly string[], packages: string): typeof describe.skip {
  const missing = programs.filter((program) => process.platform === 'win32' || !isThere(program));
  if (missing.length === 0 || process.env['CI']) return describe;
  console.warn(`SKIPPED: needs ${missing.join(', ')}; as root on Debian or Ubuntu: apt-get install -y ${packages}`);
  // Off only where the peers are not installed, and said so; where CI is set it runs, and fails without them.
  return describe.skip;
}
