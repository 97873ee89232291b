import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { EmailError, LIMITS, type MessageRef } from '@mailwright/core';
import { pop3Script } from '@mailwright/testing';
import { Place, smallMail } from './place.test.fixture.ts';
import { collect, openAt, type Full } from './stand.test.fixture.ts';

describe('over the sandbox', () => {
  const place = new Place();
  beforeAll(() => place.start());
  afterAll(() => place.close());
  afterEach(() => (place.fault = () => undefined));

  test('only the headers are asked where they tell enough; whole messages where the filter or the caller wants them', async () => {
    const { mailbox, refs } = await place.stand(30);
    await refs();
    expect(place.heard.filter((command) => command === 'TOP')).toHaveLength(30);
    expect(place.heard).not.toContain('RETR');
    place.heard.length = 0;
    const subject = { op: 'matches', field: 'subject', pattern: 'mail [12]$' } as const;
    const found = await collect(mailbox.search({ folder: 'INBOX', load: 'message', filter: subject }));
    expect(found.map(({ text }) => text?.trim())).toEqual(['body 1', 'body 2']);
    expect(place.heard.filter((command) => command === 'RETR')).toHaveLength(2);
    place.heard.length = 0;
    const filter = { op: 'and', of: [subject, { op: 'contains', field: 'body', value: 'BODY 2' }] } as const;
    expect(
      (await collect(mailbox.search({ folder: 'INBOX', filter: { ...filter, of: [...filter.of] } }))).map((one) => one.subject),
    ).toEqual(['mail 2']);
    expect(place.heard.filter((command) => command === 'RETR')).toHaveLength(2);
    place.heard.length = 0;
    await collect(mailbox.search({ folder: 'INBOX', load: 'message' }));
    expect(place.heard.filter((command) => command === 'TOP')).toEqual([]);
    place.heard.length = 0;
    await collect(mailbox.search({ folder: 'INBOX', filter: { op: 'hasAttachments', value: false } }));
    expect(place.heard).not.toContain('RETR');
  });

  test('leaving early costs one batch', async () => {
    const { mailbox } = await place.stand(200);
    for await (const _ of mailbox.search({ folder: 'INBOX' })) break;
    expect(place.heard.filter((command) => command === 'TOP').length).toBe(25);
  });

  test('large messages go to disk, without a name there, and are fetched once', async () => {
    const content = Buffer.alloc(3_000_000, 'bytes of a large attachment \u0000\u00fe');
    const large = Buffer.from(
      'From: a@example.test\r\nSubject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nthe text\r\n--b\r\n' +
        `Content-Type: application/zip\r\nContent-Disposition: attachment; filename=large.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--b--\r\n`,
    );
    const { mailbox, refs } = await place.stand([large, smallMail(2)]);
    const [ref] = (await refs()) as [MessageRef];
    const message = await mailbox.read(ref);
    expect([message.text?.trim(), message.attachments[0]?.filename]).toEqual(['the text', 'large.zip']);
    const hash = async (open: () => Promise<AsyncIterable<unknown>>) => {
      const digest = createHash('sha256');
      for await (const chunk of await open()) digest.update(chunk as Buffer);
      return digest.digest('hex');
    };
    const wanted = createHash('sha256').update(content).digest('hex');
    const both = [() => message.attachments[0]?.open(), () => message.attachments[0]?.open()].map((open) => hash(open as never));
    expect(await Promise.all(both)).toEqual([wanted, wanted]);
    expect(await hash(() => message.raw())).toBe(createHash('sha256').update(large).digest('hex'));
    expect(place.heard.filter((command) => command === 'RETR')).toHaveLength(1);
    expect(readdirSync(tmpdir()).filter((name) => /^mailwright-.*\.eml$/.test(name))).toEqual([]);
    // What is read does not depend on the connection any more.
    await mailbox.erase([ref]);
    expect(await hash(() => message.raw())).toBe(createHash('sha256').update(large).digest('hex'));
    await mailbox[Symbol.asyncDispose]();
  });

  test('more large messages than are kept are fetched again when they are wanted', async () => {
    const padding = `${'x'.repeat(998)}\r\n`.repeat(70);
    const { mailbox } = await place.stand(Array.from({ length: 20 }, (_, n) => Buffer.concat([smallMail(n + 1), Buffer.from(padding)])));
    const all = await collect(mailbox.search({ folder: 'INBOX', load: 'message' }));
    expect(place.heard.filter((command) => command === 'RETR')).toHaveLength(20);
    const raws = await Promise.all(all.map(async (message) => Buffer.concat(await (await message.raw()).toArray()).toString()));
    expect(raws.map((raw) => /mail (\d+)/.exec(raw)?.[1])).toEqual(Array.from({ length: 20 }, (_, n) => `${n + 1}`));
    expect(place.heard.filter((command) => command === 'RETR').length).toBeGreaterThan(20);
    await mailbox[Symbol.asyncDispose]();
  });

  test('a message over the limit is not asked for: read says so, a listing has it with a defect', async () => {
    const { mailbox, refs } = await place.stand([smallMail(1), Buffer.concat([smallMail(2), Buffer.alloc(2000, 'x')])], {
      context: { limits: { ...LIMITS, largestMessage: 1000 } },
    });
    const [, ref] = (await refs()) as [MessageRef, MessageRef];
    await expect(mailbox.read(ref)).rejects.toMatchObject({ code: 'message.too_large' });
    const [one, two] = await collect(mailbox.search({ folder: 'INBOX', load: 'message' }));
    expect([one?.text?.trim(), two?.defects?.[0]]).toEqual(['body 1', expect.stringMatching(/^unreadable: it has more than 1000 bytes/)]);
    await expect(two?.raw()).rejects.toMatchObject({ code: 'message.too_large' });
    expect(place.heard.filter((command) => command === 'RETR')).toHaveLength(1);
  });

  test('there is the inbox alone, and no mark: said before any traffic', async () => {
    const { mailbox } = await place.stand(6, { context: { session: 'Invoices' } });
    place.heard.length = 0;
    const searching = async (query: Parameters<Full['search']>[0]) => collect(mailbox.search(query));
    await expect(searching({ folder: 'Archive' })).rejects.toMatchObject({
      code: 'folder.not_found',
      fix: expect.stringContaining('inbox alone (POP3)'),
    });
    await expect(searching({ folder: 'role:archive' })).rejects.toMatchObject({ code: 'folder.role_missing' });
    await expect(
      searching({ folder: 'INBOX', filter: { op: 'not', of: { op: 'flag', name: 'seen', value: true } } }),
    ).rejects.toMatchObject({
      code: 'capability.unsupported',
      message: expect.stringContaining('Session "Invoices" uses pop3, which cannot mark'),
    });
    await expect(mailbox.read({ folder: 'Archive', id: '1' })).rejects.toMatchObject({ code: 'message.not_found' });
    expect(place.heard).toEqual([]);
    expect((await searching({ folder: 'posteingang', subfolders: true })).length).toBe(6);
  });
});

