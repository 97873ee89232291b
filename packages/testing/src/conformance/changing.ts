import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Draft, Mailbox, MessageRef, MessageSummary } from '@mailwright/core';
import { fails, keys, list, outcomes, refsIn, seeded, some, verb, type Check } from './check.ts';

/** The subjects of a folder, each with its flags. */
const content = async (mailbox: Mailbox, folder?: string) =>
  (await list(mailbox, folder)).map(({ subject, flags = [] }) => `${subject} [${[...flags].sort().join()}]`);
const flagsOf = async (mailbox: Mailbox, { id }: MessageRef) =>
  [...((await list(mailbox)).find(({ ref }) => ref.id === id)?.flags ?? [])].sort();
/** What a folder has now and had not before. */
async function added(mailbox: Mailbox, folder: string, before: readonly MessageRef[]): Promise<MessageSummary> {
  const [found, ...more] = (await list(mailbox, folder)).filter(({ ref }) => !keys(before).includes(keys([ref])[0] ?? ''));
  assert.ok(found && more.length === 0, `${found ? more.length + 1 : 0} messages came, not one`);
  return found;
}
const without = <T>(items: readonly T[], ...indexes: readonly number[]) => items.filter((_, index) => !indexes.includes(index));

const MAIL = Buffer.from(
  'From: Ann <ann@example.com>\r\nSubject: stored\r\nMessage-ID: <stored@example.com>\r\n\r\nGr\u00fc\u00dfe\r\n..\r\n',
);
const DRAFT: Draft = {
  to: [{ address: 'ann@example.com' }],
  bcc: [{ address: 'hidden@example.com' }],
  from: { address: 'demo@example.test' },
  subject: 'Entwurf für später',
  text: 'Not yet.',
  messageId: '<conformance-draft@example.test>',
  date: '2026-11-24T08:00:00.000Z',
};

