import { SERVICES, serviceOfDomain, serviceOfExchanger, serviceOfHost } from './services.ts';

const id = (found: { readonly id: string } | undefined) => found?.id;

test.each([
  [serviceOfHost, 'outlook.office365.com', 'microsoft-365'],
  [serviceOfHost, 'SMTP-MAIL.outlook.com', 'outlook-com'],
  [serviceOfHost, 'imap.mail.yahoo.com', 'yahoo'],
  [serviceOfHost, 'imap.gmail.com.', 'gmail'],
  [serviceOfHost, 'imap.example.com', undefined],
  [serviceOfHost, 'notgmail.com', undefined],
  [serviceOfHost, 'gmail.com.example.com', undefined],
  [serviceOfDomain, 'Hotmail.com', 'outlook-com'],
  [serviceOfDomain, 'contoso.onmicrosoft.com', 'microsoft-365'],
  [serviceOfDomain, 'example.com', undefined],
  [serviceOfExchanger, 'contoso-com.mail.protection.outlook.com', 'microsoft-365'],
  [serviceOfExchanger, 'contoso-com.a-v1.mx.microsoft.', 'microsoft-365'],
  [serviceOfExchanger, 'outlook-com.olc.protection.outlook.com', 'outlook-com'],
  [serviceOfExchanger, 'ASPMX.L.GOOGLE.COM', 'gmail'],
  [serviceOfExchanger, 'mx.example.com', undefined],
] as const)('R1.32 %p finds %s as %s', (find, name, expected) => expect(id(find(name))).toBe(expected));

test.each(SERVICES.map((service) => [service.id, service] as const))('R1.32 %s is whole, and found by its own servers', (_, service) => {
  const { imap, pop3, smtp, modes, identity } = service;
  for (const server of [imap, smtp, ...(pop3 ? [pop3] : [])]) {
    expect([server.security, server.host]).toEqual([expect.stringMatching(/^(tls|starttls)$/), expect.stringMatching(/^[a-z0-9.-]+$/)]);
    // Personal accounts read their mail on the servers of Microsoft 365.
    if (service.id !== 'outlook-com' || server === smtp) expect(serviceOfHost(server.host)).toBe(service);
  }
  expect([imap.port, imap.security]).toEqual([993, 'tls']);
  expect([465, 587]).toContain(smtp.port);
  expect(smtp.security).toBe(smtp.port === 465 ? 'tls' : 'starttls');
  expect(modes.some((mode) => mode.startsWith('oauth-pkce'))).toBe(identity !== undefined);
  for (const domain of service.domains) expect(serviceOfDomain(domain)).toBe(service);
  for (const exchanger of service.exchangers) expect(serviceOfExchanger(exchanger)).toBe(service);
});
