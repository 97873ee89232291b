import assert from 'node:assert/strict';
import { EmailError, type Mailbox, type Need } from '@mailwright/core';
import { all, list, seeded, verb, type Check } from './check.ts';

const CHANGES: readonly Need[] = ['createFolder', 'move', 'copy', 'mark', 'label', 'trash', 'erase', 'append', 'saveDraft', 'send'];
const VERBS: readonly Need[] = ['search', 'read', 'listFolders', 'changes', 'watch', ...CHANGES];

const verbsOf = (mailbox: Mailbox) => VERBS.filter((name) => typeof mailbox[name] === 'function');

export const OPENING: readonly Check[] = [
  {
    title: 'the verbs that are there are those that it provides: none is missing, none is half there',
    async run({ mailbox, provides }) {
      assert.deepEqual(verbsOf(mailbox).toSorted(), [...provides].toSorted());
      for (const name of VERBS) assert.equal(name in mailbox, provides.includes(name), name);
    },
  },
  {
    title: 'opened for reading only, it has no verb that changes anything, and reads',
    async run(stand) {
      await using looking = await stand.open({ readOnly: true });
      assert.deepEqual(
        CHANGES.filter((name) => name in looking),
        [],
      );
      assert.equal((await list(looking)).length, seeded(stand).length);
    },
  },
  {
    title: 'closed, it is no longer alive, and a verb ends with an error instead of waiting',
    async run(stand) {
      const mailbox = await stand.open();
      assert.equal(mailbox.alive(), true);
      const [first] = await list(mailbox);
      assert.ok(first);
      await mailbox[Symbol.asyncDispose]();
      assert.equal(mailbox.alive(), false);
      for (const verb of [() => mailbox.read(first.ref), () => list(mailbox)])
        await assert.rejects(verb, (error) => EmailError.is(error, 'connection'));
    },
  },
  {
    title: 'two mailboxes on one server see the same mail',
    async run(stand) {
      await using other = await stand.open();
      const ids = async (mailbox: Mailbox) => (await list(mailbox)).map(({ messageId }) => messageId);
      assert.deepEqual(await ids(other), await ids(stand.mailbox));
    },
  },
  {
    title: 'folders are listed with their roles, and by the paths that verbs take',
    needs: ['listFolders'],
    async run({ mailbox, seed }) {
      const folders = await verb(mailbox, 'listFolders')();
      const shown = new Map(folders.map(({ path, role }) => [path, role]));
      for (const { path, role } of seed.folders) assert.deepEqual([path, shown.get(path)], [path, role]);
      assert.equal(folders.find(({ path }) => path === 'Projects/Äpfel & Birnen')?.name, 'Äpfel & Birnen');
      for (const { path } of folders) await all(mailbox.search({ folder: path, limit: 1 }));
    },
  },
  {
    title: 'a folder is made with those above it, and a second time it is there',
    needs: ['createFolder', 'listFolders'],
    changes: true,
    async run({ mailbox }) {
      const path = 'Würfel/2026 & "more"/日本';
      const create = verb(mailbox, 'createFolder');
      const { created, ...folder } = await create(path);
      assert.deepEqual([created, folder.path, folder.name], [true, path, '日本']);
      assert.equal((await create(path)).created, false);
      assert.equal((await create('inbox')).path, 'INBOX');
      const paths = (await verb(mailbox, 'listFolders')()).map((one) => one.path);
      for (const one of ['Würfel', 'Würfel/2026 & "more"', path]) assert.ok(paths.includes(one), one);
      assert.equal(new Set(paths).size, paths.length);
      assert.deepEqual(await list(mailbox, path), []);
    },
  },
];
