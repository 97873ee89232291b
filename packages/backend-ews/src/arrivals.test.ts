import { answers, idXml, startStand, type Heard } from './stand.test.fixture.ts';

const page = (state: string, last: boolean, ...changes: readonly string[]) =>
  answers(
    'SyncFolderItems',
    `<m:SyncState>${state}</m:SyncState><m:IncludesLastItemInRange>${last}</m:IncludesLastItemInRange><m:Changes>${changes.join('')}</m:Changes>`,
  );
const came = (id: string, kind = 'Message') => `<t:Create><t:${kind}>${idXml(id)}</t:${kind}></t:Create>`;
const stateOf = ({ body }: Heard) => /<m:SyncState>([^<]*)</.exec(body)?.[1];

test('pages are followed by the state of each; only what came is told, of every class, each once', async () => {
  const pages: Record<string, string> = {
    '': page('one', false, came('a')),
    one: page('two', true, came('b')),
    two: page('three', false, came('c', 'MeetingRequest'), `<t:Update><t:Message>${idXml('a')}</t:Message></t:Update>`),
    three: page(
      'four',
      true,
      came('c'),
      came('d', 'Item'),
      `<t:Delete>${idXml('b')}</t:Delete>`,
      `<t:ReadFlagChange>${idXml('a')}</t:ReadFlagChange>`,
    ),
    four: page('four', true),
  };
  await using stand = await startStand({
    answer: (one) =>
      one.operation === 'SyncFolderItems'
        ? (pages[stateOf(one) ?? ''] ?? answers('SyncFolderItems', ['ErrorInvalidSyncStateData']))
        : undefined,
  });
  const mailbox = await stand.open();
  const begin = await mailbox.changes?.('INBOX');
  expect(begin?.arrived).toEqual([]);
  const told = await mailbox.changes?.('INBOX', begin?.cursor);
  expect(told?.arrived.map(({ id }) => id)).toEqual(['c', 'd']);
  expect(await mailbox.changes?.('INBOX', told?.cursor)).toEqual({ arrived: [], cursor: told?.cursor });
});

test.each(['ErrorInvalidSyncStateData', 'ErrorSyncStateNotFound'])(
  'a state that the server does not take (%s): all is told anew',
  async (code) => {
    await using stand = await startStand({
      answer: (one) => {
        if (one.operation !== 'SyncFolderItems') return undefined;
        return stateOf(one) === undefined ? page('fresh', true, came('a'), came('b')) : answers('SyncFolderItems', [code]);
      },
    });
    const mailbox = await stand.open();
    const begin = await mailbox.changes?.('INBOX');
    expect(await mailbox.changes?.('INBOX', begin?.cursor)).toEqual({
      arrived: ['a', 'b'].map((id) => ({ folder: 'INBOX', id })),
      cursor: begin?.cursor,
      resynced: true,
    });
  },
);

test('a server whose pages lead nowhere is not asked without end', async () => {
  await using stand = await startStand({
    answer: ({ operation }) => (operation === 'SyncFolderItems' ? page('same', false, came('a')) : undefined),
  });
  await expect((await stand.open()).changes?.('INBOX')).rejects.toMatchObject({ code: 'server.unexpected' });
  expect(stand.heard.filter(({ operation }) => operation === 'SyncFolderItems').length).toBeLessThan(4);
});
