import { domainToASCII } from 'node:url';
import { EmailError, isAddress, serviceOfDomain, serviceOfExchanger, say, type Http } from '@mailwright/core';
import { fromFile, placesOf, type Mailbox } from './autoconfig.ts';
import { candidateOf, fromService, type Candidate, type Found, type Source } from './candidate.ts';
import { dnsOf, type Dns } from './dns.ts';
import { isHost } from './host.ts';
import { fromRecords } from './srv.ts';

/** Milliseconds for one source, and for all of them: they are asked at the same time. */
const EACH = 5000;
const TOTAL = 10_000;

export interface DiscoverOptions {
  readonly signal?: AbortSignal;
  /** The whole address may be told to the domain's own autoconfig server; without, only the domain is. */
  readonly tellAddress?: boolean;
  /** Node's own name servers if left out. */
  readonly dns?: Dns;
}

/** One source that was asked, and what came of it. */
export interface Asked {
  readonly source: Source;
  readonly where: string;
  readonly state: 'found' | 'nothing' | 'failed';
  readonly because?: string;
}

export interface Discovery {
  readonly candidates: readonly Candidate[];
  readonly asked: readonly Asked[];
}

/**
 * Proposes servers for an address, the best first. No login and no password is sent anywhere, and nothing is tried out.
 * Errors: `input.invalid`, `automation.cancelled`; a source that does not answer is told in `asked`.
 */
export async function discover(address: string, http: Http, options: DiscoverOptions = {}): Promise<Discovery> {
  const mailbox = mailboxOf(address, options.tellAddress ?? false);
  const { domain } = mailbox;
  const asked: Asked[] = [];
  const deadline = AbortSignal.timeout(TOTAL);
  const ended = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const ask = async (source: Source, where: string, work: (signal: AbortSignal) => Promise<Found | undefined>) => {
    const found = await told(source, where, AbortSignal.any([ended, AbortSignal.timeout(EACH)]), work);
    asked.push(found.asked);
    return found.found;
  };
  const own = serviceOfDomain(domain);
  const known = await ask('known-domain', domain, () =>
    Promise.resolve(own && fromService(own, 'known-domain', say`${{ domain }} belongs to ${{ service: own.title }}.`, mailbox.address)),
  );
  // Whoever gives addresses of a domain is not asked again by the domain's records.
  const others = known
    ? []
    : await Promise.all(sourcesOf(mailbox, http, options.dns).map(([source, where, work]) => ask(source, where, work)));
  if (options.signal?.aborted) throw new EmailError('automation.cancelled', {});
  const found = [known, ...others].filter((one) => one !== undefined);
  return { candidates: distinct(found).map((one) => candidateOf(one, domain)), asked };
}

type Question = readonly [Source, string, (signal: AbortSignal) => Promise<Found | undefined>];

function sourcesOf(mailbox: Mailbox, http: Http, given: Dns | undefined): readonly Question[] {
  const { domain, address } = mailbox;
  const dns = (signal: AbortSignal) => given ?? dnsOf(signal);
  return [
    ['mx', domain, async (signal) => fromExchangers(mailbox, await dns(signal).exchangers(domain))],
    ...placesOf(mailbox).map((url): Question => ['autoconfig', url, (signal) => fromFile(url, mailbox, http, signal)]),
    ['srv', domain, (signal) => fromRecords(domain, address, dns(signal))],
  ];
}

function fromExchangers({ domain, address }: Mailbox, records: readonly { readonly exchange: string; readonly priority: number }[]) {
  const first = [...records].sort((a, b) => a.priority - b.priority)[0]?.exchange;
  const service = first === undefined || !isHost(first) ? undefined : serviceOfExchanger(first);
  return (
    service &&
    fromService(
      service,
      'mx',
      say`Mail for ${{ domain }} goes to ${{ host: first ?? '' }}, which is ${{ service: service.title }}.`,
      address,
    )
  );
}

/** What one source answers, within its time. */
async function told(source: Source, where: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<Found | undefined>) {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => undefined);
  const stop = () => reject(new Error('it did not answer in time'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    const found = await Promise.race([work(signal), ended]);
    return { found, asked: { source, where, state: found ? ('found' as const) : ('nothing' as const) } };
  } catch (error) {
    // A host that is not there is the usual answer of a domain without such a file.
    const state = EmailError.is(error, 'connection.host_unknown') ? ('nothing' as const) : ('failed' as const);
    const because = error instanceof Error ? error.message : String(error);
    return { found: undefined, asked: { source, where, state, because } };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function mailboxOf(address: string, tell: boolean): Mailbox {
  const text = address.trim();
  const domain = domainToASCII(text.slice(text.lastIndexOf('@') + 1)).toLowerCase();
  if (!isAddress(text) || !domain.includes('.') || /^[\d.]+$|[[\]]/.test(domain))
    throw new EmailError('input.invalid', {
      path: 'address',
      problem: `"${text.slice(0, 100)}" is no address with a domain`,
      cure: 'Write it as name@example.com.',
    });
  return { domain, address: text, tell };
}

/** The same servers are proposed once, by the source that comes first. */
function distinct(found: readonly Found[]): readonly Found[] {
  const seen = new Set<string>();
  return found.filter(({ imap, smtp }) => {
    const key = JSON.stringify([imap, smtp ?? null]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
