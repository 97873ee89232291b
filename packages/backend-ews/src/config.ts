import { more, say, serverFields } from '@mailwright/core';
import { z } from 'zod';

/** What the form calls the versions, in its order, and how a request names each (RequestServerVersion). */
export const VERSIONS = ['automatic', 'Exchange2013', 'Exchange2010_SP2', 'Exchange2010_SP1', 'Exchange2010', 'Exchange2007_SP1'] as const;
export type Version = Exclude<(typeof VERSIONS)[number], 'automatic'>;

/** The hosts of Exchange Online by cloud. */
export const CLOUD_HOSTS = { global: 'outlook.office365.com', 'us-gcc-high': 'outlook.office365.us' } as const;

const { trustCertificate } = serverFields({ tls: 443, starttls: 443, none: 80 });

/** The fields of the form: which Exchange, where it is, and as whom the mailbox is opened. */
export const config = z.strictObject({
  version: z.enum(VERSIONS).default('automatic').meta({
    title: 'Exchange version',
    description: 'automatic: as the server says, also right for Exchange 2016, 2019 and Subscription Edition',
  }),
  cloud: z.enum(['global', 'us-gcc-high']).default('global').meta({ title: 'Azure cloud', description: 'Only for Microsoft 365' }),
  domain: z
    .string()
    .trim()
    .regex(/^[^\s/:@?#]*$/, String(say`a domain such as example.com, without scheme or path`))
    .optional()
    .meta({
      title: 'Domain name',
      description:
        'Empty: with OAuth2 Microsoft 365, else the part of the user name behind the @. The address is looked up there (Autodiscover)',
    }),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      title: 'EWS address',
      description: 'Where it is known: https://mail.example.com/EWS/Exchange.asmx. Nothing is looked up then',
    }),
  access: z
    .enum(['automatic', 'delegate', 'impersonation'])
    .default('automatic')
    .meta(
      more({
        title: 'Access to another mailbox',
        description:
          'delegate: by folder or full-access rights; impersonation: by the role ApplicationImpersonation, as applications do by themselves',
      }),
    ),
  allowClearTextPassword: z
    .boolean()
    .default(false)
    .meta(more({ title: 'Allow a password over an unencrypted connection', description: 'Everyone on the way can read it' })),
  trustCertificate,
  allowRetiredEws: z
    .boolean()
    .default(false)
    .meta(
      more({
        title: 'Try EWS in Exchange Online after its end',
        description: 'Microsoft switches it off for good on 2027-04-01',
      }),
    ),
});
export type Config = z.output<typeof config>;
