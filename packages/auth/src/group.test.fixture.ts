// A process that becomes another user of the machine, and then uses what a group shares. Everything is loaded before.
import { httpsClient } from '@mailwright/network';
import { contextFor, silence } from './context.test.fixture.ts';
import { oauthPkce, tokensOnDisk } from './index.ts';
import 'node:sqlite';

export interface Member {
  readonly uid: number;
  /** The group that shares; of somebody who does not belong to it, another. */
  readonly group: number;
  readonly folder: string;
  readonly ca: string;
  readonly auth: Readonly<Record<string, unknown>>;
  readonly secret: string;
  readonly uses: number;
  /** A record that is made, and one that is read. */
  readonly writes?: string;
  readonly reads?: string;
}
export interface Told {
  readonly used: number;
  readonly failed: readonly string[];
  readonly found?: string | undefined;
}

async function act({ uid, group, folder, ca, auth, secret, uses, writes, reads }: Member): Promise<Told> {
  process.umask(0o077);
  process.setgroups?.([group]);
  process.setgid?.(uid);
  process.setuid?.(uid);
  const tokens = tokensOnDisk({ folder, group: true, key: () => Promise.resolve(Buffer.alloc(32, 7)), log: silence });
  const failed: string[] = [];
  let used = 0;
  for (let time = 0; time < uses; time++) {
    try {
      const credential = await oauthPkce.authenticate(oauthPkce.input.parse(auth) as never, {
        ...contextFor({ folder, secret }, httpsClient({ ca: [ca] })),
        tokens,
      });
      if (credential.kind === 'token') await credential.token();
      used++;
    } catch (error) {
      failed.push(`${(error as { code?: string }).code}: ${String(error)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 400));
  }
  const record = { accessToken: `of ${uid}`, issuedAt: Date.now(), expiresAt: Date.now() + 60_000 };
  if (writes !== undefined) await tokens.change(writes, () => Promise.resolve(record));
  const found = reads === undefined ? undefined : await tokens.change(reads, (one) => Promise.resolve({ ...(one ?? record), issuedAt: 0 }));
  return { used, failed, ...(found && { found: found.accessToken }) };
}

process.on('message', (member) => void act(member as Member).then((told) => process.send?.(told)));
process.once('disconnect', () => process.exit());
