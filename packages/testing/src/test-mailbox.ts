import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { matches, type Backend, type Credential, type Filter, type Mailbox, type Message, type MessageSummary, type Need } from '@mailwright/core';
import { standardSeed, type Seed } from '@mailwright/sandbox';
import { openContext } from './open-context.ts';

/** A server with the standard mailbox, ready to be opened. */
export interface Started {
  readonly config: object;
  readonly credential: Credential;
  readonly ca: string;
  close(): Promise<void>;
}

const ZONE = 'Europe/Berlin';
const FILTERS: readonly Filter[] = [
  { op: 'flag', name: 'seen', value: false },
  { op: 'flag', name: 'flagged', value: true },
  { op: 'contains', field: 'subject', value: 'INVOICE' },
  { op: 'contains', field: 'subject', value: 'Büromöbel' },
  { op: 'contains', field: 'subject', value: '請求書' },
  { op: 'contains', field: 'from', value: 'müller' },
  { op: 'contains', field: 'from', value: 'billing@acme' },
  { op: 'contains', field: 'to', value: 'demo@example.test' },
  { op: 'contains', field: 'body', value: 'Kind  regards' },
  { op: 'matches', field: 'subject', pattern: '^Your invoice .*R-\\d+' },
  { op: 'on', field: 'receivedAt', date: '2026-11-05' },
  { op: 'before', field: 'sentAt', date: '2026-11-06' },
  { op: 'after', field: 'receivedAt', date: '2026-11-10T12:00:00Z' },
  { op: 'is', field: 'messageId', value: '<thread-2@example.com>' },
  { op: 'is', field: 'from', value: 'ANA@example.com' },
  { op: 'hasAttachments', value: true },
  { op: 'and', of: [{ op: 'contains', field: 'subject', value: 'invoice' }, { op: 'contains', field: 'subject', value: '4711' }, { op: 'not', of: { op: 'flag', name: 'seen', value: true } }] },
  { op: 'or', of: [{ op: 'contains', field: 'subject', value: 'meeting' }, { op: 'contains', field: 'from', value: 'news@' }] },
  { op: 'not', of: { op: 'contains', field: 'subject', value: 'invoice' } },
  { op: 'not', of: { op: 'or', of: [{ op: 'flag', name: 'seen', value: true }, { op: 'matches', field: 'subject', pattern: '(?i)re:' }] } },
];

async function all<M>(items: AsyncIterable<M>): Promise<M[]> {
  const found: M[] = [];
  for await (const item of items) found.push(item);
  return found;
}
const keys = (messages: readonly MessageSummary[]) => messages.map(({ ref }) => `${ref.folder} ${ref.id}`);

