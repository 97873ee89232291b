import { Readable } from 'node:stream';
import { EmailError, type MessageRef } from '@mailwright/core';
import { closeStands, smallMail, stand } from './stand.test.fixture.ts';
import { collect } from './trial.test.fixture.ts';

afterAll(closeStands);

const codes = (results: readonly { readonly error?: EmailError }[]) => results.map(({ error }) => error?.code ?? 'ok');

describe.each([
  ['MOVE and UIDPLUS', { move: true, uidplus: true }],
  ['UIDPLUS alone', { move: false, uidplus: true }],
  ['MOVE alone', { move: true, uidplus: false }],
  ['neither', { move: false, uidplus: false }],
])('with %s', (_, extensions) => {
  const { move, uidplus } = extensions;

  test('move takes exactly these, says where they went, and names the one that is gone', async () => {
    await using at = await stand({ extensions });
    const [one, two, three, four] = (await at.refs()) as [MessageRef, MessageRef, MessageRef, MessageRef];
    // Marked by somebody else: a plain EXPUNGE would take it along.
    at.flag(Number(four.id.split('.')[1]), '\\Deleted');
    await at.mailbox.erase([two]);
    if (!uidplus) at.account.folder('INBOX')?.remove(new Set([Number(two.id.split('.')[1])]));
    const moved = await at.mailbox.move([three, two, one], 'Done');
    expect(codes(moved)).toEqual(['ok', 'message.not_found', 'ok']);
    expect(moved.map(({ from }) => from)).toEqual([three, two, one]);
    expect(at.count('Done')).toBe(2);
    if (uidplus) {
      const [first] = moved;
      expect((await at.mailbox.read(first?.to as MessageRef)).subject).toBe('mail 3');
    } else expect(moved.every(({ to }) => to === undefined)).toBe(true);
    expect(at.flags('INBOX')[4]).toBe('\\Deleted');
    // Without MOVE and UIDPLUS they stay, marked.
    expect(at.count('INBOX')).toBe(move || uidplus ? 3 : 5);
    expect(at.heard).not.toContain('EXPUNGE');
    expect(at.heard).not.toContain('CLOSE');
    expect(at.heard.includes('UID MOVE')).toBe(move);
  });

  test('copy leaves them, erase takes exactly these', async () => {
    await using at = await stand({ extensions });
    const refs = await at.refs();
    const copied = await at.mailbox.copy(refs.slice(0, 2), 'Archive');
    expect(codes(copied)).toEqual(['ok', 'ok']);
    expect([at.count('Archive'), at.count('INBOX')]).toEqual([2, 6]);
    expect(copied.every(({ to }) => (to?.folder === 'Archive') === uidplus)).toBe(true);
    at.flag(6, '\\Deleted');
    expect(codes(await at.mailbox.erase(refs.slice(0, 2)))).toEqual(['ok', 'ok']);
    expect(at.count('INBOX')).toBe(uidplus ? 4 : 6);
    expect(at.flags('INBOX')[6]).toBe('\\Deleted');
    expect(at.heard).not.toContain('EXPUNGE');
    if (uidplus) expect(codes(await at.mailbox.erase(refs.slice(0, 1)))).toEqual(['message.not_found']);
  });
});

test('what is in the target already stays as it is', async () => {
  await using at = await stand();
  const [one, two] = (await at.refs()) as [MessageRef, MessageRef];
  const [moved] = await at.mailbox.move([one], 'Done');
  const results = await at.mailbox.move([moved?.to as MessageRef, two], 'done');
  expect(results[0]).toEqual({ from: moved?.to, to: moved?.to });
  expect(codes(results)).toEqual(['ok', 'ok']);
  expect(at.count('Done')).toBe(2);
});

test('many references go out in batches, over folders, answered in the order asked', async () => {
  await using at = await stand({ mails: 1203 });
  const refs = await at.refs();
  await at.mailbox.move(refs.slice(0, 3), 'Archive');
  const mixed = [...(await at.refs('Archive')), ...(await at.refs())].toSorted((a, b) => a.id.slice(-2).localeCompare(b.id.slice(-2)));
  at.heard.length = 0;
  const moved = await at.mailbox.move(mixed, 'Done');
  expect(moved.map(({ from }) => from)).toEqual(mixed);
  expect(codes(moved).every((code) => code === 'ok')).toBe(true);
  expect([at.count('INBOX'), at.count('Archive'), at.count('Done')]).toEqual([0, 0, 1203]);
  expect(at.heard.filter((command) => command === 'UID MOVE')).toHaveLength(4);
});

