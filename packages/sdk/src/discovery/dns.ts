import { Resolver } from 'node:dns/promises';

/** A service record (RFC 2782). */
export interface ServiceRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** The two questions that discovery asks of DNS. A name without such records is an empty list; what keeps DNS from answering is thrown. */
export interface Dns {
  exchangers(domain: string): Promise<readonly { readonly exchange: string; readonly priority: number }[]>;
  services(name: string): Promise<readonly ServiceRecord[]>;
}

const NOTHING = new Set(['ENODATA', 'ENOTFOUND']);
/** Milliseconds for one try, of two. */
const PATIENCE = 2000;

/** The name servers of this machine, or `servers` (address:port). `signal` ends what is still being asked. */
export function dnsOf(signal: AbortSignal, servers?: readonly string[]): Dns {
  const resolver = new Resolver({ timeout: PATIENCE, tries: 2 });
  if (servers) resolver.setServers(servers);
  if (signal.aborted) resolver.cancel();
  else signal.addEventListener('abort', () => resolver.cancel(), { once: true });
  return {
    exchangers: (domain) => resolver.resolveMx(domain).catch(none),
    services: (name) => resolver.resolveSrv(name).catch(none),
  };
}

function none(error: unknown): never[] {
  if (NOTHING.has((error as { code?: string }).code ?? '')) return [];
  throw error;
}
