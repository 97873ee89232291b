import { choice, more, say, secretField, settingField, ui, type LoginForm } from '@mailwright/core';
import { z } from 'zod';
import { REFUSED_BY_GOOGLE } from './hosts.ts';

/** The fields of each login mode, provider by provider: what a provider has no use for is not in its form. */

const clientId = settingField({ title: 'Client ID' });
const clientSecret = secretField({ title: 'Client secret', description: 'Its value, not its id' });
const secretOfSome = secretField({ title: 'Client secret', description: 'Where the application has one' }).optional();
const username = settingField({ title: 'User name', description: 'The address of whoever signs in' });
const opened = settingField({ title: 'Mailbox', description: 'The address that is opened' });
const another = settingField({ title: 'Mailbox', description: 'Another one that this user may open, such as a shared mailbox' }).optional();
const password = secretField({ title: 'Password' });
const redirectUri = z
  .url({ protocol: /^http$/ })
  .default('http://localhost:8888/Callback')
  .meta({ title: 'Redirect URI', description: 'As registered; only addresses of this machine' });
export const allowTokenTo = z
  .array(
    z
      .string()
      .trim()
      .regex(/^[\w.:[\]-]+$/, String(say`a host name or address, without port or path`)),
  )
  .min(1)
  .optional()
  .meta(more({ title: 'Allow the token to go to', description: 'Further hosts: each of them could use the token for the mailbox' }));

const cloud = z
  .enum(['global', 'us-gcc-high', 'us-dod', 'china'])
  .default('global')
  .meta(more({ title: 'Azure cloud' }));
const TENANT = { title: 'Tenant ID', description: 'The id of the tenant, or one of its domains' };
/** Without one, any tenant's users may sign in to an application that is registered for that. */
const anyTenant = settingField({
  ...TENANT,
  description: `${TENANT.description}; needed unless the application is for all tenants`,
}).optional();
const ownTenant = (shared: RegExp) =>
  settingField(TENANT)
    .refine(
      (value) => typeof value !== 'string' || !shared.test(value),
      'this login signs in to one tenant: enter its id or one of its domains',
    )
    .meta(ui('secret', TENANT));
const scopes = z.array(z.string().min(1)).optional().meta({ title: 'Scopes', description: 'What to ask the provider for' });
const issuer = z
  .url({ protocol: /^https$/ })
  .meta({ title: 'Issuer', description: 'The https address at which the provider describes itself' });

type Fields = z.core.$ZodLooseShape;
const TITLES = { microsoft: 'Microsoft', google: 'Google', generic: 'Other (OpenID)' };

/** The form of a mode: a choice of providers, each with what it always needs and what this mode needs there. */
function formFor(
  mode: string,
  title: string,
  providers: Partial<Record<keyof typeof TITLES, Fields | ((head: Fields) => LoginForm)>>,
): LoginForm {
  const branches = Object.entries(providers).map(([id, fields]) => {
    const head = {
      mode: z.literal(mode).meta({ title: 'Login' }),
      provider: z.literal(id).meta({ title: 'Provider' }),
    };
    if (typeof fields === 'function') return fields(head);
    return z.strictObject({ ...head, ...fields, allowTokenTo }).meta({ title: TITLES[id as keyof typeof TITLES] });
  });
  const google = 'google' in providers ? undefined : REFUSED_BY_GOOGLE[mode];
  return choice('provider', branches, { title, ...(google !== undefined && { refused: { google: String(google) } }) });
}

export const pkceForm = formFor('oauth-pkce', 'OAuth2: sign in with the browser', {
  microsoft: { tenant: anyTenant, cloud, clientId, clientSecret: secretOfSome, username, mailbox: another, redirectUri },
  google: { clientId, clientSecret: secretOfSome, username, redirectUri },
  generic: { issuer, clientId, clientSecret: secretOfSome, scopes, username, mailbox: another, redirectUri },
});

export const deviceCodeForm = formFor('oauth-device-code', 'OAuth2: sign in on another device', {
  microsoft: { tenant: anyTenant, cloud, clientId, username, mailbox: another },
  generic: { issuer, clientId, clientSecret: secretOfSome, scopes, username, mailbox: another },
});

/** Nobody's own tenants: neither an application nor, but for `organizations`, a password can sign in there. */
const APPLICATION = ownTenant(/^(common|organizations|consumers)$/i);
const PASSWORD = ownTenant(/^(common|consumers)$/i);
const proof = { title: 'Proof of the application' };

export const clientCredentialsForm = formFor('oauth-client-credentials', 'OAuth2: the application itself', {
  microsoft: (head) => {
    const whole = (own: Fields, title: string) =>
      z.strictObject({ ...head, tenant: APPLICATION, cloud, clientId, ...own, mailbox: opened, allowTokenTo }).meta({ title });
    const branches = [
      whole({ proof: z.literal('secret').optional().meta(proof), clientSecret }, 'Client secret'),
      whole(
        {
          proof: z.literal('certificate').meta(proof),
          certificate: secretField({ title: 'Certificate', description: 'PEM: the certificate and its private key' }),
          certificatePassword: secretField({ title: 'Password of the key', description: 'Where the private key is encrypted' }).optional(),
        },
        'Certificate',
      ),
    ];
    return choice('proof', branches, { title: TITLES.microsoft });
  },
  generic: { issuer, clientId, clientSecret, scopes, mailbox: opened },
});

const ropc = formFor('oauth-ropc', 'OAuth2: password (legacy)', {
  microsoft: { tenant: PASSWORD, cloud, clientId, clientSecret: secretOfSome, username, password, mailbox: another },
  generic: { issuer, clientId, clientSecret: secretOfSome, scopes, username, password, mailbox: another },
});
export const ropcForm = ropc.meta({
  ...ropc.meta(),
  description: 'No second factor, no personal accounts. Use oauth-pkce or oauth-client-credentials instead.',
  deprecated: true,
});
