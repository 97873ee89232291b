import { ALL, standFor } from './asking.test.fixture.ts';

type Stand = Awaited<ReturnType<typeof standFor>>;
const IMMUTABLE = { prefer: 'IdType="ImmutableId"' };
const subjects = (told: { json: { value: { subject: string }[] } }) => told.json.value.map(({ subject }) => subject);
const idsOf = (told: { json: { value: { id: string }[] } }) => told.json.value.map(({ id }) => id);
const inbox = ({ sandbox }: Stand) => sandbox.store.account(sandbox.user.address)?.folder('INBOX')?.messages ?? [];

test('nobody without a bearer, with a forged or with an expired one', async () => {
  await using stand = await standFor();
  const { sandbox, ask } = stand;
  const expired = sandbox.graph.token({ user: sandbox.user.address, permissions: ALL, expiresIn: -1000 });
  for (const token of ['', 'a.b.c', expired]) {
    const { status, json, headers } = await ask('GET', 'me/messages', { token });
    expect([status, json.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
    expect(headers['www-authenticate']).toMatch(/^Bearer /);
  }
  expect((await ask('GET', 'me/messages')).status).toBe(200);
});

test('scopes and roles: each verb wants its own, a foreign mailbox the shared ones', async () => {
  await using stand = await standFor({
    users: [
      { address: 'demo@example.test', password: 'x' },
      { address: 'team@example.test', password: 'y' },
    ],
  });
  const { sandbox, ask } = stand;
  const [id = ''] = idsOf(await ask('GET', 'me/messages?$top=1'));
  const as = (permissions: string[], more: object = { user: 'demo@example.test' }) => ({
    token: sandbox.graph.token({ permissions, ...more }),
  });
  const status = async (method: string, path: string, options: object) => (await ask(method, path, options)).status;
  expect(await status('GET', 'me/messages', as(['Mail.ReadBasic']))).toBe(200);
  expect((await ask('GET', `me/messages/${id}`, as(['Mail.ReadBasic']))).json.body).toBeUndefined();
  expect(await status('GET', `me/messages/${id}/$value`, as(['Mail.ReadBasic']))).toBe(403);
  expect(await status('GET', `me/messages/${id}/$value`, as(['Mail.Read']))).toBe(200);
  expect(await status('DELETE', `me/messages/${id}`, as(['Mail.Read', 'Mail.Send']))).toBe(403);
  expect(await status('GET', 'users/team@example.test/messages', as(ALL))).toBe(403);
  const shared = { user: 'demo@example.test', mailboxes: ['team@example.test'] };
  expect(await status('GET', 'users/team@example.test/messages', as(ALL, shared))).toBe(403);
  expect(await status('GET', 'users/team@example.test/messages', as(['Mail.Read.Shared'], shared))).toBe(200);
  expect(await status('GET', 'users/team@example.test/messages', as(['Mail.Read'], {}))).toBe(200);
  expect(await status('GET', 'users/team@example.test/messages', as(['Mail.Read'], { mailboxes: ['demo@example.test'] }))).toBe(403);
  expect(await status('GET', 'me/messages', as(['Mail.Read'], {}))).toBe(400);
});

test('four at a time for a mailbox; the fifth is told to wait', async () => {
  await using stand = await standFor();
  const all = await Promise.all(Array.from({ length: 12 }, () => stand.ask('GET', 'me/messages?$top=5')));
  const refused = all.filter(({ status }) => status === 429);
  expect(all.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(4);
  for (const { headers } of refused) expect(headers['retry-after']).toBe('1');
});

test('pages hold every message once, and their tokens are opaque', async () => {
  await using stand = await standFor();
  const found: string[] = [];
  for (let next = 'me/mailFolders/inbox/messages?$top=7&$select=subject&$orderby=receivedDateTime asc'.replace(' ', '%20'); next !== '';) {
    const told = await stand.ask('GET', next);
    found.push(...idsOf(told));
    expect(told.json.value.length).toBeLessThanOrEqual(7);
    next = (told.json['@odata.nextLink'] as string | undefined) ?? '';
  }
  expect(new Set(found).size).toBe(inbox(stand).length);
  expect(found.length).toBe(inbox(stand).length);
});

test('filters: what is known is evaluated, a quote is doubled, and the rest is refused', async () => {
  await using stand = await standFor();
  const find = (filter: string, more = '') =>
    stand.ask('GET', `me/mailFolders/inbox/messages?$top=100&$filter=${encodeURIComponent(filter)}${more}`);
  const read = inbox(stand).filter(({ flags }) => flags.has('\\Seen')).length;
  expect((await find('isRead eq true')).json.value).toHaveLength(read);
  expect((await find('not (isRead eq true) or isRead eq true')).json.value).toHaveLength(inbox(stand).length);
  const some = subjects(await find("contains(subject,'invoice') and receivedDateTime ge 2026-11-04T00:00:00Z"));
  expect(some.length).toBeGreaterThan(2);
  for (const subject of some) expect(subject.toLowerCase()).toContain('invoice');
  expect((await find("subject eq 'x'' or isRead eq true or subject eq '''")).json.value).toEqual([]);
  for (const wrong of ["subject eq 'x", 'nothing eq 1', 'isRead', 'isRead eq true extra', "from/any(a:a eq 'x')"])
    expect((await find(wrong)).status).toBe(400);
  const late = await find('isRead eq false', '&$orderby=receivedDateTime');
  expect([late.status, late.json.error.code]).toEqual([400, 'InefficientFilter']);
  expect((await find('receivedDateTime ge 2026-01-01T00:00:00Z and isRead eq false', '&$orderby=receivedDateTime')).status).toBe(200);
  for (const wrong of ['$select=nonsense', '$apply=x', '$top=0', '$orderby=size'])
    expect((await stand.ask('GET', `me/messages?${wrong}`)).status).toBe(400);
});

test('a mutable id dies when its message moves, an immutable one goes along, and is echoed as a preference', async () => {
  await using stand = await standFor();
  const { ask } = stand;
  const [mutable = ''] = idsOf(await ask('GET', 'me/mailFolders/inbox/messages?$top=1'));
  const immutable = (await ask('GET', `me/messages/${mutable}`, { headers: IMMUTABLE })).json.id as string;
  expect(immutable).not.toBe(mutable);
  const moved = await ask('POST', `me/messages/${mutable}/move`, { body: { destinationId: 'archive' }, headers: IMMUTABLE });
  expect([moved.status, moved.json.id, moved.headers['preference-applied']]).toEqual([201, immutable, 'IdType="ImmutableId"']);
  expect((await ask('GET', `me/messages/${mutable}`)).status).toBe(404);
  expect((await ask('GET', `me/messages/${immutable}`)).status).toBe(200);
  expect((await ask('GET', 'me/messages/no%20id')).json.error.code).toBe('ErrorInvalidIdMalformed');
});

test('a batch: its own status for each part, any order, dependencies, at most 20', async () => {
  await using stand = await standFor();
  const { ask } = stand;
  const part = (id: string, url: string, more: object = {}) => ({ id, method: 'GET', url, ...more });
  const requests = [
    part('1', '/me/messages/none'),
    part('2', '/me/mailFolders/inbox'),
    part('3', '/me/mailFolders/inbox', { dependsOn: ['1'] }),
  ];
  const { json } = await ask('POST', '$batch', { body: { requests } });
  const statuses = new Map(json.responses.map(({ id, status }: { id: string; status: number }) => [id, status]));
  expect([statuses.get('1'), statuses.get('2'), statuses.get('3')]).toEqual([400, 200, 424]);
  expect(json.responses[0].id).not.toBe('1');
  const many = Array.from({ length: 21 }, (_, at) => part(`${at}`, '/me/mailFolders/inbox'));
  expect((await ask('POST', '$batch', { body: { requests: many } })).status).toBe(400);
});

test('changes: what came, changed and went; a forgotten round starts anew', async () => {
  await using stand = await standFor();
  const { ask, sandbox } = stand;
  const follow = async (path: string) => {
    const items: { id: string; subject?: string; '@removed'?: object }[] = [];
    for (let next = path; ;) {
      const { status, json } = await ask('GET', next, { headers: { prefer: 'odata.maxpagesize=10, IdType="ImmutableId"' } });
      if (status !== 200) return { status, items, link: '' };
      items.push(...json.value);
      if (json['@odata.deltaLink'] !== undefined) return { status, items, link: String(json['@odata.deltaLink']) };
      next = String(json['@odata.nextLink']);
    }
  };
  const first = await follow('me/mailFolders/inbox/messages/delta');
  expect(first.items).toHaveLength(inbox(stand).length);
  const [one, two] = first.items;
  await ask('POST', `me/messages/${one?.id}/move`, { body: { destinationId: 'archive' } });
  await ask('PATCH', `me/messages/${two?.id}`, { body: { flag: { flagStatus: 'flagged' } } });
  sandbox.store.deliver('ann@example.com', [sandbox.user.address], Buffer.from('Subject: fresh\r\n\r\nx\r\n'));
  const second = await follow(first.link);
  expect(second.items.filter((item) => item['@removed']).map(({ id }) => id)).toEqual([one?.id]);
  const came = second.items.flatMap(({ subject = [] }) => subject);
  expect(new Set(came)).toEqual(new Set(['fresh', two?.subject]));
  expect((await follow(second.link)).items).toEqual([]);
  sandbox.graph.forgetChanges();
  expect((await follow(second.link)).status).toBe(410);
});

test('an upload goes on where it stopped, takes no bearer, and ends as an attachment', async () => {
  await using stand = await standFor();
  const { ask } = stand;
  const { json: draft } = await ask('POST', 'me/messages', { body: { subject: 'large', toRecipients: [] } });
  const file = Buffer.from('0123456789'.repeat(500_000));
  const AttachmentItem = { attachmentType: 'file', name: 'größe.bin', size: file.length };
  const begun = await ask('POST', `me/messages/${draft.id}/attachments/createUploadSession`, { body: { AttachmentItem } });
  const url = String(begun.json.uploadUrl);
  const put = (from: number, to: number, options: object = {}) =>
    ask('PUT', url, {
      token: '',
      body: file.subarray(from, to),
      headers: { 'content-range': `bytes ${from}-${to - 1}/${file.length}` },
      ...options,
    });
  expect((await put(0, 1_000_000, { token: 'any' })).status).toBe(401);
  expect((await put(0, 3_000_000)).json.nextExpectedRanges).toEqual(['3000000-']);
  expect((await put(4_000_000, 5_000_000)).status).toBe(416);
  expect((await ask('GET', url, { token: '' })).json.nextExpectedRanges).toEqual(['3000000-']);
  expect((await put(3_000_000, 5_000_000)).status).toBe(201);
  const { json } = await ask('GET', `me/messages/${draft.id}/attachments`);
  expect(json.value).toMatchObject([{ name: 'größe.bin', size: file.length, '@odata.type': '#microsoft.graph.fileAttachment' }]);
  const { bytes } = await ask('GET', `me/messages/${draft.id}/attachments/${json.value[0].id}/$value`);
  expect(bytes.equals(file)).toBe(true);
});

test('faults: before and after the deed, with the wish of the server', async () => {
  let fault: 'drop' | 'do-and-drop' | object | undefined;
  await using stand = await standFor({
    graph: { fault: (question) => (question === 'POST messages/{id}/send' ? (fault as 'drop') : undefined) },
  });
  const { ask, sandbox } = stand;
  const raw = Buffer.from(
    `From: ${sandbox.user.address}\r\nTo: ann@example.com\r\nBcc: hidden@example.com\r\nSubject: once\r\n\r\nx\r\n`,
  ).toString('base64');
  const draft = async () =>
    (await ask('POST', 'me/messages', { body: raw, headers: { 'content-type': 'text/plain', ...IMMUTABLE } })).json.id as string;
  fault = { status: 503, retryAfter: '7' };
  const refused = await ask('POST', `me/messages/${await draft()}/send`);
  expect([refused.status, refused.headers['retry-after'], sandbox.store.outside.length]).toEqual([503, '7', 0]);
  fault = { status: 504, done: true };
  const id = await draft();
  expect((await ask('POST', `me/messages/${id}/send`)).status).toBe(504);
  expect(sandbox.store.outside.map(({ to }) => to)).toEqual([['ann@example.com', 'hidden@example.com']]);
  expect(sandbox.store.outside[0]?.raw.toString()).not.toContain('hidden');
  expect((await ask('GET', `me/messages/${id}`)).json.isDraft).toBe(false);
  fault = 'do-and-drop';
  await expect(ask('POST', `me/messages/${await draft()}/send`)).rejects.toThrow();
  expect(sandbox.store.outside).toHaveLength(2);
});