describe('over servers that are odd', () => {
  const mails = ['Subject: one\r\n\r\n1\r\n', 'Subject: two\r\n\r\n2\r\n', 'Subject: two\r\n\r\n2\r\n'];
  const subjects = async (mailbox: Full) => (await collect(mailbox.search({ folder: 'INBOX' }))).map(({ subject }) => subject);

  test.each([
    ['no UIDL', '-ERR what?\r\n'],
    ['one UIDL for two', '+OK\r\n1 a\r\n2 b\r\n3 b\r\n.\r\n'],
    ['a row without its UIDL', '+OK\r\n1 a\r\n2\r\n3 b\r\n.\r\n'],
  ])('%s: the mailbox is there to read, by references of our own, and has no erase', async (_, answer) => {
    await using server = await pop3Script((line) => (line === 'UIDL' ? answer : 'honest'), { mails });
    await using mailbox = await openAt(server.port);
    expect('erase' in mailbox).toBe(false);
    const all = await collect(mailbox.search({ folder: 'INBOX' }));
    expect(new Set(all.map(({ ref }) => ref.id)).size).toBe(3);
    expect((await mailbox.read(all[1]?.ref as MessageRef)).text?.trim()).toBe('2');
    await using again = await openAt(server.port);
    expect((await again.read(all[0]?.ref as MessageRef)).subject).toBe('one');
    await expect(again.read({ folder: 'INBOX', id: (all[0]?.ref.id ?? '').replace('1.', '2.') })).rejects.toMatchObject({
      code: 'message.not_found',
    });
  });

  test.each([
    ['negative', '+OK\r\n1 -5\r\n2 -1\r\n3 -99999999999\r\n.\r\n'],
    ['no numbers', '+OK\r\n1 many\r\n2 \u0000\r\n3\r\n.\r\n'],
    ['of other messages', '+OK\r\n7 3\r\n8 4\r\n.\r\n'],
    ['refused', '-ERR what?\r\n'],
  ])('sizes that are %s are not known, and everything is read', async (_, answer) => {
    await using server = await pop3Script((line) => (line === 'LIST' ? answer : 'honest'), { mails });
    await using mailbox = await openAt(server.port);
    const all = await collect(mailbox.search({ folder: 'INBOX', load: 'message' }));
    expect(all.map(({ size, text }) => [size, text?.trim()])).toEqual([
      [undefined, '1'],
      [undefined, '2'],
      [undefined, '2'],
    ]);
  });

  test('a message that the server cannot give is one with a defect, and the loop goes on', async () => {
    await using server = await pop3Script((line) => (/^(TOP|RETR) 2\b/.test(line) ? '-ERR [SYS/PERM] corrupt\r\n' : 'honest'), { mails });
    await using mailbox = await openAt(server.port);
    expect(await subjects(mailbox)).toEqual(['one', '', 'two']);
    const all = await collect(mailbox.search({ folder: 'INBOX', load: 'message' }));
    expect(all[1]?.defects).toEqual(['unreadable: the server cannot give this message ([SYS/PERM] corrupt)']);
    await expect(all[1]?.raw()).rejects.toMatchObject({ code: 'server.refused' });
    await expect(mailbox.read(all[1]?.ref as MessageRef)).rejects.toMatchObject({ code: 'message.not_found' });
  });

  test('what a server says of a message never shows the password', async () => {
    await using server = await pop3Script((line) => (/^(TOP|RETR) /.test(line) ? '-ERR you said canary-of-the-trial\r\n' : 'honest'));
    await using mailbox = await openAt(server.port);
    const [one] = await collect(mailbox.search({ folder: 'INBOX' }));
    expect(one?.defects).toEqual(['unreadable: the server cannot give this message (you said [secret])']);
  });

  test('a NUL, a lone CR and bytes of no character set come through', async () => {
    const odd = 'Subject: odd\r\n\r\n\u0000a\rb\u0080\u00ff\r\n';
    await using server = await pop3Script(
      (line, socket) => (line === 'RETR 1' ? void socket.write(Buffer.from(`+OK\r\n${odd}.\r\n`, 'latin1')) : 'honest'),
      { mails: [odd] },
    );
    await using mailbox = await openAt(server.port);
    const [one] = await collect(mailbox.search({ folder: 'INBOX', load: 'message' }));
    expect(Buffer.concat(await ((await one?.raw())?.toArray() ?? [])).toString('latin1')).toBe(odd);
  });

  test('a message that never ends is cut off, and its size was a lie', async () => {
    await using server = await pop3Script(
      (line, socket) => {
        if (line !== 'RETR 1') return 'honest';
        const pour = () => {
          while (!socket.destroyed) if (!socket.write('x'.repeat(65_536))) return void socket.once('drain', pour);
        };
        socket.write('+OK\r\n');
        pour();
        return undefined;
      },
      { mails: mails.slice(0, 1) },
    );
    const mailbox = await openAt(server.port, { context: { limits: { ...LIMITS, largestMessage: 1_000_000 } } });
    const error = await collect(mailbox.search({ folder: 'INBOX', load: 'message' })).catch((thrown: EmailError) => thrown);
    expect(error).toMatchObject({ code: 'message.too_large' });
    expect(mailbox.alive()).toBe(false);
  });
});
