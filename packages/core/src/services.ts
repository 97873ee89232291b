import { say, type Phrase } from './phrase.ts';
import type { Security, ServerAddress } from './server.ts';

/** What is known of a large mail service: its servers, and what signs in there. Sources: docs/decisions. */
export interface MailService {
  readonly id: string;
  readonly title: string;
  /** Domains of the addresses that it gives. */
  readonly domains: readonly string[];
  /** Ends of the names of its mail exchangers: domains of its customers point there. */
  readonly exchangers: readonly string[];
  /** Ends of the names of its servers, besides the three below. */
  readonly hosts: readonly string[];
  readonly imap: ServerAddress;
  readonly pop3?: ServerAddress;
  readonly smtp: ServerAddress;
  /** Login modes, the one to begin with first. */
  readonly modes: readonly string[];
  /** The identity provider of its OAuth modes. */
  readonly identity?: 'microsoft' | 'google';
  /** It takes no ordinary password from programs; where an app password is made. */
  readonly appPassword?: string;
  /** What it sends is put into Sent by itself. */
  readonly filesSent?: boolean;
  /** What its users have to do first, one sentence each. */
  readonly notes: readonly Phrase[];
}

const at = (host: string, port: number, security: Security = 'tls'): ServerAddress => ({ host, port, security });
const BY_TOKEN = ['oauth-pkce', 'oauth-device-code', 'oauth-vault'] as const;

