import { say, type Http, type Security, type ServerAddress } from '@mailwright/core';
import type { Found } from './candidate.ts';
import { isHost } from './host.ts';

/** Characters of a file, servers in it, levels of its elements. */
const LONGEST = 256 * 1024;
const MOST_SERVERS = 20;
const DEEPEST = 20;

const SECURITY: Readonly<Record<string, Security>> = { SSL: 'tls', STARTTLS: 'starttls' };
const FITTING: Readonly<Record<string, string>> = {
  'password-cleartext': 'basic',
  plain: 'basic',
  OAuth2: 'oauth-pkce',
};

export interface Mailbox {
  readonly domain: string;
  /** The whole address. */
  readonly address: string;
  /** The address may be told to whoever runs the domain. */
  readonly tell: boolean;
}

/** Where a domain describes its servers (Thunderbird's format, wiki.mozilla.org, Thunderbird:Autoconfiguration): only over https. */
export function placesOf({ domain, address, tell }: Mailbox): string[] {
  const query = tell ? `?emailaddress=${encodeURIComponent(address)}` : '';
  return [
    `https://autoconfig.${domain}/mail/config-v1.1.xml${query}`,
    `https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml${query}`,
  ];
}

/** What the file at an address says; undefined where there is none. */
export async function fromFile(url: string, mailbox: Mailbox, http: Http, signal: AbortSignal): Promise<Found | undefined> {
  const { status, text } = await http({ url, signal, headers: { accept: 'text/xml, application/xml' } });
  if (status !== 200 || text.length > LONGEST) return undefined;
  const servers = await serversIn(text);
  const imap = servers.find(({ type, ...server }) => type === 'imap' && addressOf(server));
  const imapAt = imap && addressOf(imap);
  if (!imap || !imapAt) return undefined;
  const smtp = servers.filter(({ type }) => type === 'smtp').map(addressOf);
  const smtpAt = smtp.find((one) => one !== undefined);
  const modes = [...new Set(imap.authentication.flatMap((one) => FITTING[one] ?? []))];
  return {
    source: 'autoconfig',
    reason: say`${{ host: new URL(url).host }} describes the mail servers of ${{ domain: mailbox.domain }}.`,
    imap: imapAt,
    ...(smtpAt && { smtp: smtpAt }),
    username: filled(imap.username, mailbox),
    // A token needs an issuer that the file does not name: a password is the way that can be proposed whole.
    ...(modes.length > 0 && !modes.includes('oauth-pkce') && { modes }),
  };
}

interface Server {
  readonly type: string;
  hostname: string;
  port: string;
  socketType: string;
  username: string;
  readonly authentication: string[];
}

function addressOf({ hostname, port, socketType }: Pick<Server, 'hostname' | 'port' | 'socketType'>): ServerAddress | undefined {
  const security = SECURITY[socketType];
  const number = Number(port);
  // A server without encryption is never proposed.
  if (security === undefined || !isHost(hostname) || !Number.isInteger(number) || number < 1 || number > 65_535) return undefined;
  return { host: hostname.toLowerCase(), port: number, security };
}

function filled(template: string, { address, domain }: Mailbox): string {
  const local = address.slice(0, address.lastIndexOf('@'));
  const text = template.replaceAll('%EMAILADDRESS%', address).replaceAll('%EMAILLOCALPART%', local).replaceAll('%EMAILDOMAIN%', domain);
  return text === '' || text.length > 320 ? address : text;
}

/** The servers of a file, in its order. One with a document type declares entities: it is not read. */
async function serversIn(text: string): Promise<readonly Server[]> {
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser({ xmlns: false });
  const servers: Server[] = [];
  const open: string[] = [];
  let server: Server | undefined;
  let refused = false;
  let held = '';
  // Files of the field have slips such as a bare "&"; each value that is used is checked by itself.
  parser.on('error', () => undefined);
  parser.on('doctype', () => (refused = true));
  parser.on('opentag', ({ name, attributes }) => {
    open.push(name);
    held = '';
    if (name === 'incomingServer' || name === 'outgoingServer')
      server = { type: attributes['type'] ?? '', hostname: '', port: '', socketType: '', username: '', authentication: [] };
    refused ||= open.length > DEEPEST || servers.length > MOST_SERVERS;
  });
  parser.on('text', (piece) => (held += piece));
  parser.on('closetag', ({ name }) => {
    open.pop();
    const value = held.trim();
    held = '';
    if (!server) return;
    if (name === 'incomingServer' || name === 'outgoingServer') {
      servers.push(server);
      server = undefined;
    } else if (name === 'authentication') server.authentication.push(value);
    else if (name === 'hostname' || name === 'port' || name === 'socketType' || name === 'username') server[name] = value;
  });
  // Piece by piece, so that a refusal ends it.
  for (let at = 0; at < text.length && !refused; at += 4096) parser.write(text.slice(at, at + 4096));
  return refused ? [] : servers;
}
