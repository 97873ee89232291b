import type { Mailbox } from './mailbox.ts';
import { select, single, toQuery } from './selection.ts';

const ref = (id: string) => ({ folder: 'INBOX', id });

describe('a selection', () => {
  const mailbox = (count: number) =>
    ({
      search: async function* () {
        for (let n = 0; n < count; n++) yield { ref: ref(String(n)) };
      },
    }) as unknown as Mailbox;
  const sizes = async (selection: Parameters<typeof select>[0], count = 0) =>
    (await Array.fromAsync(select(selection, { mailbox: mailbox(count), signal: new AbortController().signal }))).map(
      (refs) => refs.length,
    );

  test('comes in batches, each message once', async () => {
    expect(await sizes({ folder: 'INBOX' } as never, 601)).toEqual([250, 250, 101]);
    expect(await sizes({ folder: 'INBOX' } as never, 250)).toEqual([250]);
    expect(await sizes({ folder: 'INBOX' } as never, 0)).toEqual([]);
    expect(await sizes(Array.from({ length: 251 }, (_, n) => ref(String(n))))).toEqual([250, 1]);
    expect(await sizes([])).toEqual([]);
  });

  test('of a list that names a message twice it comes once, so that nothing is sent or counted twice', async () => {
    const twice = [ref('1'), { ref: ref('2') }, { ref: ref('1'), index: 3 }, { folder: 'Done', id: '1' }];
    const taken = await Array.fromAsync(select(twice, { mailbox: mailbox(0), signal: new AbortController().signal }));
    expect(taken).toEqual([[ref('1'), ref('2'), { folder: 'Done', id: '1' }]]);
    expect(single([ref('1'), { ref: ref('1') }])).toEqual(ref('1'));
  });

  test('of one message at most', () => {
    expect(single([])).toBeUndefined();
    expect(single({ ref: ref('1'), index: 3 })).toEqual(ref('1'));
    expect(() => single([ref('1'), ref('2')])).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  });

  test('a query has only the keys that were filled in', () => {
    expect(toQuery({ folder: 'A', subfolders: false, newestFirst: true, filter: undefined, limit: undefined })).toEqual({
      folder: 'A',
      subfolders: false,
      newestFirst: true,
    });
  });
});
