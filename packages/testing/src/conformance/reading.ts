import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { toMail, type Message } from '@mailwright/core';
import { all, expected, fails, list, refsIn, seeded, verb, type Check } from './check.ts';

/** What reading makes of the bytes, whatever the server is. */
const TOLD = [
  'subject',
  'from',
  'to',
  'cc',
  'bcc',
  'sender',
  'replyTo',
  'messageId',
  'inReplyTo',
  'references',
  'sentAt',
  'kind',
  'text',
  'html',
  'invite',
] as const;
const told = (message: Message) => Object.fromEntries(TOLD.map((field) => [field, message[field]]));

const partsOf = ({ attachments }: Message) =>
  Promise.all(
    attachments.map(async (attachment) => ({
      name: attachment.filename,
      type: attachment.contentType,
      inline: attachment.inline,
      id: attachment.contentId,
      bytes: (await buffer(await attachment.open())).toString('base64'),
    })),
  );

function* textsOf({ subject, text = '', html = '', from, to, attachments }: Message): Generator<string> {
  yield* [subject, text, html, ...attachments.map(({ filename }) => filename)];
  for (const { address, name = '' } of [...from, ...to]) yield* [address, name];
}

export const READING: readonly Check[] = [
  {
    title: 'read gives the bytes as they are, as often as they are asked for',
    async run(stand) {
      const wanted = seeded(stand).map(({ raw }) => raw.toString('latin1'));
      const found: string[] = [];
      for (const ref of await refsIn(stand.mailbox)) {
        const message = await stand.mailbox.read(ref);
        const [first, second] = [await buffer(await message.raw()), await buffer(await message.raw())];
        assert.ok(first.equals(second), message.subject);
        found.push(first.toString('latin1'));
      }
      assert.deepEqual(found, wanted);
    },
  },
  {
    title: 'read tells of each message what its bytes say',
    async run(stand) {
      const found: Message[] = [];
      for (const ref of await refsIn(stand.mailbox)) found.push(await stand.mailbox.read(ref));
      assert.deepEqual(found.map(told), (await expected(stand)).map(told));
    },
  },
  {
    title: 'attachments have their names, types and bytes, and can be opened twice',
    async run(stand) {
      const wanted = await expected(stand);
      assert.ok(wanted.some(({ attachments }) => attachments.length > 0));
      for (const [index, ref] of (await refsIn(stand.mailbox)).entries()) {
        const message = await stand.mailbox.read(ref);
        const bytes = await partsOf(wanted[index] as Message);
        assert.deepEqual(await partsOf(message), bytes, message.subject);
        assert.deepEqual(await partsOf(message), bytes, `${message.subject}, opened again`);
      }
    },
  },
  {
    title: 'a search that loads messages gives what read gives',
    async run({ mailbox }) {
      for (const message of await all(mailbox.search({ folder: 'INBOX', load: 'message' }))) {
        assert.deepEqual(toMail(message), toMail(await mailbox.read(message.ref)));
        assert.deepEqual(await partsOf(message), await partsOf(await mailbox.read(message.ref)));
      }
    },
  },
  {
    title: 'texts are clean, and a message that is broken is one with defects',
    async run({ mailbox }) {
      const broken: string[] = [];
      for (const message of await all(mailbox.search({ folder: 'INBOX', load: 'message' }))) {
        for (const text of textsOf(message)) {
          assert.ok(text.isWellFormed(), `${message.subject}: half a character`);
          // oxlint-disable-next-line no-control-regex -- what no text may hold
          assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/, message.subject);
        }
        if ((message.defects ?? []).length > 0) broken.push(message.messageId ?? '');
      }
      assert.ok(broken.includes('<broken-1@example.com>'), 'the broken message shows no defect');
    },
  },
  {
    title: 'searching and reading change nothing',
    needs: ['mark'],
    async run({ mailbox }) {
      const flags = async () => (await list(mailbox)).map(({ flags: set = [] }) => [...set].sort());
      const before = await flags();
      for (const message of await all(mailbox.search({ folder: 'INBOX', load: 'message' }))) {
        await buffer(await message.raw());
        for (const attachment of message.attachments) await buffer(await attachment.open());
      }
      assert.deepEqual(await flags(), before);
    },
  },
  {
    title: 'a stream that is left half read does not keep the next verb waiting',
    async run({ mailbox }) {
      for (const message of await all(mailbox.search({ folder: 'INBOX', load: 'message' })))
        for (const source of [{ open: () => message.raw() }, ...message.attachments]) {
          const stream = await source.open();
          stream.once('error', () => undefined);
          stream.destroy();
        }
      assert.ok((await list(mailbox)).length > 0);
    },
  },
  {
    title: 'a reference that is none of this mailbox is a message that is not there',
    async run({ mailbox }) {
      const [ref] = await refsIn(mailbox);
      assert.ok(ref);
      await fails('message.not_found', () => mailbox.read({ folder: ref.folder, id: 'no id of any server' }));
    },
  },
  {
    title: 'a message that is gone is not found, and the next one is',
    needs: ['erase'],
    changes: true,
    async run({ mailbox }) {
      const [first, second] = await refsIn(mailbox);
      assert.ok(first && second);
      await verb(mailbox, 'erase')([first]);
      await fails('message.not_found', () => mailbox.read(first));
      assert.deepEqual((await mailbox.read(second)).ref, second);
    },
  },
];
