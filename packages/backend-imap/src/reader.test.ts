import { createHash } from 'node:crypto';
import { parse } from '@mailwright/mime';
import { standardSeed } from '@mailwright/sandbox';
import type { Attachment, Message, MessageRef } from '@mailwright/core';
import { closeStands, smallMail, stand } from './stand.test.fixture.ts';
import { collect, until } from './trial.test.fixture.ts';

afterAll(closeStands);

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = async (message: Message, index = 0) => Buffer.concat(await ((await message.attachments[index]?.open())?.toArray() ?? []));
const rawOf = async (message: Message) => Buffer.concat(await (await message.raw()).toArray());

/** A mail with texts, an inline picture, a large and a small attachment, one of them base64 and one as it is. */
function largeMail(size: number, content = Buffer.alloc(size, 'attachment bytes \u0000\u00ff')): { raw: Buffer; content: Buffer } {
  const base64 = content.toString('base64').replace(/.{76}/g, '$&\r\n');
  const raw = `From: =?utf-8?Q?J=C3=BCrgen?= <j@example.test>\r
To: b@example.test\r
Subject: =?utf-8?B?R3LDvMOfZQ==?= large\r
Message-ID: <large@example.test>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="out er"\r
\r
a preamble\r
--out er\r
Content-Type: multipart/related; boundary=rel\r
\r
--rel\r
Content-Type: multipart/alternative; boundary=alt\r
\r
--alt\r
Content-Type: text/plain; charset=iso-8859-1\r
Content-Transfer-Encoding: quoted-printable\r
\r
Gr=FC=DFe, the text\r
--alt\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Grüße, the <img src="cid:pic@x"></p>\r
--alt--\r
--rel\r
Content-Type: image/png\r
Content-ID: <pic@x>\r
Content-Transfer-Encoding: base64\r
\r
iVBORw0KGgo=\r
--rel--\r
--out er\r
Content-Type: application/octet-stream; name="x"\r
Content-Disposition: attachment; filename*=utf-8''R%C3%A4chnung.bin\r
Content-Transfer-Encoding: base64\r
\r
${base64}\r
--out er\r
Content-Type: message/rfc822\r
\r
Subject: inside\r
\r
the inner mail\r
--out er--\r
`;
  return { raw: Buffer.from(raw), content };
}

const COMPARED = [
  'kind',
  'messageId',
  'inReplyTo',
  'references',
  'subject',
  'from',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'sender',
  'sentAt',
] as const;
const ALSO = ['importance', 'hasAttachments', 'defects', 'text', 'html', 'invite'] as const;

const shown = (message: Message) => ({
  ...Object.fromEntries([...COMPARED, ...ALSO].map((key) => [key, message[key]])),
  headers: [...message.headers],
  attachments: message.attachments.map(({ filename, contentType, inline, contentId }) => ({ filename, contentType, inline, contentId })),
});

test('a large message reads like a small one, its attachments stream from the server byte for byte', async () => {
  const { raw, content } = largeMail(400_000);
  await using at = await stand({ mails: [raw] });
  const [ref] = (await at.refs()) as [MessageRef];
  at.heard.length = 0;
  const message = await at.mailbox.read(ref);
  expect(at.heard.filter((command) => command === 'UID FETCH')).toHaveLength(2);
  expect(shown(message)).toEqual(shown(await parse(raw, { ref })));
  expect(message.attachments.map(({ filename }) => filename)).toEqual(['', 'Rächnung.bin', '']);
  expect(hash(await bytesOf(message, 1))).toBe(hash(content));
  expect((await bytesOf(message, 2)).toString()).toBe('Subject: inside\r\n\r\nthe inner mail');
  expect(hash(await rawOf(message))).toBe(hash(raw));
  expect(hash(await bytesOf(message, 1))).toBe(hash(content));
});

test('the same in a loop with whole messages, moves in between, and attachments opened all at once', async () => {
  const { raw, content } = largeMail(300_000);
  await using at = await stand({ mails: [smallMail(1), raw, smallMail(2), raw] });
  const subjects: string[] = [];
  for await (const message of at.mailbox.search({ folder: 'INBOX', load: 'message' })) {
    subjects.push(message.subject);
    if (message.attachments.length > 0) {
      // A draft that forwards them opens all before it reads the first.
      const [picture, file] = message.attachments as [Attachment, Attachment];
      const streams = await Promise.all([file.open(), picture.open(), file.open()]);
      const all = [];
      for (const stream of streams) all.push(Buffer.concat(await stream.toArray()));
      expect([hash(all[0] ?? Buffer.of()), hash(all[2] ?? Buffer.of())]).toEqual([hash(content), hash(content)]);
      expect(all[1]?.subarray(1, 4).toString()).toBe('PNG');
    }
    await at.mailbox.move([message.ref], 'Done');
  }
  expect(subjects).toEqual(['mail 1', 'Grüße large', 'mail 2', 'Grüße large']);
  expect(at.count('Done')).toBe(4);
});

