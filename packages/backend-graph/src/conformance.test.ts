import { Secret, type Backend, type Credential } from '@mailwright/core';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { testMailbox } from '@mailwright/testing';
import { graph } from './index.ts';

function credentialFor({ graph, user }: Sandbox): Credential {
  const value = new Secret(graph.token({ user: user.address, permissions: ['Mail.ReadWrite', 'Mail.Send'] }));
  return { kind: 'token', username: user.address, token: () => Promise.resolve({ value, expiresAt: new Date(Date.now() + 3_600_000) }) };
}

const start: Parameters<typeof testMailbox>[1] = async (seed) => {
  const sandbox = await startSandbox({ seed });
  return { config: { url: sandbox.graph.url }, credential: credentialFor(sandbox), ca: sandbox.caPem, close: () => sandbox.close() };
};
testMailbox(graph as unknown as Backend, start, { byDate: true });
