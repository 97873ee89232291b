import { Secret, type Backend } from '@mailwright/core';
import { startSandbox } from '@mailwright/sandbox';
import { testMailbox } from '@mailwright/testing';
import { pop3 } from './index.ts';

const start: Parameters<typeof testMailbox>[1] = async (seed) => {
  const sandbox = await startSandbox({ seed });
  return {
    config: pop3.config.parse({ host: sandbox.host, port: sandbox.pop3.port, security: 'starttls' }),
    credential: { kind: 'password', username: sandbox.user.address, password: new Secret(sandbox.user.password) },
    ca: sandbox.caPem,
    close: () => sandbox.close(),
  };
};

testMailbox(pop3 as unknown as Backend, start, { headersOnly: true });
