import type { EmailError, MessageRef, MessageSummary } from '@mailwright/core';
import type { GraphFault } from '@mailwright/sandbox';
import { standFor } from './stand.test.fixture.ts';

type Stand = Awaited<ReturnType<typeof standFor>>;
const LIST = 'GET mailFolders/{id}/messages';
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: EmailError) => error.code,
  );
const all = (items: AsyncIterable<MessageSummary>) => Array.fromAsync(items);
const refs = async ({ mailbox }: Stand): Promise<MessageRef[]> => (await all(mailbox.search({ folder: 'INBOX' }))).map(({ ref }) => ref);

test.each<[string, GraphFault[], string]>([
  ['429 and its wish', [{ status: 429, retryAfter: '1' }], 'ok'],
  ['503 and a date', [{ status: 503, retryAfter: new Date(Date.now() + 1000).toUTCString() }], 'ok'],
  ['504', [{ status: 504 }], 'ok'],
  ['a reset', ['drop'], 'ok'],
  ['a reset, and again', ['drop', 'drop'], 'ok'],
  ['resets without end', ['drop', 'drop', 'drop', 'drop', 'drop', 'drop'], 'connection.lost'],
  ['a wish beyond our time', [{ status: 429, retryAfter: '3600' }], 'server.throttled'],
  ['HTML', [{ status: 200, text: '<html>' }], 'server.unexpected'],
  ['a refusal that nobody knows', [{ status: 418, code: 'Teapot' }], 'server.refused'],
  ['no right', [{ status: 403, code: 'ErrorAccessDenied' }], 'auth.mailbox_forbidden'],
  ['silence', ['silence', 'silence', 'silence', 'silence'], 'connection.timeout'],
])(
  'a listing through %s',
  async (_, faults, code) => {
    await using stand = await standFor();
    stand.faults.set(LIST, ...faults);
    expect(await codeOf(all(stand.mailbox.search({ folder: 'INBOX' })))).toBe(code);
    expect(stand.faults.count(LIST)).toBeLessThan(8);
  },
  30_000,
);

const MOVE = 'POST messages/{id}/move';
test.each<[string, GraphFault[], string[]]>([
  ['429 of one part', [{ status: 429, retryAfter: '0' }], ['ok', 'ok', 'ok']],
  ['503 of two parts', [{ status: 503 }, { status: 503 }], ['ok', 'ok', 'ok']],
  ['504 after it was done', [{ status: 504, done: true }], ['ok', 'ok', 'ok']],
  ['504 before it was done', [{ status: 504 }], ['ok', 'ok', 'ok']],
  ['a part that is refused', [{ status: 400, code: 'Odd' }], ['server.refused', 'ok', 'ok']],
])(
  'a move through %s: each message by itself, none twice',
  async (_, faults, codes) => {
    await using stand = await standFor();
    const [one, two, three] = (await refs(stand)) as [MessageRef, MessageRef, MessageRef];
    const before = stand.folder('Archive').length;
    stand.faults.set(MOVE, ...faults);
    const results = await stand.mailbox.move([one, two, three], 'role:archive');
    expect(results.map(({ error }) => error?.code ?? 'ok')).toEqual(codes);
    expect(stand.folder('Archive').length - before).toBe(codes.filter((code) => code === 'ok').length);
  },
  30_000,
);

test.each<[string, GraphFault[]]>([
  ['after it was done', ['do-and-drop']],
  ['before it was done', ['drop']],
  ['again and again, then done', ['drop', 'do-and-drop']],
])(
  'the whole batch of a move lost %s: it is looked, and each message is moved once',
  async (_, faults) => {
    await using stand = await standFor();
    const some = (await refs(stand)).slice(0, 3);
    const before = [stand.inbox().length, stand.folder('Archive').length] as const;
    // The first batch looks where the messages are.
    stand.faults.set('POST $batch', undefined as never, ...faults);
    const results = await stand.mailbox.move(some, 'role:archive');
    expect(results.map(({ error, to }) => [error?.code, to?.folder])).toEqual(some.map(() => [undefined, 'Archive']));
    expect([stand.inbox().length, stand.folder('Archive').length]).toEqual([before[0] - 3, before[1] + 3]);
  },
  30_000,
);

test('a copy whose answer was lost is not made again: nobody knows', async () => {
  await using stand = await standFor();
  const some = (await refs(stand)).slice(0, 2);
  const before = stand.folder('Archive').length;
  await stand.mailbox.listFolders();
  stand.faults.set('POST $batch', undefined as never, 'do-and-drop');
  const results = await stand.mailbox.copy(some, 'role:archive');
  expect(results.map(({ error }) => error?.code)).toEqual(['message.outcome_unknown', 'message.outcome_unknown']);
  expect(stand.folder('Archive')).toHaveLength(before + 2);
}, 30_000);

test('four questions at a time over all sessions: no 429 by our own doing', async () => {
  await using stand = await standFor();
  const others = await Promise.all(Array.from({ length: 4 }, () => stand.open()));
  stand.faults.heard.length = 0;
  await Promise.all([stand.mailbox, ...others].map((mailbox) => all(mailbox.search({ folder: 'INBOX', load: 'message' }))));
  // Each refused question would have come twice.
  const once = stand.inbox().length;
  expect(stand.faults.count('GET messages/{id}/$value')).toBe(once * 5);
  await Promise.all(others.map((one) => one[Symbol.asyncDispose]()));
}, 60_000);

test('the session is stopped in the middle of a wait', async () => {
  const stop = new AbortController();
  await using stand = await standFor({ context: { signal: stop.signal } });
  stand.faults.set(LIST, { status: 429, retryAfter: '5' });
  const listing = codeOf(all(stand.mailbox.search({ folder: 'INBOX' })));
  setTimeout(() => stop.abort(), 300);
  expect(await listing).toBe('automation.cancelled');
});

test('links to other servers are not followed', async () => {
  await using stand = await standFor();
  const page = { value: [], '@odata.nextLink': 'https://graph.example.org/v1.0/me/messages' };
  stand.faults.set(LIST, { status: 200, text: JSON.stringify(page) });
  expect(await codeOf(all(stand.mailbox.search({ folder: 'INBOX' })))).toBe('server.unexpected');
});