test('trash goes to the folder of that role; without one it says so', async () => {
  await using at = await stand({ extensions: { specialUse: false } });
  const [one, two] = (await at.refs()) as [MessageRef, MessageRef];
  expect((await at.mailbox.trash([one]))[0]?.to?.folder).toBe('Trash');
  at.account.folders.delete('Trash');
  await using bare = await at.open();
  await expect(bare.trash([two])).rejects.toMatchObject({ code: 'folder.role_missing' });
});

test('marks and labels', async () => {
  await using at = await stand();
  const refs = await at.refs();
  expect(codes(await at.mailbox.mark(refs.slice(0, 2), { seen: true, flagged: true }))).toEqual(['ok', 'ok']);
  await at.mailbox.mark(refs.slice(1, 2), { seen: false, answered: true });
  expect(codes(await at.mailbox.label(refs.slice(0, 1), { add: ['paid', '$Later'] }))).toEqual(['ok']);
  await at.mailbox.label(refs.slice(0, 1), { remove: ['$Later'] });
  expect(at.flags('INBOX')).toMatchObject({ 1: '\\Flagged \\Seen paid', 2: '\\Answered \\Flagged' });
  const [one, two] = await collect(at.mailbox.search({ folder: 'INBOX' }));
  expect(one).toMatchObject({ flags: ['seen', 'flagged'], keywords: ['paid'] });
  expect(two?.flags).toEqual(['answered', 'flagged']);
  await expect(at.mailbox.label(refs, { add: ['two words'] })).rejects.toMatchObject({ code: 'input.invalid' });
  await expect(at.mailbox.label(refs, { add: ['a\r\nA1 LOGOUT'] })).rejects.toMatchObject({ code: 'input.invalid' });
});

test('folders: paths, parents, roles, what is there already', async () => {
  await using at = await stand();
  expect(await at.mailbox.createFolder('Clients/Grüße & Co/2026')).toEqual({
    path: 'Clients/Grüße & Co/2026',
    name: '2026',
    created: true,
  });
  expect(await at.mailbox.createFolder('clients/grüße & co/2026')).toMatchObject({ path: 'Clients/Grüße & Co/2026', created: false });
  expect(await at.mailbox.createFolder('role:archive/2026')).toMatchObject({ path: 'Archive/2026', created: true });
  expect(await at.mailbox.createFolder('inbox')).toMatchObject({ path: 'INBOX', created: false });
  const folders = await at.mailbox.listFolders();
  expect(folders.find(({ path }) => path === 'INBOX')).toEqual({ path: 'INBOX', name: 'INBOX', role: 'inbox' });
  expect(folders.find(({ path }) => path === 'Sent')?.role).toBe('sent');
  expect(folders.map(({ path }) => path)).toEqual(expect.arrayContaining(['Clients', 'Clients/Grüße & Co', 'Archive/2026']));
  const [ref] = (await at.refs()) as [MessageRef];
  expect((await at.mailbox.move([ref], 'Clients/Grüße & Co/2026'))[0]?.to?.folder).toBe('Clients/Grüße & Co/2026');
  await expect(at.mailbox.createFolder('a\r\nb')).rejects.toMatchObject({ code: 'input.invalid' });
});

test('a folder that is not there: near names, and nothing happened', async () => {
  await using at = await stand();
  const refs = await at.refs();
  await expect(at.mailbox.move(refs, 'Dome')).rejects.toMatchObject({ code: 'folder.not_found', details: { similar: ['Done'] } });
  await expect(collect(at.mailbox.search({ folder: 'Nowhere' }))).rejects.toMatchObject({ code: 'folder.not_found' });
  expect(at.count('INBOX')).toBe(6);
});

