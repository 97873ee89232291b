import { Secret, type Backend } from '@mailwright/core';
import { startSandbox } from '@mailwright/sandbox';
import { testMailbox } from '@mailwright/testing';
import { ews } from './index.ts';

const start: Parameters<typeof testMailbox>[1] = async (seed) => {
  const sandbox = await startSandbox({ seed });
  return {
    config: { url: sandbox.ews.url },
    credential: { kind: 'password', username: sandbox.user.address, password: new Secret(sandbox.user.password) },
    ca: sandbox.caPem,
    close: () => sandbox.close(),
  };
};

testMailbox(ews as unknown as Backend, start);
