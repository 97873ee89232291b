import { say, type ServerAddress } from '@mailwright/core';
import type { Found } from './candidate.ts';
import type { Dns, ServiceRecord } from './dns.ts';
import { isHost } from './host.ts';

/** Names of the records, the better first: RFC 8314 prefers TLS from the first byte; the others are RFC 6186. */
const IMAP = [
  ['_imaps._tcp', 'tls'],
  ['_imap._tcp', 'starttls'],
] as const;
const SMTP = [
  ['_submissions._tcp', 'tls'],
  ['_submission._tcp', 'starttls'],
] as const;

/** What a domain's SRV records say. */
export async function fromRecords(domain: string, username: string, dns: Dns): Promise<Found | undefined> {
  const [imap, smtp] = await Promise.all([best(IMAP, domain, dns), best(SMTP, domain, dns)]);
  if (!imap) return undefined;
  // RFC 6186 section 6: the answer of DNS is not proof; who it points to is for a person to judge.
  const foreign = [imap, ...(smtp ? [smtp] : [])].map(({ host }) => host).filter((host) => host !== domain && !host.endsWith(`.${domain}`));
  return {
    source: 'srv',
    reason: say`SRV records of ${{ domain }} name ${{ host: imap.host }}.`,
    imap,
    ...(smtp && { smtp }),
    username,
    notes:
      foreign.length === 0
        ? []
        : [
            say`Check that this belongs to whoever runs your mail, since DNS alone says so: ${{ hosts: [...new Set(foreign)].join(', ') }}.`,
          ],
  };
}

async function best(kinds: typeof IMAP | typeof SMTP, domain: string, dns: Dns): Promise<ServerAddress | undefined> {
  const answers = await Promise.all(kinds.map(([name]) => dns.services(`${name}.${domain}`)));
  for (const [at, [, security]] of kinds.entries()) {
    const record = chosen(answers[at] ?? []);
    if (record) return { host: record.name.toLowerCase().replace(/\.$/, ''), port: record.port, security };
  }
  return undefined;
}

/** RFC 2782: the lowest priority, in it the heaviest. A target of "." says that there is no such service. */
function chosen(records: readonly ServiceRecord[]): ServiceRecord | undefined {
  return records.filter(({ name, port }) => isHost(name) && port > 0).sort((a, b) => a.priority - b.priority || b.weight - a.weight)[0];
}
