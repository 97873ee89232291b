import { Readable } from 'node:stream';
import { LIMITS, type EmailError, type MessageRef } from '@mailwright/core';
import { closeStands, onCommand, smallMail, stand } from './stand.test.fixture.ts';
import { collect, honest, openAt, scripted } from './trial.test.fixture.ts';

afterAll(closeStands);

const codes = (results: readonly { readonly error?: EmailError }[]) => results.map(({ error }) => error?.code ?? 'ok');
const impatient = { context: { limits: { ...LIMITS, command: 200, search: 200, read: 200 } } };
const fault = (name: string, what: 'drop' | 'silence' | { no: string }) => onCommand((command) => (command === name ? what : undefined));

async function asked(work: () => Promise<unknown>): Promise<EmailError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error as EmailError;
  }
}

test.each(['UID SEARCH', 'UID FETCH', 'LIST', 'SELECT'])('silence at %s ends at the deadline, and the session is lost', async (command) => {
  await using at = await stand();
  // Not over the stand's own trial: its CA has to stay.
  await using mailbox = await at.open(impatientOn(at.sandbox.caPem));
  fault(command, 'silence');
  const began = Date.now();
  const error = await asked(() => (command === 'LIST' ? mailbox.listFolders() : collect(mailbox.search({ folder: 'INBOX' }))));
  expect(error).toMatchObject({ code: 'connection.timeout', session: 'lost' });
  expect(Date.now() - began).toBeLessThan(2000);
  expect(mailbox.alive()).toBe(false);
});

function impatientOn(ca: string) {
  return { context: { ...impatient.context, tls: { ca: [ca] } } };
}

test.each(['drop', 'silence'] as const)(
  '%s after MOVE or COPY was sent: the outcome is not known, and nothing is sent twice',
  async (what) => {
    for (const verb of ['move', 'copy', 'erase'] as const) {
      await using at = await stand();
      await using mailbox = await at.open(impatientOn(at.sandbox.caPem));
      const refs = (await collect(mailbox.search({ folder: 'INBOX', limit: 2 }))).map(({ ref }) => ref);
      fault(verb === 'move' ? 'UID MOVE' : verb === 'copy' ? 'UID COPY' : 'UID STORE', what);
      const results = verb === 'erase' ? await mailbox.erase(refs) : await mailbox[verb](refs, 'Done');
      expect(codes(results)).toEqual(['message.outcome_unknown', 'message.outcome_unknown']);
      expect(results[0]?.error?.details).toMatchObject({ count: 2, folder: 'INBOX' });
    }
  },
);

test('a connection lost before anything was tried may be tried again: the verb throws', async () => {
  await using at = await stand();
  const refs = await at.refs();
  await collect(at.mailbox.search({ folder: 'Done' }));
  fault('SELECT', 'drop');
  await expect(at.mailbox.move(refs, 'Archive')).rejects.toMatchObject({ code: 'connection.lost', retry: 'now' });
});

test('marking twice is the same as once: a lost connection is just that', async () => {
  await using at = await stand();
  const refs = await at.refs();
  fault('UID STORE', 'drop');
  await expect(at.mailbox.mark(refs, { seen: true })).rejects.toMatchObject({ code: 'connection.lost' });
});

test('the second of three batches fails: each message says what became of it', async () => {
  await using at = await stand({ mails: 1200 });
  const refs = await at.refs();
  let moves = 0;
  onCommand((command) => (command === 'UID MOVE' && ++moves === 2 ? 'drop' : undefined));
  const results = codes(await at.mailbox.move(refs, 'Done'));
  expect([results[0], results[499], results[500], results[999], results[1000], results[1199]]).toEqual([
    'ok',
    'ok',
    'message.outcome_unknown',
    'message.outcome_unknown',
    'connection.lost',
    'connection.lost',
  ]);
});

test.each([
  ['UID MOVE', 'move'],
  ['UID STORE', 'mark'],
] as const)("a server's NO to %s is no success", async (command, verb) => {
  await using at = await stand();
  const refs = await at.refs();
  fault(command, { no: 'not today' });
  const results = verb === 'move' ? await at.mailbox.move(refs, 'Done') : await at.mailbox.mark(refs, { seen: true });
  expect(results[0]?.error).toMatchObject({ code: 'server.refused', message: expect.stringContaining('not today') as string });
  expect(at.count('INBOX')).toBe(6);
});

