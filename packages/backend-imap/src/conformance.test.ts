import { Secret, type Backend } from '@mailwright/core';
import { startSandbox } from '@mailwright/sandbox';
import { testMailbox } from '@mailwright/testing';
import { imap } from './index.ts';

testMailbox(imap as unknown as Backend, async (seed) => {
  const sandbox = await startSandbox({ seed });
  return {
    config: imap.config.parse({ host: sandbox.host, port: sandbox.imap.port, security: 'starttls' }),
    credential: { kind: 'password', username: sandbox.user.address, password: new Secret(sandbox.user.password) },
    ca: sandbox.caPem,
    close: () => sandbox.close(),
  };
});
