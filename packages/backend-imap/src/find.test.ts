import type { Conversation, Selected } from './conversation.ts';
import { findExisting, findUids } from './find.ts';
import { atom, expandSet, isList, packSet, wordOf, type Response, type Token } from './response.ts';

/** A server with these messages; `meanwhile` happens between two commands. */
function server(uids: number[], capabilities: readonly string[], meanwhile: (command: number) => void = () => undefined) {
  const asked: string[] = [];
  const talk = {
    has: (name: string) => capabilities.includes(name),
    command(_name: string, keys: readonly Token[], { untagged = {} }: { untagged?: Record<string, (response: Response) => void> }) {
      const [first, second] = keys.filter((key) => !isList(key) && !['RETURN', 'UID'].includes(wordOf(key) ?? ''));
      const set = [first, second].map(wordOf).find((word) => /^[\d:,*]+$/.test(word ?? ''));
      asked.push(set ?? 'ALL');
      const byUid = keys.some((key) => wordOf(key) === 'UID');
      const numbers = new Set(expandSet(set?.replace('*', String(uids.length))));
      const found = uids.filter((uid, index) => set === undefined || numbers.has(byUid ? uid : index + 1));
      if (keys.some((key) => wordOf(key) === 'RETURN')) {
        const all = found.length === 0 ? [] : [atom('ALL'), { type: 'SEQUENCE', value: packSet(found) }];
        untagged['ESEARCH']?.({ tag: '*', command: 'ESEARCH', attributes: [[atom('TAG'), atom('A1')], atom('UID'), ...all] });
      } else untagged['SEARCH']?.({ tag: '*', command: 'SEARCH', attributes: found.map((uid) => atom(String(uid))) });
      meanwhile(asked.length);
      return Promise.resolve({ tag: 'A1', command: 'OK' });
    },
  };
  return { talk: talk as unknown as Conversation, selected: { exists: uids.length } as Selected, asked };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => index * 3 + 1);

test.each([[[]], [['ESEARCH']]])('a small folder in one command, ascending (%j)', async (capabilities) => {
  const { talk, selected, asked } = server([9, 4, 700], capabilities);
  expect(await findUids(talk, selected, null)).toEqual([4, 9, 700]);
  expect(await findUids(talk, selected, [atom('SEEN')])).toEqual([4, 9, 700]);
  expect(asked).toEqual(['ALL', 'ALL']);
  expect([...(await findExisting(talk, [4, 5, 700]))]).toEqual([4, 700]);
  const empty = server([], capabilities);
  expect([await findUids(empty.talk, empty.selected, null), empty.asked]).toEqual([[], []]);
});

test('a large folder in windows, the newest first', async () => {
  const uids = many(120_001);
  const { talk, selected, asked } = server([...uids], []);
  expect(await findUids(talk, selected, [atom('SEEN')])).toEqual(uids);
  expect(asked).toEqual(['100001:*', '50001:100000', '1:50000']);
});

test('what vanishes or comes between two windows hides nothing', async () => {
  const uids = many(100_001);
  const gone = new Set([uids[3], uids[49_999], uids[50_000]]);
  const held = [...uids];
  const { talk, selected } = server(held, ['ESEARCH'], (command) => {
    if (command !== 1) return;
    for (const uid of gone) held.splice(held.indexOf(uid as number), 1);
    held.push(900_000);
  });
  const found = new Set(await findUids(talk, selected, null));
  expect(uids.filter((uid) => !gone.has(uid) && !found.has(uid))).toEqual([]);
});

test('numbers that are none are not taken', async () => {
  const { talk, selected } = server([1], []);
  Object.assign(talk, {
    command: (_: string, __: unknown, { untagged }: { untagged: Record<string, (response: Response) => void> }) => {
      untagged['SEARCH']?.({
        tag: '*',
        command: 'SEARCH',
        attributes: [atom('0'), atom('-3'), atom('1e400'), atom('2.5'), null, [], atom('7')],
      });
      return Promise.resolve();
    },
  });
  expect(await findUids(talk, selected, null)).toEqual([7]);
});
