import { cursorOf, knownIds, stateIn, unknownTo } from './cursor.ts';

describe('a cursor', () => {
  test('gives its state back, for its own folder and kind of server alone', () => {
    const cursor = cursorOf('imap', 'Rechnungen "2026"', '7.12');
    expect(stateIn(cursor, 'imap', 'Rechnungen "2026"')).toBe('7.12');
    for (const [backend, folder, text] of [
      ['graph', 'Rechnungen "2026"', cursor],
      ['imap', 'INBOX', cursor],
      ['imap', 'INBOX', 'no JSON'],
      ['imap', 'INBOX', '["imap","INBOX",1]'],
      ['imap', 'INBOX', '["imap","INBOX","1","2"]'],
      ['imap', 'INBOX', 'null'],
    ] as const)
      expect(() => stateIn(text, backend, folder)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  });

  test('of a server without numbers knows ids by their hashes, and no other', () => {
    const ids = Array.from({ length: 1000 }, (_, n) => `id ${n}`);
    const state = knownIds(ids);
    expect(state.length).toBe(12_000);
    expect(ids.filter(unknownTo(state))).toEqual([]);
    expect(['id 1000', '', 'id  1'].filter(unknownTo(state))).toEqual(['id 1000', '', 'id  1']);
    expect(unknownTo('')('a')).toBe(true);
  });
});
