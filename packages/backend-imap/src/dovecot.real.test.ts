import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parse } from '@mailwright/mime';
import { standardSeed } from '@mailwright/sandbox';
import { describeReal, startMailWorld, type MailWorld } from '@mailwright/testing';
import type { EmailError, Filter, Message, MessageRef } from '@mailwright/core';
import type { Full } from './stand.test.fixture.ts';
import { collect, openAt, password, until, type Trial } from './trial.test.fixture.ts';

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const USER = 'demo@example.test';

describeReal('Dovecot', ['dovecot', 'openssl'], () => {
  let world: MailWorld;
  let ca: string;
  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: 'demo-pw-1234' } });
    ca = readFileSync(world.caFile, 'utf8');
    const mails = Array.from({ length: 600 }, (_, n) => ({
      raw: Buffer.from(
        `From: Billing <b${n % 7}@acme.example>\r\nTo: ${USER}\r\nSubject: ${n % 5 === 0 ? '=?utf-8?Q?Rechnung_f=C3=BCr?= Invoice' : 'note'} ${n}\r\n` +
          `Date: ${new Date(Date.UTC(2026, 9, 1) + n * 3_600_000).toUTCString()}\r\nMessage-ID: <${n}@acme.example>\r\n\r\nbody ${n}\r\n`,
      ),
      flags: n % 3 === 0 ? (['seen'] as const) : [],
      receivedAt: new Date(Date.UTC(2026, 9, 1) + n * 3_600_000),
    }));
    world.seed('demo', 'INBOX', mails);
    world.seed(
      'demo',
      'Samples',
      standardSeed().messages.map(({ raw, receivedAt }) => ({ raw, receivedAt: new Date(receivedAt) })),
    );
  }, 60_000);
  afterAll(() => world.close());

  const open = (trial: Trial = {}) =>
    openAt(world.ports.imaps, {
      credential: password(USER, 'demo-pw-1234'),
      ...trial,
      context: { tls: { ca: [ca] }, ...trial.context },
    }) as Promise<Full>;
  const messages = (folder: string) =>
    Number(/messages=(\d+)/.exec(world.doveadm('mailbox', 'status', '-u', USER, 'messages', folder))?.[1]);

  test.each([
    ['expired', 'connection.tls_expired'],
    ['wrongHost', 'connection.tls_mismatch'],
    ['selfSigned', 'connection.tls_untrusted'],
  ] as const)('the certificate that is %s is %s, with TLS and with STARTTLS', async (which, code) => {
    const host = world.hosts[which];
    for (const config of [{ host }, { host, port: world.ports.imap, security: 'starttls' }]) {
      const error = await open({ config }).then(
        () => undefined,
        (thrown: EmailError) => thrown,
      );
      expect(error?.code).toBe(code);
    }
  });

  test('a wrong password', async () => {
    await expect(open({ credential: password(USER, 'not-the-password') })).rejects.toMatchObject({ code: 'auth.rejected' });
  });

  test.each([
    [{ op: 'flag', name: 'seen', value: false }],
    [{ op: 'contains', field: 'subject', value: 'RECHNUNG für  invoice 1' }],
    [{ op: 'contains', field: 'from', value: 'b3@acme' }],
    [{ op: 'is', field: 'messageId', value: '<77@acme.example>' }],
    [{ op: 'on', field: 'receivedAt', date: '2026-10-10' }],
    [
      {
        op: 'and',
        of: [
          { op: 'after', field: 'sentAt', date: '2026-10-10' },
          { op: 'before', field: 'sentAt', date: '2026-10-12T12:30:00+02:00' },
        ],
      },
    ],
    [
      {
        op: 'not',
        of: {
          op: 'or',
          of: [
            { op: 'flag', name: 'seen', value: true },
            { op: 'contains', field: 'subject', value: 'note' },
          ],
        },
      },
    ],
    [{ op: 'contains', field: 'body', value: 'BODY 59' }],
  ] as [Filter][])('%j finds on the server what it finds in a full list', async (filter) => {
    await using mailbox = await open();
    const all = await collect(mailbox.search({ folder: 'INBOX' }));
    const refs = (found: readonly { readonly ref: MessageRef }[]) => found.map(({ ref }) => ref.id);
    const meant = refs(await collect(mailbox.search({ folder: 'INBOX', filter, among: all.map(({ ref }) => ref) })));
    expect(refs(await collect(mailbox.search({ folder: 'INBOX', filter })))).toEqual(meant);
    expect(meant.length).toBeGreaterThan(0);
    expect(meant.length).toBeLessThan(600);
  });

  test('every sample mail as its bytes say', async () => {
    await using mailbox = await open();
    const whole = await collect(mailbox.search({ folder: 'Samples', load: 'message' }));
    // A NUL has no place in mail; Dovecot shows it as 0x80.
    const seeds = new Set(standardSeed().messages.map(({ raw }) => hash(Buffer.from(raw.map((byte) => (byte === 0 ? 0x80 : byte))))));
    expect(whole).toHaveLength(standardSeed().messages.length);
    for (const message of whole) {
      const raw = Buffer.concat(await (await message.raw()).toArray());
      expect(seeds.has(hash(raw))).toBe(true);
      const meant = await parse(raw, { ref: message.ref });
      expect([message.subject, message.kind, message.text, message.from]).toEqual([meant.subject, meant.kind, meant.text, meant.from]);
      for (const [index, attachment] of message.attachments.entries()) {
        const bytes = Buffer.concat(await (await attachment.open()).toArray());
        expect(hash(bytes)).toBe(hash(Buffer.concat(await ((await meant.attachments[index]?.open())?.toArray() ?? []))));
      }
    }
  });

  test('a loop that moves, seen by doveadm', async () => {
    await using mailbox = await open();
    await mailbox.createFolder('Done/2026');
    const filter: Filter = {
      op: 'and',
      of: [
        { op: 'flag', name: 'seen', value: false },
        { op: 'contains', field: 'subject', value: 'invoice' },
      ],
    };
    let moved = 0;
    for await (const { ref } of mailbox.search({ folder: 'INBOX', filter })) {
      const [result] = await mailbox.move([ref], 'Done/2026');
      expect(result?.to?.folder).toBe('Done/2026');
      if (++moved === 40) break;
    }
    expect([messages('INBOX'), messages('Done/2026')]).toEqual([560, 40]);
    const again = await mailbox.move(
      (await collect(mailbox.search({ folder: 'Done/2026' }))).map(({ ref }) => ref),
      'INBOX',
    );
    expect(again.every(({ error }) => error === undefined)).toBe(true);
    expect([messages('INBOX'), messages('Done/2026')]).toEqual([600, 0]);
  });

  test('a large attachment arrives and leaves byte for byte', async () => {
    await using mailbox = await open();
    const content = Buffer.alloc(12_000_000, 'bytes of a large attachment \u0000\u00fe');
    const base64 = content.toString('base64').replace(/.{76}/g, '$&\r\n');
    const raw = Buffer.from(
      `From: a@example.test\r\nSubject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nthe text\r\n--b\r\n` +
        `Content-Type: application/zip\r\nContent-Disposition: attachment; filename=large.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}\r\n--b--\r\n`,
    );
    const ref = (await mailbox.append('Archive', Readable.from([raw]), raw.length, ['seen'])) as MessageRef;
    const message: Message = await mailbox.read(ref);
    expect([message.text?.trim(), message.attachments[0]?.filename]).toEqual(['the text', 'large.zip']);
    const digest = createHash('sha256');
    for await (const chunk of (await message.attachments[0]?.open()) ?? []) digest.update(chunk as Buffer);
    expect(digest.digest('hex')).toBe(hash(content));
    expect((await mailbox.trash([ref]))[0]?.to?.folder).toBe('Trash');
    expect((await mailbox.erase([(await collect(mailbox.search({ folder: 'Trash' })))[0]?.ref as MessageRef]))[0]?.error).toBeUndefined();
    expect([messages('Archive'), messages('Trash')]).toEqual([0, 0]);
  });

  test('a kicked session is not alive, and what it was asked says lost', async () => {
    await using mailbox = await open();
    world.doveadm('kick', USER);
    await until(() => !mailbox.alive());
    await expect(mailbox.listFolders()).rejects.toMatchObject({ code: 'connection.lost' });
  });

  test('a folder that is deleted and made anew', async () => {
    await using mailbox = await open();
    await mailbox.createFolder('Anew');
    const raw = Buffer.from('Subject: x\r\n\r\nx\r\n');
    const ref = (await mailbox.append('Anew', Readable.from([raw]), raw.length)) as MessageRef;
    // Dovecot's numbering is a time in seconds.
    const old = ref.id.split('.')[0] ?? '';
    await until(() => {
      world.doveadm('mailbox', 'delete', '-u', USER, 'Anew');
      world.doveadm('mailbox', 'create', '-u', USER, 'Anew');
      return !world.doveadm('mailbox', 'status', '-u', USER, 'uidvalidity', 'Anew').includes(old);
    });
    await expect(mailbox.read(ref)).rejects.toMatchObject({ code: 'folder.changed' });
    expect((await mailbox.move([ref], 'Done/2026'))[0]?.error?.code).toBe('folder.changed');
  });
});