/** The services that the presets know, in no order of merit. */
export const SERVICES: readonly MailService[] = [
  {
    id: 'microsoft-365',
    title: 'Microsoft 365',
    domains: ['onmicrosoft.com', 'office365.com'],
    exchangers: ['mail.protection.outlook.com', 'mx.microsoft'],
    hosts: ['office365.com', 'outlook.office.com'],
    imap: at('outlook.office365.com', 993),
    pop3: at('outlook.office365.com', 995),
    smtp: at('smtp.office365.com', 587, 'starttls'),
    modes: [...BY_TOKEN, 'oauth-client-credentials', 'oauth-ropc'],
    identity: 'microsoft',
    filesSent: true,
    notes: [
      say`An application must be registered in Microsoft Entra (docs/how-to/microsoft-365.md).`,
      say`IMAP and authenticated SMTP must be switched on for the mailbox.`,
    ],
  },
  {
    id: 'outlook-com',
    title: 'Outlook.com',
    domains: [
      'outlook.com',
      'outlook.com.br',
      'outlook.de',
      'hotmail.com',
      'hotmail.com.br',
      'hotmail.de',
      'live.com',
      'live.de',
      'msn.com',
    ],
    exchangers: ['olc.protection.outlook.com'],
    hosts: ['imap-mail.outlook.com', 'pop-mail.outlook.com', 'hotmail.com', 'live.com', 'msn.com'],
    imap: at('outlook.office365.com', 993),
    pop3: at('outlook.office365.com', 995),
    smtp: at('smtp-mail.outlook.com', 587, 'starttls'),
    modes: BY_TOKEN,
    identity: 'microsoft',
    filesSent: true,
    notes: [
      say`Passwords, app passwords too, are not taken since September 2024: register an application that takes personal accounts, tenant consumers.`,
    ],
  },
  {
    id: 'gmail',
    title: 'Gmail, Google Workspace',
    domains: ['gmail.com', 'googlemail.com'],
    exchangers: ['google.com', 'googlemail.com'],
    hosts: ['gmail.com', 'googlemail.com'],
    imap: at('imap.gmail.com', 993),
    pop3: at('pop.gmail.com', 995),
    smtp: at('smtp.gmail.com', 465),
    modes: ['basic', 'oauth-pkce', 'oauth-vault', 'google-service-account'],
    identity: 'google',
    appPassword: 'https://myaccount.google.com/apppasswords',
    filesSent: true,
    notes: [say`An app password needs 2-step verification; an administrator may have switched app passwords off.`],
  },
  {
    id: 'yahoo',
    title: 'Yahoo',
    domains: ['yahoo.com', 'yahoo.com.br', 'yahoo.de', 'yahoo.co.uk', 'yahoo.fr', 'yahoo.es', 'yahoo.it', 'ymail.com', 'rocketmail.com'],
    exchangers: ['yahoodns.net'],
    hosts: ['yahoo.com', 'yahoo.de', 'yahoo.co.uk', 'yahoo.co.jp', 'yahoodns.net'],
    imap: at('imap.mail.yahoo.com', 993),
    pop3: at('pop.mail.yahoo.com', 995),
    smtp: at('smtp.mail.yahoo.com', 465),
    modes: ['basic'],
    appPassword: 'https://login.yahoo.com/account/security',
    notes: [],
  },
  {
    id: 'aol',
    title: 'AOL',
    domains: ['aol.com', 'aol.de', 'aim.com'],
    exchangers: [],
    hosts: ['aol.com'],
    imap: at('imap.aol.com', 993),
    pop3: at('pop.aol.com', 995),
    smtp: at('smtp.aol.com', 465),
    modes: ['basic'],
    appPassword: 'https://login.aol.com/account/security',
    notes: [],
  },
  {
    id: 'icloud',
    title: 'iCloud',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    exchangers: ['mail.icloud.com'],
    hosts: ['mail.me.com'],
    imap: at('imap.mail.me.com', 993),
    smtp: at('smtp.mail.me.com', 587, 'starttls'),
    modes: ['basic'],
    appPassword: 'https://account.apple.com/account/manage',
    notes: [],
  },
  {
    id: 'fastmail',
    title: 'Fastmail',
    domains: ['fastmail.com', 'fastmail.fm'],
    exchangers: ['messagingengine.com'],
    hosts: ['fastmail.com', 'messagingengine.com'],
    imap: at('imap.fastmail.com', 993),
    pop3: at('pop.fastmail.com', 995),
    smtp: at('smtp.fastmail.com', 465),
    modes: ['basic'],
    appPassword: 'https://app.fastmail.com/settings/security',
    notes: [],
  },
  {
    id: 'zoho',
    title: 'Zoho Mail',
    domains: ['zoho.com', 'zohomail.com'],
    exchangers: ['mx.zoho.com', 'mx2.zoho.com', 'mx3.zoho.com'],
    hosts: ['zoho.com'],
    imap: at('imap.zoho.com', 993),
    pop3: at('pop.zoho.com', 995),
    smtp: at('smtp.zoho.com', 465),
    modes: ['basic'],
    notes: [
      say`IMAP must be switched on in the settings. Domains of organizations use imappro.zoho.com and smtppro.zoho.com.`,
      say`With two-factor login an app password is needed.`,
    ],
  },
  {
    id: 'gmx',
    title: 'GMX',
    domains: ['gmx.net', 'gmx.de', 'gmx.at', 'gmx.ch', 'gmx.eu', 'gmx.org'],
    exchangers: ['gmx.net'],
    hosts: ['gmx.net'],
    imap: at('imap.gmx.net', 993),
    pop3: at('pop.gmx.net', 995),
    smtp: at('mail.gmx.net', 465),
    modes: ['basic'],
    notes: [say`Access by POP3 and IMAP must be allowed once in the settings of the mailbox.`],
  },
  {
    id: 'web-de',
    title: 'WEB.DE',
    domains: ['web.de'],
    exchangers: ['web.de'],
    hosts: ['web.de'],
    imap: at('imap.web.de', 993),
    pop3: at('pop3.web.de', 995),
    smtp: at('smtp.web.de', 587, 'starttls'),
    modes: ['basic'],
    notes: [say`Access by POP3 and IMAP must be allowed once in the settings of the mailbox.`],
  },
  {
    id: 't-online',
    title: 'Telekom (T-Online)',
    domains: ['t-online.de', 'magenta.de'],
    exchangers: ['t-online.de'],
    hosts: ['t-online.de'],
    imap: at('secureimap.t-online.de', 993),
    pop3: at('securepop.t-online.de', 995),
    smtp: at('securesmtp.t-online.de', 465),
    modes: ['basic'],
    notes: [say`Mail programs need the e-mail password, which is another than that of the customer center.`],
  },
  {
    id: 'ionos',
    title: 'IONOS',
    domains: ['ionos.de'],
    exchangers: ['kundenserver.de'],
    hosts: ['ionos.de'],
    imap: at('imap.ionos.de', 993),
    pop3: at('pop.ionos.de', 995),
    smtp: at('smtp.ionos.de', 465),
    modes: ['basic'],
    notes: [],
  },
  {
    id: 'strato',
    title: 'STRATO',
    domains: ['strato.de'],
    exchangers: ['rzone.de'],
    hosts: ['strato.de'],
    imap: at('imap.strato.de', 993),
    pop3: at('pop3.strato.de', 995),
    smtp: at('smtp.strato.de', 465),
    modes: ['basic'],
    notes: [],
  },
  {
    id: 'uol',
    title: 'UOL',
    domains: ['uol.com.br'],
    exchangers: [],
    hosts: ['uol.com.br'],
    imap: at('imap.uol.com.br', 993),
    pop3: at('pop3.uol.com.br', 995),
    smtp: at('smtps.uol.com.br', 465),
    modes: ['basic'],
    notes: [],
  },
  {
    id: 'terra',
    title: 'Terra',
    domains: ['terra.com.br'],
    exchangers: [],
    hosts: ['terra.com.br'],
    imap: at('imap.terra.com.br', 993),
    smtp: at('smtp.terra.com.br', 587, 'starttls'),
    modes: ['basic'],
    notes: [],
  },
  {
    id: 'locaweb',
    title: 'Locaweb',
    domains: [],
    exchangers: ['locaweb.com.br'],
    hosts: ['email-ssl.com.br'],
    imap: at('email-ssl.com.br', 993),
    smtp: at('email-ssl.com.br', 465),
    modes: ['basic'],
    notes: [],
  },
];

const ends = (name: string, end: string) => name === end || name.endsWith(`.${end}`);
const plain = (name: string) => name.trim().toLowerCase().replace(/\.$/, '');

/** The service that a server belongs to; undefined for all others. */
export function serviceOfHost(host: string): MailService | undefined {
  const name = plain(host);
  // A personal account and Microsoft 365 share a server: the one that names its own server comes first there.
  return SERVICES.find(({ imap, pop3, smtp, hosts }) =>
    [imap.host, pop3?.host ?? '', smtp.host, ...hosts].some((one) => one !== '' && ends(name, one)),
  );
}

/** The service that gives addresses of a domain. */
export function serviceOfDomain(domain: string): MailService | undefined {
  const name = plain(domain);
  return SERVICES.find(({ domains }) => domains.some((one) => ends(name, one)));
}

/** The service that takes mail under a name of an MX record: its customers' domains are found by it. */
export function serviceOfExchanger(exchanger: string): MailService | undefined {
  const name = plain(exchanger);
  return SERVICES.find(({ exchangers }) => exchangers.some((one) => ends(name, one)));
}
