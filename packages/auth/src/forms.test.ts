import type { LoginForm } from '@mailwright/core';
import { oauthClientCredentials, oauthDeviceCode, oauthPkce, oauthRopc } from './oauth.ts';
import { PROVIDERS } from './providers/index.ts';

interface Json {
  readonly title?: string;
  readonly deprecated?: boolean;
  readonly discriminator?: { readonly propertyName: string };
  readonly oneOf?: readonly Json[];
  readonly properties?: Readonly<Record<string, { readonly title?: string; readonly const?: string }>>;
}

const json = (form: LoginForm) => form.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as Json;
/** The branches of a choice, those of choices inside it too. */
const leaves = (one: Json): readonly Json[] => one.oneOf?.flatMap(leaves) ?? [one];
const choices = (one: Json): readonly Json[] => (one.oneOf ? [one, ...one.oneOf.flatMap(choices)] : []);
const MODES = [
  ['pkce', oauthPkce],
  ['deviceCode', oauthDeviceCode],
  ['clientCredentials', oauthClientCredentials],
  ['ropc', oauthRopc],
] as const;

test.each(MODES)('R1.44 %s is offered for the providers that have it, and for no other', (flow, { input }) => {
  const offered = new Set(leaves(json(input)).map(({ properties }) => properties?.['provider']?.const));
  const having = Object.values(PROVIDERS).filter((one) => one[flow]);
  expect(offered).toEqual(new Set(having.map(({ id }) => id)));
});

test.each(MODES)('R1.43 %s: each provider has its own fields alone, and every choice can be drawn', (_, { input }) => {
  for (const { properties = {} } of leaves(json(input))) {
    const fields = Object.keys(properties);
    const own = { microsoft: ['tenant', 'cloud'], google: [], generic: ['issuer', 'scopes'] }[String(properties['provider']?.const)] ?? [];
    for (const field of ['tenant', 'cloud', 'issuer', 'scopes'])
      expect([field, fields.includes(field)]).toEqual([field, own.includes(field)]);
    for (const [name, { title }] of Object.entries(properties)) expect([name, title]).toEqual([name, expect.any(String)]);
  }
  for (const { title, discriminator, oneOf = [] } of choices(json(input))) {
    const key = discriminator?.propertyName ?? '';
    expect([title, key]).toEqual([expect.any(String), expect.stringMatching(/^(provider|proof)$/)]);
    const values = oneOf.map((branch) => leaves(branch)[0]?.properties?.[key]?.const);
    expect([new Set(values).size, values.includes(undefined)]).toEqual([oneOf.length, false]);
  }
});

test('R0.5 a posted password is marked as old', () => {
  expect(json(oauthRopc.input)).toMatchObject({ deprecated: true, title: expect.stringContaining('legacy') as string });
});

const refusals = ({ input }: { readonly input: LoginForm }, given: object) =>
  input.safeParse(given).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

test('R1.43 a field of another provider, and what cannot work, is refused with its place', () => {
  const cc = { mode: 'oauth-client-credentials', provider: 'microsoft', tenant: 't.test', clientId: 'c', mailbox: 'm@t.test' };
  const secret = { credential: 'v/s' };
  expect(refusals(oauthClientCredentials, { ...cc, clientSecret: secret })).toEqual([]);
  expect(refusals(oauthClientCredentials, { ...cc, proof: 'certificate', certificate: secret })).toEqual([]);
  expect(refusals(oauthClientCredentials, { ...cc, clientSecret: secret, certificate: secret })[0]).toMatch(/certificate/);
  expect(refusals(oauthClientCredentials, { ...cc, clientSecret: secret, issuer: 'https://x.test' })[0]).toMatch(/issuer/);
  expect(refusals(oauthClientCredentials, { ...cc, clientSecret: secret, provider: 'google' })[0]).toMatch(/^provider: /);
  expect(refusals(oauthClientCredentials, { ...cc, clientSecret: secret, tenant: 'Common' })[0]).toMatch(/^tenant: .*one tenant/);
  const ropc = { mode: 'oauth-ropc', provider: 'microsoft', clientId: 'c', username: 'u@t.test', password: secret };
  expect(refusals(oauthRopc, { ...ropc, tenant: 'organizations' })).toEqual([]);
  expect(refusals(oauthRopc, { ...ropc, tenant: 'consumers' })[0]).toMatch(/^tenant: /);
  expect(refusals(oauthRopc, ropc)[0]).toMatch(/^tenant: /);
  const pkce = { mode: 'oauth-pkce', provider: 'generic', clientId: 'c', username: 'u@t.test' };
  expect(refusals(oauthPkce, pkce)[0]).toMatch(/^issuer: /);
  expect(refusals(oauthPkce, { ...pkce, issuer: 'https://x.test', allowTokenTo: ['https://x.test/'] })[0]).toMatch(
    /^allowTokenTo.0: a host/,
  );
});