test("a server's NO to the rest is an error as well", async () => {
  await using at = await stand();
  const [ref] = (await at.refs()) as [MessageRef];
  for (const [command, work] of [
    ['APPEND', () => at.mailbox.append('Sent', Readable.from([smallMail(1)]), smallMail(1).length)],
    ['CREATE', () => at.mailbox.createFolder('New')],
    ['UID FETCH', () => at.mailbox.read(ref)],
    ['LIST', () => at.mailbox.listFolders()],
  ] as const) {
    fault(command, { no: 'not today' });
    expect(await asked(work)).toMatchObject({ code: 'server.refused', message: expect.stringContaining('not today') as string });
  }
  fault('SELECT', { no: 'not today' });
  await using fresh = await at.open();
  expect(await asked(() => collect(fresh.search({ folder: 'Done' })))).toMatchObject({ code: 'server.refused' });
});

test('stopping the session ends what goes on, and later verbs say so', async () => {
  await using at = await stand();
  const stop = new AbortController();
  await using mailbox = await at.open({ context: { signal: stop.signal, tls: { ca: [at.sandbox.caPem] } } });
  fault('UID SEARCH', 'silence');
  const searching = asked(() => collect(mailbox.search({ folder: 'INBOX' })));
  setImmediate(() => stop.abort());
  expect(await searching).toMatchObject({ code: 'automation.cancelled' });
  expect(await asked(() => mailbox.listFolders())).toMatchObject({ code: 'automation.cancelled' });
});

describe('a server that lies', () => {
  const lying = (fetch: (tag: string) => string) =>
    scripted('* OK hello\r\n', (line) => {
      const [tag = ''] = line.split(' ');
      if (/UID SEARCH/.test(line)) return `* SEARCH 5\r\n${tag} OK done\r\n`;
      return /UID FETCH/.test(line) ? fetch(tag) : honest(line);
    });
  const clear = { config: { security: 'none', allowClearTextPassword: true } };

  test.each([
    [
      'nonsense for every item',
      (tag: string) =>
        `* 1 FETCH (UID 5 FLAGS NIL INTERNALDATE "x" RFC822.SIZE many BODYSTRUCTURE ((((NIL) 7) NIL "x" ((("y")))) NIL) BODY[HEADER.FIELDS (X)] NIL)\r\n${tag} OK done\r\n`,
    ],
    ['no item but the UID', (tag: string) => `* 1 FETCH (UID 5)\r\n${tag} OK done\r\n`],
    ['the items in two pieces', (tag: string) => `* 1 FETCH (UID 5 FLAGS (\\Seen))\r\n* 1 FETCH (RFC822.SIZE 10)\r\n${tag} OK done\r\n`],
  ])('%s still gives an item', async (_, fetch) => {
    await using server = await lying(fetch);
    await using mailbox = await openAt(server.port, clear);
    const [item] = await collect(mailbox.search({ folder: 'INBOX' }));
    expect(item).toMatchObject({ ref: { folder: 'INBOX', id: '7.5' }, subject: '', from: [] });
  });

  test('one message that the server cannot read does not take the others along', async () => {
    const bad = (line: string) => /[ ,:]6[ ,:]/.test(line) || /5:7/.test(line);
    await using server = await scripted('* OK hello\r\n', (line) => {
      const [tag = ''] = line.split(' ');
      if (/UID SEARCH/.test(line)) return `* SEARCH 5 6 7\r\n${tag} OK done\r\n`;
      if (!/UID FETCH/.test(line)) return honest(line);
      const uids = [5, 6, 7].filter((uid) => (uid === 6 ? bad(line) : new RegExp(`[ ,:]${uid}[ ,:]|${uid - 1}:${uid} `).test(line)));
      if (bad(line) && !/\(UID FLAGS\)/.test(line)) return `${tag} NO message 6 is corrupt\r\n`;
      return `${uids.map((uid) => `* ${uid} FETCH (UID ${uid} FLAGS (\\Seen) RFC822.SIZE 5 BODY[] {1}\r\nx)\r\n`).join('')}${tag} OK done\r\n`;
    });
    await using mailbox = await openAt(server.port, clear);
    for (const load of [{}, { load: 'message' as const }]) {
      const found = await collect(mailbox.search({ folder: 'INBOX', ...load }));
      expect(found.map(({ ref }) => ref.id)).toEqual(['7.5', '7.6', '7.7']);
      expect(found[1]).toMatchObject({
        flags: ['seen'],
        defects: expect.arrayContaining([expect.stringContaining('message 6 is corrupt')]) as string[],
      });
    }
  });

  test('messages that nobody asked for are not taken', async () => {
    await using server = await lying((tag) => `* 9 FETCH (UID 99 RFC822.SIZE 5)\r\n* 1 FETCH (UID 5 RFC822.SIZE 5)\r\n${tag} OK done\r\n`);
    await using mailbox = await openAt(server.port, clear);
    expect((await collect(mailbox.search({ folder: 'INBOX' }))).map(({ ref }) => ref.id)).toEqual(['7.5']);
  });

  test('a literal beyond the cap is refused before it comes', async () => {
    await using server = await lying(() => `* 1 FETCH (UID 5 BODY[HEADER.FIELDS (X)] {9999999999}\r\n`);
    await using mailbox = await openAt(server.port, clear);
    expect(await asked(() => collect(mailbox.search({ folder: 'INBOX' })))).toMatchObject({ code: 'message.too_large' });
  });

  test('unasked lines without end drop the connection', async () => {
    await using server = await lying(() => '* 1 EXISTS\r\n'.repeat(300_000));
    await using mailbox = await openAt(server.port, clear);
    expect(await asked(() => collect(mailbox.search({ folder: 'INBOX' })))).toMatchObject({ code: 'server.unexpected' });
    expect(mailbox.alive()).toBe(false);
  });
});

