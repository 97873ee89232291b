import { readFileSync } from 'node:fs';
import { Secret, type Backend, type Flag } from '@mailwright/core';
import { describeReal, startMailWorld, testMailbox } from '@mailwright/testing';
import { imap } from './index.ts';

describeReal("on Debian's Dovecot", ['dovecot', 'openssl'], () => {
  testMailbox(imap as unknown as Backend, async ({ folders, messages }) => {
    const world = await startMailWorld();
    for (const { path } of folders)
      world.seed(
        'demo',
        path,
        messages
          .filter(({ folder }) => folder === path)
          .map(({ raw, flags, receivedAt }) => ({ raw, flags: flags as Flag[], receivedAt: new Date(receivedAt) })),
      );
    return {
      config: imap.config.parse({ host: '127.0.0.1', port: world.ports.imaps }),
      credential: { kind: 'password', username: 'demo@example.test', password: new Secret(world.users['demo'] ?? '') },
      ca: readFileSync(world.caFile, 'utf8'),
      close: () => world.close(),
    };
  });
});
