import { say, serviceOfHost, type Phrase, type MailService, type ServerAddress } from '@mailwright/core';

/** Where a proposal comes from: the table of known services by the domain or by its MX record, the domain's autoconfig file, its SRV records. */
export type Source = 'known-domain' | 'mx' | 'autoconfig' | 'srv';

/** A way to sign in that works there, and what has to be done first. */
export interface WayIn {
  readonly mode: string;
  readonly needs: string;
}

/** A way to a mailbox that is proposed, never chosen by itself. `input` is Connect's, with references where a person must add something. */
export interface Candidate {
  readonly source: Source;
  /** One sentence: why these servers. */
  readonly reason: Phrase;
  readonly input: Readonly<Record<string, unknown>>;
  readonly modes: readonly WayIn[];
  /** What a person should know or do, one sentence each. */
  readonly notes: readonly Phrase[];
}

/** What a source says of the servers of a domain. */
export interface Found {
  readonly source: Source;
  readonly reason: Phrase;
  readonly imap: ServerAddress;
  readonly smtp?: ServerAddress;
  readonly username: string;
  /** Whose servers these are, where the source says more than their names do. */
  readonly service?: MailService;
  readonly modes?: readonly string[];
  readonly notes?: readonly Phrase[];
}

/** What the table knows of a service, as a source's answer. */
export function fromService(service: MailService, source: Source, reason: Phrase, username: string): Found {
  return { source, reason, imap: service.imap, smtp: service.smtp, username, service };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'imap tls': 993, 'imap starttls': 143, 'smtp tls': 465, 'smtp starttls': 587 };

/** A proposal of a found server; `domain` names the entry of the vault that the password would be under. */
export function candidateOf(found: Found, domain: string): Candidate {
  const { source, reason, imap, smtp, username, notes = [] } = found;
  const service = found.service ?? serviceOfHost(imap.host);
  const modes = found.modes ?? service?.modes ?? ['basic'];
  const known = { domain, username, ...(service && { service }) };
  const ways = modes.map((mode) => ({ mode, needs: needsOf(mode, known) }));
  return {
    source,
    reason,
    input: {
      server: { backend: 'imap', ...fields('imap', imap), auth: authOf(modes[0] ?? 'basic', known) },
      ...(smtp && { outgoing: { backend: 'smtp', ...fields('smtp', smtp) } }),
    },
    modes: ways,
    notes: [...notes, ...(service?.notes ?? []), ...(smtp ? [] : [say`No server for sending was found.`])],
  };
}

function fields(protocol: string, { host, port, security }: ServerAddress) {
  return { host, ...(DEFAULT_PORTS[`${protocol} ${security}`] !== port && { port }), ...(security !== 'tls' && { security }) };
}

interface Known {
  readonly domain: string;
  readonly username: string;
  readonly service?: MailService;
}

const entryOf = ({ domain }: Known) => `${domain}#password`;

/** The login to begin with. What only its owner knows is a reference to a variable or a vault. */
function authOf(mode: string, known: Known): Readonly<Record<string, unknown>> {
  const { username, service } = known;
  if (mode === 'basic') return { mode, username, password: { credential: entryOf(known) } };
  const provider = service?.identity ?? 'generic';
  return {
    mode,
    provider,
    ...(service?.id === 'outlook-com' && { tenant: 'consumers' }),
    clientId: { variable: 'clientId' },
    ...(provider === 'google' && { clientSecret: { credential: `${known.domain}#client-secret` } }),
    username,
  };
}

function needsOf(mode: string, known: Known): string {
  const { service } = known;
  const store = `mailwright vault set ${entryOf(known)}`;
  switch (mode) {
    case 'basic':
      return service?.appPassword === undefined
        ? `The password of the mailbox: ${store}.`
        : `An app password, made at ${service.appPassword}: ${store}.`;
    case 'oauth-pkce':
      return 'An application registered at the provider, its client id, and a person who signs in once with the browser.';
    case 'oauth-device-code':
      return 'An application that allows public client flows, and a person who enters a code once.';
    case 'oauth-client-credentials':
      return 'An application of the tenant with a secret or certificate, and rights to this mailbox alone.';
    case 'oauth-ropc':
      return 'Legacy: an application and an account without multi-factor login.';
    case 'oauth-vault':
      return 'A managed connection: mailwright sign-in NAME --input -.';
    default:
      return 'A service account to which an administrator delegates the mailboxes of the domain.';
  }
}
