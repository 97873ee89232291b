import { more, serverFields, type ServerAddress } from '@mailwright/core';
import { z } from 'zod';

/** Where each cloud of Microsoft has Graph (learn.microsoft.com, national cloud deployments). */
const CLOUDS = {
  global: 'https://graph.microsoft.com/v1.0',
  'us-gcc-high': 'https://graph.microsoft.us/v1.0',
  'us-dod': 'https://dod-graph.microsoft.us/v1.0',
  china: 'https://microsoftgraph.chinacloudapi.cn/v1.0',
} as const;

const { trustCertificate } = serverFields({ tls: 443, starttls: 443, none: 443 });

/** The fields of the form: which cloud, or another address that speaks as Graph does. */
export const config = z.strictObject({
  cloud: z
    .enum(['global', 'us-gcc-high', 'us-dod', 'china'])
    .default('global')
    .meta({ title: 'Azure cloud', description: 'Where the organization has its mailboxes; the cloud of the login must be the same' }),
  url: z
    .url({ protocol: /^https$/ })
    .optional()
    .meta(more({ title: 'Address of Graph', description: 'Another https address in the place of the one of the cloud, with its version' })),
  trustCertificate,
});
export type Config = z.output<typeof config>;

/** Where Graph begins, without a slash at its end. */
export const baseOf = ({ cloud, url }: Config): string => (url ?? CLOUDS[cloud]).replace(/\/+$/, '');

export function addressOf(config: Config): ServerAddress {
  const { hostname, port } = new URL(baseOf(config));
  return { host: hostname.replace(/^\[|\]$/g, '').toLowerCase(), port: Number(port || 443), security: 'tls' };
}
