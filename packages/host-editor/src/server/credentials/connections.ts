import type { Connection, ConnectionState } from '@mailwright/sdk';
import type { ConnectionShown, Fields } from '../../api.ts';
import type { Parts } from '../parts.ts';
import { eventsOf } from '../servers/test-stream.ts';
import { usesIn, usesOf } from './uses.ts';

const STATES = {
  active: 'active',
  'sign-in needed': 'sign-in-needed',
  'consent needed': 'consent-needed',
  blocked: 'blocked',
  'never used': 'never-used',
  'signing in': 'signing-in',
} as const satisfies Record<ConnectionState['state'], ConnectionShown['owners'][number]['state']>;

/** Managed connections: their states, and a person's sign-in. Tokens stay where they are. */
export function connectionRoutes(parts: Parts): void {
  const { router, email, options, folder } = parts;
  router.on('GET', 'connections', async (): Promise<readonly ConnectionShown[]> => {
    const [uses, states] = await Promise.all([usesIn(parts), email.connections()]);
    const names = [...new Set(states.map(({ name }) => name))];
    const inputs = await Promise.all(names.map((name) => email.connection(name)));
    return names.map((name, at) => {
      const own = states.filter((one) => one.name === name);
      const [{ tokenType, provider, backend }] = own as [ConnectionState];
      return {
        name,
        tokenType,
        provider,
        backend: backend.join(', '),
        owners: own.map(({ owner, state }) => ({ owner, state: STATES[state] })),
        usedIn: usesOf(uses, (one) => one.kind === 'connection' && one.name === name),
        input: inputs[at] as unknown as Fields,
      };
    });
  });
  router.on('PUT', 'connections/:name', ({ params: { name = '' }, body }) => email.setConnection(name, body as Connection));
  router.on('DELETE', 'connections/:name', ({ params: { name = '' } }) => email.signOut(name, { forget: true }));
  router.on('POST', 'connections/:name/sign-in', ({ params: { name = '' }, language }) =>
    eventsOf(language, async (_, person) => {
      await using own = options.createEmail({ files: folder.root });
      await own.signIn(name, person);
      return true;
    }),
  );
}