describe('a server with UIDPLUS that does not say where messages went (RFC 4315 allows it)', () => {
  const clear = { config: { security: 'none', allowClearTextPassword: true } };
  /** One message, UID 5. `moves`: with MOVE too. */
  const forgetful = (moves: boolean, heard: string[]) => {
    let there = true;
    return scripted('* OK hello\r\n', (line) => {
      const [tag = ''] = line.split(' ');
      heard.push(line.slice(tag.length + 1));
      if (/UID SEARCH/.test(line)) return `* SEARCH${there ? ' 5' : ''}\r\n${tag} OK done\r\n`;
      if (/UID FETCH/.test(line)) return `* 1 FETCH (UID 5 RFC822.SIZE 5)\r\n${tag} OK done\r\n`;
      if (/UID (MOVE|EXPUNGE)/.test(line)) {
        const told = there ? '* 1 EXPUNGE\r\n' : '';
        there = false;
        return `${told}${tag} OK done\r\n`;
      }
      if (/ LIST /.test(line)) return `* LIST () "/" INBOX\r\n* LIST () "/" Done\r\n${tag} OK done\r\n`;
      return honest(line, { capabilities: moves ? 'UIDPLUS MOVE' : 'UIDPLUS' });
    });
  };

  test.each([
    ['moves', true, 'UID MOVE 5 "Done"'],
    ['copies and deletes', false, 'UID COPY 5 "Done"'],
  ])('and %s: the message is moved, once, and that is said', async (_, moves, first) => {
    const heard: string[] = [];
    await using server = await forgetful(moves, heard);
    await using mailbox = await openAt(server.port, clear);
    const [item] = await collect(mailbox.search({ folder: 'INBOX' }));
    const [result] = (await mailbox.move?.([item!.ref], 'Done')) ?? [];
    expect(result).toEqual({ from: item?.ref });
    expect(heard.filter((line) => /UID (MOVE|COPY|EXPUNGE)/.test(line))).toEqual(moves ? [first] : [first, 'UID EXPUNGE 5']);
    expect((await mailbox.move?.([item!.ref], 'Done'))?.[0]?.error?.code).toBe('message.not_found');
  });
});
