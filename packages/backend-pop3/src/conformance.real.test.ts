import { readFileSync } from 'node:fs';
import { Secret, type Backend } from '@mailwright/core';
import { describeReal, startMailWorld, testMailbox } from '@mailwright/testing';
import { pop3 } from './index.ts';

describeReal("on Debian's Dovecot", ['dovecot', 'pop3-login', 'openssl'], () => {
  const start: Parameters<typeof testMailbox>[1] = async ({ messages }) => {
    const world = await startMailWorld();
    const inbox = messages.filter(({ folder }) => folder === 'INBOX');
    world.seed(
      'demo',
      'INBOX',
      inbox.map(({ raw, receivedAt }) => ({ raw, receivedAt: new Date(receivedAt) })),
    );
    return {
      config: pop3.config.parse({ host: '127.0.0.1', port: world.ports.pop3s }),
      credential: { kind: 'password', username: 'demo@example.test', password: new Secret(world.users['demo'] ?? '') },
      ca: readFileSync(world.caFile, 'utf8'),
      close: () => world.close(),
    };
  };
  testMailbox(pop3 as unknown as Backend, start, { headersOnly: true });
});
