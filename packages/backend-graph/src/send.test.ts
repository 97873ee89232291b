import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { GraphFault } from '@mailwright/sandbox';
import { draftOf, standFor } from './stand.test.fixture.ts';

const SEND = 'POST messages/{id}/send';

test('R4.1 a mail goes out once, its copy is in Sent, and nobody sees who was hidden', async () => {
  await using stand = await standFor();
  const { mailbox, sandbox, folder } = stand;
  const sent = folder('Sent').length;
  expect(await mailbox.send(draftOf())).toEqual({
    messageId: '<once-1@example.test>',
    state: 'sent',
    accepted: ['ann@example.com', 'hidden@example.com'],
    rejected: [],
    savedTo: 'role:sent',
  });
  expect(sandbox.store.outside.map(({ to }) => to)).toEqual([['ann@example.com', 'hidden@example.com']]);
  expect(sandbox.store.outside[0]?.raw.toString()).toMatch(/^Message-ID: <once-1@example.test>\r$/im);
  expect(sandbox.store.outside[0]?.raw.toString()).not.toContain('hidden');
  expect([folder('Sent').length, folder('Drafts').length]).toEqual([sent + 1, 1]);
  expect(await mailbox.send(draftOf({ messageId: '<once-2@example.test>' }), { saveToSent: false })).not.toHaveProperty('savedTo');
  expect([sandbox.store.outside.length, folder('Sent').length]).toEqual([2, sent + 1]);
});

// docs/explanation/limits.md: a send is never blindly repeated.
test.each<[string, GraphFault[], string]>([
  ['504 after it was done', [{ status: 504, done: true }], 'sent'],
  ['a reset after it was done', ['do-and-drop'], 'sent'],
  ['503 after it was done', [{ status: 503, done: true, retryAfter: '0' }], 'sent'],
  ['HTML after it was done', [{ status: 500, done: true, text: '<html>' }], 'sent'],
  ['504 before it was done', [{ status: 504 }], 'sent'],
  ['a reset before it was done', ['drop'], 'sent'],
  ['429 with a wish', [{ status: 429, retryAfter: '1' }], 'sent'],
  ['429 that lasts longer than we may wait', [{ status: 429, retryAfter: '3600' }], 'server.throttled'],
  ['a refusal', [{ status: 400, code: 'ErrorInvalidRecipients' }], 'send.rejected'],
  ['no right to send as', [{ status: 403, code: 'ErrorSendAsDenied' }], 'auth.mailbox_forbidden'],
])('%s: one mail or none, never two', async (_, faults, outcome) => {
  await using stand = await standFor();
  const { mailbox, sandbox, folder } = stand;
  stand.faults.set(SEND, ...faults);
  const state = await mailbox.send(draftOf()).then(
    (sent) => sent.state,
    (error: { code: string }) => error.code,
  );
  expect(state).toBe(outcome);
  expect(sandbox.store.outside).toHaveLength(outcome === 'sent' ? 1 : 0);
  // No draft of ours is left behind.
  expect(folder('Drafts')).toHaveLength(1);
  expect(stand.faults.count(SEND)).toBeLessThanOrEqual(2);
});

test('where nobody can say whether it went, that is said', async () => {
  await using stand = await standFor();
  stand.faults.set(SEND, 'do-and-drop');
  stand.faults.set('GET messages/{id}', { status: 403, code: 'ErrorAccessDenied' });
  await expect(stand.mailbox.send(draftOf())).rejects.toMatchObject({
    code: 'send.outcome_unknown',
    details: { messageId: '<once-1@example.test>' },
  });
  expect(stand.sandbox.store.outside).toHaveLength(1);
});

test('a process that was killed after the server had sent does not send again', async () => {
  await using stand = await standFor();
  await stand.mailbox.send(draftOf());
  await using again = await stand.open();
  expect(await again.send(draftOf())).toMatchObject({ state: 'sent', savedTo: 'role:sent' });
  expect(stand.sandbox.store.outside).toHaveLength(1);
});

test('half a draft of an earlier try is not what goes out', async () => {
  await using stand = await standFor();
  await stand.mailbox.saveDraft(draftOf({ text: 'half' }));
  await stand.mailbox.send(draftOf({ text: 'whole' }));
  expect(stand.sandbox.store.outside.map(({ raw }) => /half|whole/.exec(raw.toString())?.[0])).toEqual(['whole']);
  expect(stand.folder('Drafts')).toHaveLength(1);
});

test('a draft whose answer was lost is made once', async () => {
  await using stand = await standFor();
  stand.faults.set('POST messages', 'do-and-drop');
  await stand.mailbox.send(draftOf());
  expect([stand.sandbox.store.outside.length, stand.folder('Drafts').length]).toEqual([1, 1]);
});

const LARGE = Buffer.from(Array.from({ length: 1_300_000 }, (_, at) => `${at % 1_000_000} `).join(''));
const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('large files go up in ranges, go on where they stopped, and arrive as they are beside small ones', async () => {
  await using stand = await standFor();
  const file = (filename: string, bytes: Buffer) => ({
    filename,
    contentType: 'application/pdf',
    open: () => Promise.resolve(Readable.from([bytes.subarray(0, 100), bytes.subarray(100)], { objectMode: false })),
  });
  stand.faults.set('PUT upload', 'drop', { status: 503, done: true }, 'do-and-drop');
  await stand.mailbox.send(draftOf({ attachments: [file('groß.pdf', LARGE), file('klein.pdf', Buffer.from('small'))] }));
  expect(LARGE.length).toBeGreaterThan(2 * 3_932_160);
  expect(stand.sandbox.store.outside).toHaveLength(1);
  const found = [];
  for await (const message of stand.mailbox.search({
    folder: 'role:sent',
    filter: { op: 'is', field: 'messageId', value: '<once-1@example.test>' },
    load: 'message',
  }))
    for (const file of message.attachments) found.push(`${file.filename} ${hash(await buffer(await file.open()))}`);
  expect(found).toEqual([`groß.pdf ${hash(LARGE)}`, `klein.pdf ${hash(Buffer.from('small'))}`]);
}, 60_000);

test('an upload that gets nowhere ends, and leaves no draft', async () => {
  await using stand = await standFor();
  stand.faults.set('PUT upload', ...Array.from({ length: 20 }, (): GraphFault => 'drop'));
  const attachments = [
    { filename: 'a.bin', contentType: 'a/b', open: () => Promise.resolve(Readable.from([LARGE], { objectMode: false })) },
  ];
  await expect(stand.mailbox.send(draftOf({ attachments }))).rejects.toMatchObject({ code: 'connection.lost' });
  expect(stand.faults.count('PUT upload')).toBeLessThan(10);
  expect([stand.sandbox.store.outside.length, stand.folder('Drafts').length]).toEqual([0, 1]);
}, 60_000);