export const CHANGING: readonly Check[] = [
  {
    title: 'move takes exactly these, with their flags, and says where they are',
    needs: ['move'],
    changes: true,
    async run({ mailbox, provides }) {
      const [before, archived, refs] = [await content(mailbox), await content(mailbox, 'role:archive'), await refsIn(mailbox)];
      const marked = provides.includes('mark') ? before.findIndex((line) => line.endsWith('[flagged,seen]')) : 2;
      const moved = await verb(mailbox, 'move')([refs[marked] as MessageRef, refs[0] as MessageRef], 'role:archive');
      assert.deepEqual(outcomes(moved), ['ok', 'ok']);
      assert.deepEqual(keys(moved.map(({ from }) => from)), keys([refs[marked] as MessageRef, refs[0] as MessageRef]));
      assert.deepEqual(await content(mailbox), without(before, marked, 0));
      assert.deepEqual(
        (await content(mailbox, 'role:archive')).toSorted(),
        [...archived, before[marked] ?? '', before[0] ?? ''].toSorted(),
      );
      for (const { from, to } of moved) {
        await fails('message.not_found', () => mailbox.read(from));
        if (to) assert.ok((await refsIn(mailbox, 'role:archive')).some(({ id }) => id === to.id));
        if (to) assert.deepEqual((await mailbox.read(to)).ref, to);
      }
    },
  },
  {
    title: 'moving to where it is changes nothing and says so',
    needs: ['move'],
    changes: true,
    async run({ mailbox }) {
      const before = keys(await list(mailbox));
      const [first] = await some(mailbox);
      assert.deepEqual(await verb(mailbox, 'move')([first], 'INBOX'), [{ from: first, to: first }]);
      assert.deepEqual(keys(await list(mailbox)), before);
    },
  },
  {
    title: 'a message that is gone is told apart from those that were moved',
    needs: ['move', 'erase'],
    changes: true,
    async run(stand) {
      const { mailbox } = stand;
      const [first, second, third] = await some(mailbox);
      await verb(mailbox, 'erase')([second]);
      assert.deepEqual(outcomes(await verb(mailbox, 'move')([first, second, third], 'Projects')), ['ok', 'message.not_found', 'ok']);
      assert.equal((await list(mailbox)).length, seeded(stand).length - 3);
    },
  },
  {
    title: 'a target that is missing moves and copies nothing',
    needs: ['move', 'copy'],
    changes: true,
    async run({ mailbox }) {
      const before = await content(mailbox);
      const [first] = await some(mailbox);
      await fails('folder.not_found', () => verb(mailbox, 'move')([first], 'No such folder'));
      await fails('folder.not_found', () => verb(mailbox, 'copy')([first], 'No such folder'));
      assert.deepEqual(await content(mailbox), before);
    },
  },
  {
    title: 'copy makes a second message and keeps the first, also in the same folder',
    needs: ['copy'],
    changes: true,
    async run({ mailbox, traits }) {
      const target = 'Projects/Äpfel & Birnen';
      const [before, there] = [await content(mailbox), await refsIn(mailbox, target)];
      const [first, second] = await some(mailbox);
      const [copied] = await verb(mailbox, 'copy')([second], target);
      assert.equal(copied?.error, undefined);
      assert.deepEqual(await content(mailbox), before);
      const raw = async (ref: MessageRef) => (await buffer(await (await mailbox.read(ref)).raw())).toString('latin1');
      const { ref } = await added(mailbox, target, there);
      assert.deepEqual(copied?.to ?? ref, ref);
      assert.equal(await raw(ref), await raw(second));
      await verb(mailbox, 'copy')([first], 'INBOX');
      const expected = traits.byDate ? [before[0], ...before] : [...before, before[0]];
      assert.deepEqual(await content(mailbox), expected);
    },
  },
  {
    title: 'mark sets and takes off what it names, of these messages alone',
    needs: ['mark'],
    changes: true,
    async run({ mailbox }) {
      const before = await content(mailbox);
      const [first, second] = await some(mailbox);
      const mark = verb(mailbox, 'mark');
      assert.deepEqual(outcomes(await mark([first, second], { seen: true, flagged: true, answered: true })), ['ok', 'ok']);
      assert.deepEqual(await flagsOf(mailbox, first), ['answered', 'flagged', 'seen']);
      await mark([first], { seen: false, flagged: false });
      assert.deepEqual(await flagsOf(mailbox, first), ['answered']);
      assert.deepEqual(await flagsOf(mailbox, second), ['answered', 'flagged', 'seen']);
      assert.deepEqual((await content(mailbox)).slice(2), before.slice(2));
      assert.deepEqual(outcomes(await mark([{ ...first, id: `${first.id}99999` }, second], { seen: false })), ['message.not_found', 'ok']);
    },
  },
  {
    title: 'label adds and removes keywords',
    needs: ['label'],
    changes: true,
    async run({ mailbox }) {
      const [first, second] = await some(mailbox);
      const label = verb(mailbox, 'label');
      const keywords = async ({ id }: MessageRef) => [...((await list(mailbox)).find(({ ref }) => ref.id === id)?.keywords ?? [])].sort();
      assert.deepEqual(outcomes(await label([first, second], { add: ['booked', 'checked'] })), ['ok', 'ok']);
      assert.deepEqual(outcomes(await label([second], { remove: ['booked'] })), ['ok']);
      assert.deepEqual([await keywords(first), await keywords(second)], [['booked', 'checked'], ['checked']]);
    },
  },
  {
    title: 'trash moves to the trash, and erase takes away for good exactly these',
    needs: ['trash', 'erase'],
    changes: true,
    async run({ mailbox }) {
      const before = await content(mailbox);
      const [first, second, third, fourth] = await some(mailbox);
      assert.deepEqual(outcomes(await verb(mailbox, 'trash')([first])), ['ok']);
      assert.deepEqual(await content(mailbox, 'role:trash'), [before[0]]);
      const [trashed] = await refsIn(mailbox, 'role:trash');
      assert.ok(trashed);
      assert.deepEqual(outcomes(await verb(mailbox, 'erase')([third, trashed])), ['ok', 'ok']);
      assert.deepEqual(outcomes(await verb(mailbox, 'erase')([third])), ['message.not_found']);
      assert.deepEqual([await content(mailbox), await content(mailbox, 'role:trash')], [without(before, 0, 2), []]);
      for (const ref of [second, fourth]) assert.deepEqual((await mailbox.read(ref)).ref, ref);
    },
  },
  {
    title: 'append stores the bytes as they are, with flags',
    needs: ['append'],
    changes: true,
    async run({ mailbox, provides }) {
      const append = verb(mailbox, 'append');
      const large = Buffer.concat([MAIL, Buffer.from('A line of text, again and again.\r\n'.repeat(90_000))]);
      for (const raw of [MAIL, large]) {
        const before = await refsIn(mailbox, 'Projects');
        const ref = await append('Projects', Readable.from([raw], { objectMode: false }), raw.length, ['seen', 'flagged']);
        const found = await added(mailbox, 'Projects', before);
        assert.deepEqual([found.subject, found.messageId, found.size], ['stored', '<stored@example.com>', raw.length]);
        assert.deepEqual([...(found.flags ?? [])].sort(), provides.includes('mark') ? ['flagged', 'seen'] : []);
        assert.deepEqual(ref ?? found.ref, found.ref);
        assert.ok((await buffer(await (await mailbox.read(found.ref)).raw())).equals(raw));
      }
      await fails('folder.not_found', () => append('No such folder', Readable.from([MAIL]), MAIL.length));
    },
  },
  {
    title: 'a saved draft stands among the drafts, with the recipients that stay hidden later',
    needs: ['saveDraft'],
    changes: true,
    async run({ mailbox, provides }) {
      await verb(mailbox, 'saveDraft')(DRAFT);
      const saved = (await list(mailbox, 'role:drafts')).find(({ messageId }) => messageId === DRAFT.messageId);
      assert.ok(saved);
      assert.equal(saved.subject, DRAFT.subject);
      if (provides.includes('mark')) assert.ok(saved.flags?.includes('draft'));
      assert.deepEqual((await mailbox.read(saved.ref)).bcc, DRAFT.bcc);
    },
  },
];
