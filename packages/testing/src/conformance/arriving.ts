import assert from 'node:assert/strict';
import { INBOX, fails, keys, outcomes, refsIn, some, verb, type Check } from './check.ts';

export const ARRIVING: readonly Check[] = [
  {
    title: 'what came since a cursor is told, once and in a later session too; without a cursor nothing is',
    needs: ['changes', 'copy'],
    changes: true,
    async run(stand) {
      const { mailbox, provides } = stand;
      const changes = verb(mailbox, 'changes');
      const [before, begin] = [await refsIn(mailbox), await changes(INBOX)];
      assert.deepEqual(begin.arrived, []);
      assert.deepEqual((await changes('inbox', begin.cursor)).arrived, []);
      const [first, second, third] = await some(mailbox);
      assert.deepEqual(outcomes(await verb(mailbox, 'copy')([first, second], INBOX)), ['ok', 'ok']);
      if (provides.includes('mark')) await verb(mailbox, 'mark')([third], { flagged: true });
      const came = (await refsIn(mailbox)).filter((ref) => !keys(before).includes(keys([ref])[0] ?? ''));
      const told = await changes(INBOX, begin.cursor);
      assert.deepEqual([keys(told.arrived).toSorted(), told.resynced], [keys(came).toSorted(), undefined]);
      await using later = await stand.open();
      const asked = verb(later, 'changes');
      assert.deepEqual(keys((await asked(INBOX, begin.cursor)).arrived), keys(told.arrived));
      assert.deepEqual((await asked(INBOX, told.cursor)).arrived, []);
      assert.equal((await later.read(told.arrived[0] ?? third)).subject, (await later.read(first)).subject);
    },
  },
  {
    title: 'a message that is moved in has come, and one that went is not told',
    needs: ['changes', 'move'],
    changes: true,
    async run({ mailbox }) {
      const changes = verb(mailbox, 'changes');
      const [inbox, projects] = [await changes(INBOX), await changes('Projects')];
      const [first] = await some(mailbox);
      assert.deepEqual(outcomes(await verb(mailbox, 'move')([first], 'Projects')), ['ok']);
      assert.deepEqual((await changes(INBOX, inbox.cursor)).arrived, []);
      assert.equal((await changes('Projects', projects.cursor)).arrived.length, 1);
    },
  },
  {
    title: 'a cursor of another folder, or of nobody, is refused; so is a folder that is missing',
    needs: ['changes', 'listFolders'],
    async run({ mailbox }) {
      const changes = verb(mailbox, 'changes');
      const { cursor } = await changes('Projects');
      await fails('input.invalid', () => changes(INBOX, cursor));
      await fails('input.invalid', () => changes(INBOX, 'yesterday'));
      await fails('folder.not_found', () => changes('No such folder'));
    },
  },
  {
    title: 'a folder that is watched says when to look: at once, when mail came, and ends when it should',
    needs: ['watch', 'copy'],
    changes: true,
    async run(stand) {
      const { mailbox } = stand;
      const stop = new AbortController();
      const looks = verb(mailbox, 'watch')(INBOX, stop.signal)[Symbol.asyncIterator]();
      assert.deepEqual(await looks.next(), { value: 'look', done: false });
      // Between two looks the mailbox is free.
      const [first] = await some(mailbox);
      await using other = await stand.open();
      for (let round = 0; round < 3; round++) {
        const next = looks.next();
        await verb(other, 'copy')([first], INBOX);
        assert.deepEqual(await next, { value: 'look', done: false });
      }
      const last = looks.next();
      stop.abort();
      assert.equal((await last).done, true);
      assert.equal((await mailbox.read(first)).ref.id, first.id);
    },
  },
];
