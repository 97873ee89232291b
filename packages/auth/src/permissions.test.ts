import type { Need } from '@mailwright/core';
import { comparePermissions } from './permissions.ts';

const READS: readonly Need[] = ['search', 'read', 'listFolders'];
const ORGANIZES: readonly Need[] = [...READS, 'move', 'mark'];
const person = (...names: string[]) => ({ names, application: false });
const application = (...names: string[]) => ({ names, application: true });
const nothing = { missing: [], spare: [], everyMailbox: [] };

test.each([
  ['imap, a person', person('IMAP.AccessAsUser.All', 'offline_access', 'User.Read'), 'imap', ORGANIZES, nothing],
  ['imap, with its resource before it', person('https://outlook.office.com/IMAP.AccessAsUser.All'), 'imap', READS, nothing],
  ['imap, an application', application('IMAP.AccessAsApp'), 'imap', ORGANIZES, nothing],
  [
    'imap, the wrong permission',
    person('POP.AccessAsUser.All'),
    'imap',
    READS,
    { missing: ['IMAP.AccessAsUser.All'], spare: ['POP.AccessAsUser.All'] },
  ],
  [
    'imap, calendars too',
    person('IMAP.AccessAsUser.All', 'Calendars.ReadWrite'),
    'imap',
    READS,
    { missing: [], spare: ['Calendars.ReadWrite'] },
  ],
  ['smtp, an application for a person', application('SMTP.Send'), 'smtp', ['send'], { missing: ['SMTP.SendAsApp'], spare: ['SMTP.Send'] }],
  ['graph, reading', person('Mail.Read'), 'graph', READS, nothing],
  ['graph, more than reading', person('Mail.ReadWrite'), 'graph', READS, { missing: [], spare: ['Mail.ReadWrite'], enough: ['Mail.Read'] }],
  ['graph, less than moving', person('Mail.Read'), 'graph', ORGANIZES, { missing: ['Mail.ReadWrite'], spare: ['Mail.Read'] }],
  ['graph, moving and sending', person('Mail.ReadWrite'), 'graph', [...ORGANIZES, 'send'], { missing: ['Mail.Send'], spare: [] }],
  ['graph, a shared mailbox', person('Mail.ReadWrite.Shared'), 'graph', ORGANIZES, nothing],
  ['graph, an application', application('Mail.Read'), 'graph', READS, { ...nothing, everyMailbox: ['Mail.Read'] }],
  ['ews, an application', application('full_access_as_app'), 'ews', READS, { ...nothing, everyMailbox: ['full_access_as_app'] }],
  [
    'ews, graph for an application',
    application('Mail.Read'),
    'ews',
    READS,
    { missing: ['full_access_as_app'], spare: ['Mail.Read'], everyMailbox: ['Mail.Read'] },
  ],
] as const)('Microsoft, %s', (_, granted, backend, needs, expected) =>
  expect(comparePermissions('microsoft', granted, { backend, needs })).toMatchObject(expected),
);

test('what the other side of the session needs is not spare', () => {
  const token = person('IMAP.AccessAsUser.All', 'SMTP.Send');
  const reading = { backend: 'imap', needs: READS };
  expect(comparePermissions('microsoft', token, reading)?.spare).toEqual(['SMTP.Send']);
  expect(comparePermissions('microsoft', token, reading, [{ backend: 'smtp', needs: ['send'] }])).toMatchObject({
    ...nothing,
    enough: ['IMAP.AccessAsUser.All', 'SMTP.Send'],
  });
});

test('Google: one scope opens mail, the narrower ones of its API do not', () => {
  const mail = 'https://mail.google.com/';
  const reading = { backend: 'imap', needs: READS };
  expect(comparePermissions('google', person(mail, 'openid', 'https://www.googleapis.com/auth/userinfo.email'), reading)).toMatchObject(
    nothing,
  );
  expect(comparePermissions('google', person('https://www.googleapis.com/auth/gmail.modify'), reading)).toMatchObject({ missing: [mail] });
  expect(comparePermissions('google', person(mail, 'https://www.googleapis.com/auth/drive'), reading)?.spare).toEqual([
    'https://www.googleapis.com/auth/drive',
  ]);
});

test.each([
  [undefined, 'imap'],
  ['generic', 'imap'],
  ['google', 'ews'],
])('of %s and %s nothing is said', (identity, backend) =>
  expect(comparePermissions(identity, person('Anything'), { backend, needs: READS })).toBeUndefined(),
);

test('of a token that names nothing, nothing is said', () =>
  expect(comparePermissions('microsoft', person(), { backend: 'imap', needs: READS })).toBeUndefined());