test('every sample mail comes out as its bytes say, in a listing, read, and raw', async () => {
  const { messages } = standardSeed();
  await using at = await stand({ mails: messages.map(({ raw }) => raw) });
  const whole = await collect(at.mailbox.search({ folder: 'INBOX', load: 'message' }));
  const summaries = await collect(at.mailbox.search({ folder: 'INBOX' }));
  expect(whole).toHaveLength(messages.length);
  for (const [index, { raw }] of messages.entries()) {
    const [message, summary] = [whole[index], summaries[index]] as [Message, Message];
    const meant = await parse(raw, { ref: message.ref });
    expect(shown(message)).toEqual(shown(meant));
    expect(shown(await at.mailbox.read(message.ref))).toEqual(shown(meant));
    expect(hash(await rawOf(message))).toBe(hash(raw));
    const { subject, from, to, cc, kind, messageId, references } = meant;
    expect(summary).toMatchObject({ subject, from, to, cc, kind, references, ...(messageId !== undefined && { messageId }) });
  }
});

test('a large invite keeps its invite', async () => {
  const { messages } = standardSeed();
  const invite = messages.map(({ raw }) => raw.toString('latin1')).find((raw) => /METHOD:REQUEST/.test(raw)) ?? '';
  const [, boundary = ''] = /boundary="?([^"\s;]+)/.exec(invite) ?? [];
  const attached = `--${boundary}\r\nContent-Type: image/png; name=map.png\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.alloc(90_000, 'x').toString('base64')}\r\n--${boundary}--`;
  const raw = Buffer.from(
    invite.replace(`--${boundary}--`, () => attached),
    'latin1',
  );
  await using at = await stand({ mails: [raw] });
  const [item] = await collect(at.mailbox.search({ folder: 'INBOX' }));
  const message = await at.mailbox.read((item as Message).ref);
  expect(shown(message)).toEqual(shown(await parse(raw, { ref: message.ref })));
  expect([item?.kind, message.kind, message.invite?.method]).toEqual(['invite', 'invite', 'REQUEST']);
  expect(message.attachments).toHaveLength(2);
  for (const [index, attachment] of message.attachments.entries())
    expect(hash(await bytesOf(message, index))).toBe(
      hash(
        attachment.contentType === 'image/png' ? Buffer.alloc(90_000, 'x') : await bytesOf(await parse(raw, { ref: message.ref }), index),
      ),
    );
});

test('a summary tells of attachments, but not of pictures in the text', async () => {
  const picture = largeMail(100)
    .raw.toString()
    .replace(/--out er\r\nContent-Type: application[\s\S]*(?=--out er--)/, '');
  await using at = await stand({ mails: [smallMail(1), largeMail(100).raw, Buffer.from(picture)] });
  const found = await collect(at.mailbox.search({ folder: 'INBOX' }));
  expect(found.map(({ hasAttachments }) => hasAttachments)).toEqual([false, true, false]);
});

test('a reader that leaves a stream early: a short rest is dropped, and the session goes on', async () => {
  await using at = await stand({ mails: [largeMail(1_000_000).raw] });
  const message = await at.mailbox.read((await at.refs())[0] as MessageRef);
  const stream = await message.attachments[1]?.open();
  for await (const chunk of stream ?? []) {
    expect(Buffer.isBuffer(chunk)).toBe(true);
    break;
  }
  expect((await at.mailbox.listFolders()).length).toBeGreaterThan(3);
  expect(at.mailbox.alive()).toBe(true);
});

test('a long rest is not waited for: the connection is closed', async () => {
  await using at = await stand({ mails: [largeMail(20_000_000).raw] });
  const message = await at.mailbox.read((await at.refs())[0] as MessageRef);
  const stream = await message.attachments[1]?.open();
  for await (const _ of stream ?? []) break;
  await until(() => !at.mailbox.alive());
});

test('a connection that goes while a stream is read breaks the stream, never shortens it', async () => {
  await using at = await stand({ mails: [largeMail(20_000_000).raw] });
  const message = await at.mailbox.read((await at.refs())[0] as MessageRef);
  const reading = (async () => {
    for await (const _ of (await message.attachments[1]?.open()) ?? []) at.sandbox.kick();
  })();
  await expect(reading).rejects.toMatchObject({ code: 'connection.lost' });
});

test('a large message that is gone when its attachment is opened', async () => {
  await using at = await stand({ mails: [largeMail(200_000).raw, smallMail(1)] });
  const [ref] = (await at.refs()) as [MessageRef];
  const message = await at.mailbox.read(ref);
  await at.mailbox.erase([ref]);
  await expect(bytesOf(message, 1)).rejects.toMatchObject({ code: 'message.not_found' });
  await expect(at.mailbox.read(ref)).rejects.toMatchObject({ code: 'message.not_found' });
});