/** The promises of a backend, tested on a server that `start` fills with the standard mailbox. */
export function testMailbox(backend: Backend, start: (seed: Seed) => Promise<Started>): void {
  describe(`${backend.id}: a mailbox`, () => {
    const seed = standardSeed();
    const inbox = seed.messages.filter(({ folder }) => folder === 'INBOX');
    let server: Started;
    let mailbox: Mailbox;
    const open = (readOnly = false) => backend.open(server.config as never, server.credential, openContext({ tls: { ca: [server.ca] }, timeZone: ZONE, readOnly }));
    const has = (need: Need) => backend.provides.includes(need);
    const verb = <N extends keyof Mailbox>(name: N): NonNullable<Mailbox[N]> => {
      const method = mailbox[name] as ((...args: unknown[]) => unknown) | undefined;
      if (!method) throw new Error(`${String(name)} is absent`);
      return method.bind(mailbox) as unknown as NonNullable<Mailbox[N]>;
    };
    const list = (folder: string) => all(mailbox.search({ folder }));

    beforeEach(async () => {
      server = await start(seed);
      mailbox = await open();
    }, 60_000);
    afterEach(async () => {
      await mailbox?.[Symbol.asyncDispose]();
      await server?.close();
    }, 60_000);

    test('the verbs are those that it provides', async () => {
      const present = Object.keys(mailbox).filter((name) => !['plan', 'alive'].includes(name) && typeof mailbox[name as keyof Mailbox] === 'function');
      expect(present.sort()).toEqual([...backend.provides].sort());
      const looking = await open(true);
      for (const name of ['createFolder', 'move', 'copy', 'mark', 'label', 'trash', 'erase', 'append', 'saveDraft', 'send'] as const) expect(looking[name]).toBeUndefined();
      await looking[Symbol.asyncDispose]();
      expect(looking.alive()).toBe(false);
    });

    test('search lists every mail once, oldest first or newest first, at most so many', async () => {
      const found = await list('INBOX');
      expect(found.map(({ size }) => size)).toEqual(inbox.map(({ raw }) => raw.length));
      expect(keys(await all(mailbox.search({ folder: 'INBOX', newestFirst: true })))).toEqual(keys(found).reverse());
      expect(keys(await all(mailbox.search({ folder: 'INBOX', limit: 3 })))).toEqual(keys(found).slice(0, 3));
    });

    test.each(FILTERS.map((filter) => [JSON.stringify(filter), filter] as const))('the filter %s finds what it means', async (_, filter) => {
      const messages = await all(mailbox.search({ folder: 'INBOX', load: 'message' }));
      const expected: Message[] = [];
      for (const message of messages) if (await matches(filter, { ...message, body: () => Promise.resolve(message.text ?? '') }, ZONE)) expected.push(message);
      expect(keys(await all(mailbox.search({ folder: 'INBOX', filter })))).toEqual(keys(expected));
      expect(expected.length).toBeLessThan(messages.length + 1);
    });

    test('R6.5 the list is fixed before its first item: each mail is seen once although it is moved', async () => {
      if (!has('move') || !has('createFolder')) return;
      await verb('createFolder')('Done');
      const seen: string[] = [];
      for await (const { ref } of mailbox.search({ folder: 'INBOX', load: 'message' })) {
        seen.push(ref.id);
        const [moved] = await verb('move')([ref], 'Done');
        expect(moved?.error).toBeUndefined();
      }
      expect(new Set(seen).size).toBe(inbox.length);
      expect([(await list('INBOX')).length, (await list('Done')).length]).toEqual([0, inbox.length]);
    });

    test('leaving a loop early leaves the mailbox ready for the next verb', async () => {
      for await (const _ of mailbox.search({ folder: 'INBOX', load: 'message' })) break;
      expect((await list('INBOX')).length).toBe(inbox.length);
    });

    test('reading gives the bytes as they are, changes nothing, and one broken mail is an item with defects', async () => {
      const before = (await list('INBOX')).map(({ flags }) => flags);
      const raws: Buffer[] = [];
      let broken = 0;
      for await (const { ref } of mailbox.search({ folder: 'INBOX' })) {
        const message = await mailbox.read(ref);
        raws.push(await buffer(await message.raw()));
        if ((message.defects ?? []).length > 0) broken++;
        // oxlint-disable-next-line no-control-regex -- what no text may hold
        expect(message.subject).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
        for (const attachment of message.attachments) expect((await buffer(await attachment.open())).equals(await buffer(await attachment.open()))).toBe(true);
      }
      expect(raws.map((raw) => raw.toString('latin1'))).toEqual(inbox.map(({ raw }) => raw.toString('latin1')));
      expect(broken).toBeGreaterThan(0);
      expect((await list('INBOX')).map(({ flags }) => flags)).toEqual(before);
    });

    test('move, copy, mark, trash and erase do what they say to these messages alone', async () => {
      const [first, second, third, fourth, fifth] = (await list('INBOX')).map(({ ref }) => ref);
      if (!first || !second || !third || !fourth || !fifth) throw new Error('too few');
      const [moved] = await verb('move')([first], 'Archive');
      expect(moved?.from).toEqual(first);
      if (moved?.to) expect((await mailbox.read(moved.to)).ref).toEqual(moved.to);
      await verb('copy')([second], 'Archive');
      await verb('mark')([third], { seen: true, flagged: true });
      await verb('trash')([fourth]);
      await verb('erase')([fifth]);
      const left = await list('INBOX');
      expect(left.length).toBe(inbox.length - 3);
      expect(left.find(({ ref }) => ref.id === third.id)?.flags).toEqual(expect.arrayContaining(['seen', 'flagged']));
      const archived = seed.messages.filter(({ folder }) => folder === 'Archive').length;
      expect([(await list('Archive')).length, (await list('role:trash')).length]).toEqual([archived + 2, 1]);
      const [gone] = await verb('move')([first], 'Archive');
      expect(gone?.error?.code).toBe('message.not_found');
      await expect(mailbox.read(first)).rejects.toMatchObject({ code: 'message.not_found' });
    });

    test('what is not there is said: folders, roles', async () => {
      const [one] = (await list('INBOX')).map(({ ref }) => ref);
      await expect(list('Invoces')).rejects.toMatchObject({ code: 'folder.not_found' });
      await expect(verb('move')(one ? [one] : [], 'No such folder')).rejects.toMatchObject({ code: 'folder.not_found' });
      expect((await list('INBOX')).length).toBe(inbox.length);
    });

    test('folders are made with those above them, listed with their roles, and take mail', async () => {
      expect(await verb('createFolder')('Würfel/2026 & more')).toMatchObject({ path: 'Würfel/2026 & more', created: true });
      expect(await verb('createFolder')('Würfel/2026 & more')).toMatchObject({ created: false });
      const raw = Buffer.from('Subject: stored\r\nMessage-ID: <stored@example.test>\r\n\r\nhello\r\n');
      await verb('append')('Würfel/2026 & more', Readable.from([raw]), raw.length, ['seen']);
      const [stored] = await list('Würfel/2026 & more');
      expect(stored).toMatchObject({ subject: 'stored', flags: ['seen'], messageId: '<stored@example.test>' });
      const folders = await verb('listFolders')();
      expect(folders.find(({ path }) => path === 'Sent')?.role).toBe('sent');
      expect(folders.map(({ path }) => path)).toEqual(expect.arrayContaining(['INBOX', 'Würfel', 'Würfel/2026 & more']));
    });
  });
}