test('a folder made by somebody else is found without connecting anew; one that was removed is missing', async () => {
  await using at = await stand();
  const refs = await at.refs();
  at.account.create('Later');
  expect(codes(await at.mailbox.move(refs.slice(0, 1), 'Later'))).toEqual(['ok']);
  at.account.folders.delete('Later');
  expect(codes(await at.mailbox.move(refs.slice(1, 2), 'Later'))).toEqual(['folder.not_found']);
  expect(at.count('INBOX')).toBe(5);
});

test('append and saveDraft store the exact bytes', async () => {
  await using at = await stand();
  for (const size of [100, 3 * 1024 * 1024]) {
    const raw = Buffer.concat([smallMail(77), Buffer.alloc(size, 'x\r\n')]);
    const ref = await at.mailbox.append('role:sent', Readable.from([raw.subarray(0, 50), raw.subarray(50)]), raw.length, ['seen']);
    expect(ref?.folder).toBe('Sent');
    const bytes = Buffer.concat(await (await (await at.mailbox.read(ref as MessageRef)).raw()).toArray());
    expect(bytes.equals(raw)).toBe(true);
  }
  expect(Object.values(at.flags('Sent'))).toEqual(['\\Seen', '\\Seen']);
  const draft = await at.mailbox.saveDraft({
    to: [{ address: 'x@example.test' }],
    bcc: [{ address: 'y@example.test' }],
    subject: 'Grüße',
    text: 'hi',
    messageId: '<d@example.test>',
    date: '2026-11-24T10:00:00Z',
  });
  expect(await at.mailbox.read(draft as MessageRef)).toMatchObject({
    subject: 'Grüße',
    flags: ['seen', 'draft'],
    bcc: [{ address: 'y@example.test' }],
  });
});

test('a wrong size or a failing source is told before anything is sent; the session goes on', async () => {
  await using at = await stand();
  const raw = smallMail(1);
  await expect(at.mailbox.append('Sent', Readable.from([raw]), raw.length + 1)).rejects.toMatchObject({ code: 'input.invalid' });
  await expect(at.mailbox.append('Sent', Readable.from([raw]), raw.length - 1)).rejects.toMatchObject({ code: 'input.invalid' });
  const failing = new Readable({
    read() {
      this.destroy(new EmailError('attachment.not_found', { path: 'x' }));
    },
  });
  await expect(at.mailbox.append('Sent', failing, 2_000_000)).rejects.toMatchObject({ code: 'attachment.not_found' });
  await expect(at.mailbox.append('Sent', Readable.from([raw]), 10 ** 12)).rejects.toMatchObject({ code: 'message.too_large' });
  expect(at.count('Sent')).toBe(0);
  expect(await at.refs()).toHaveLength(6);
});

test('a session for reading has no verb that changes, and opens folders for reading', async () => {
  await using at = await stand({ trial: { context: { readOnly: true } } });
  const verbs = ['createFolder', 'move', 'copy', 'mark', 'label', 'trash', 'erase', 'append', 'saveDraft', 'send'];
  expect(verbs.filter((verb) => verb in at.mailbox)).toEqual([]);
  const [ref] = await at.refs();
  expect((await at.mailbox.read(ref as MessageRef)).subject).toBe('mail 1');
  expect(at.heard).toContain('EXAMINE');
  expect(at.heard).not.toContain('SELECT');
});

test('references of another numbering, of nowhere, or of another kind', async () => {
  await using at = await stand();
  const [ref] = (await at.refs()) as [MessageRef];
  const other = { ...ref, id: `1.${ref.id.split('.')[1]}` };
  await expect(at.mailbox.read(other)).rejects.toMatchObject({ code: 'folder.changed' });
  const results = await at.mailbox.move([other, { folder: 'Nowhere', id: '1.1' }, { folder: 'INBOX', id: 'x' }, ref], 'Done');
  expect(codes(results)).toEqual(['folder.changed', 'folder.not_found', 'message.not_found', 'ok']);
  expect(codes(await at.mailbox.mark([other], { seen: true }))).toEqual(['folder.changed']);
  expect(codes(await at.mailbox.erase([other]))).toEqual(['folder.changed']);
  expect(at.count('INBOX')).toBe(5);
  await expect(at.mailbox.read(ref)).rejects.toMatchObject({ code: 'message.not_found' });
  expect(at.mailbox.alive()).toBe(true);
});
