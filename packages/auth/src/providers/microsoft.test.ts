import { microsoft } from './microsoft.ts';

test('Graph: rights of its own resource, for another mailbox those that are shared, for an application what was granted', () => {
  const form = { mode: 'oauth-pkce', cloud: 'global' } as const;
  const graph = 'https://graph.microsoft.com/';
  expect(microsoft.scopes(form, 'graph', ['smtp'])).toEqual([`${graph}Mail.ReadWrite`, `${graph}Mail.Send`, 'offline_access']);
  expect(microsoft.scopes({ ...form, mailbox: 'team@example.test' }, 'graph')).toEqual([
    `${graph}Mail.ReadWrite.Shared`,
    `${graph}Mail.Send.Shared`,
    'offline_access',
  ]);
  const shared = microsoft.scopes({ ...form, mailbox: 'team@example.test' }, 'imap');
  expect(shared).toEqual(['https://outlook.office.com/IMAP.AccessAsUser.All', 'offline_access']);
  const application = { mode: 'oauth-client-credentials', cloud: 'us-gcc-high' } as const;
  expect(microsoft.scopes(application, 'graph')).toEqual(['https://graph.microsoft.us/.default']);
});
