import { answers, asked, found, message, startStand, subjects, type Heard } from './stand.test.fixture.ts';

const page = (ids: readonly string[], next: number, last: boolean) =>
  answers(
    'FindItem',
    `<m:RootFolder IndexedPagingOffset="${next}" TotalItemsInView="9" IncludesLastItemInRange="${last}"><t:Items>${ids.map((id) => `<t:Message><t:ItemId Id="${id}"/></t:Message>`).join('')}</t:Items></m:RootFolder>`,
  );
const items = (one: Heard, fields: (id: string) => string) => answers('GetItem', ...asked(one).map((id) => message(id, fields(id))));

test('R1.19 subjects with every odd character: the loop goes on, in order, each text clean, and the message says so', async () => {
  const odd = ['&#x1;', '\u0001', '&#xD800;', '&#xFDD0;', '\ufdd0', '&#x1FFFE;', '&#x10FFFF;', '&#x110000;', '\ufffe', '\u001f'];
  const ids = ['first', ...odd.map((_, at) => `odd${at}`), 'last'];
  await using stand = await startStand({
    answer: (one) => {
      if (one.operation === 'FindItem') return found(...ids);
      if (one.operation !== 'GetItem') return undefined;
      return items(one, (id) => `<t:Subject>${id}: ${odd[Number(id.slice(3))] ?? ''}.</t:Subject>`);
    },
  });
  const seen = await Array.fromAsync((await stand.open()).search({ folder: 'INBOX' }));
  expect(seen.map(({ subject }) => subject)).toEqual(['first: .', ...odd.map((_, at) => `odd${at}: \ufffd.`), 'last: .']);
  expect(seen.map(({ defects = [] }) => defects.length)).toEqual([0, ...odd.map(() => 1), 0]);
  expect(seen[1]?.defects).toEqual(['subject: control characters were replaced']);
});

test('names, addresses, categories and headers are clean too', async () => {
  await using stand = await startStand({
    answer: (one) => {
      if (one.operation === 'FindItem') return found('a', 'b');
      if (one.operation !== 'GetItem') return undefined;
      const mailbox = '<t:Mailbox><t:Name>A&#x2;nn</t:Name><t:EmailAddress>ann&#xD800;@example.com</t:EmailAddress></t:Mailbox>';
      const header =
        '<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x7d" PropertyType="String"/><t:Value>Subject: =?utf-8?q?x=01y?=&#13;\nFrom: =?utf-8?q?B=03ob?= &lt;bob@example.com&gt;&#13;\n</t:Value></t:ExtendedProperty>';
      return items(one, (id) =>
        id === 'a' ? `<t:From>${mailbox}</t:From><t:Categories><t:String>c&#x4;</t:String></t:Categories>` : header,
      );
    },
  });
  const [a, b] = await Array.fromAsync((await stand.open()).search({ folder: 'INBOX' }));
  expect([a?.from, a?.keywords]).toEqual([[{ name: 'A\ufffdnn', address: 'ann\ufffd@example.com' }], ['c\ufffd']]);
  expect([b?.subject, b?.from]).toEqual(['x\ufffdy', [{ name: 'B\ufffdob', address: 'bob@example.com' }]]);
});

test('pages are followed at the offset that the server names, short ones too; ids that come twice are one message', async () => {
  const offsets: number[] = [];
  await using stand = await startStand({
    answer: (one) => {
      if (one.operation === 'GetItem') return items(one, (id) => `<t:Subject>${id}</t:Subject>`);
      if (one.operation !== 'FindItem') return undefined;
      const offset = Number(/Offset="(\d+)"/.exec(one.body)?.[1]);
      offsets.push(offset);
      return { 0: page(['a', 'b'], 7, false), 7: page([], 9, false), 9: page(['b', 'c'], 11, true) }[offset];
    },
  });
  expect(await subjects(await stand.open())).toEqual(['a', 'b', 'c']);
  expect(offsets).toEqual([0, 7, 9]);
});

test('pages that lead nowhere end the search with an error', async () => {
  await using stand = await startStand({ answer: ({ operation }) => (operation === 'FindItem' ? page([], 0, false) : undefined) });
  await expect(subjects(await stand.open())).rejects.toMatchObject({ code: 'server.unexpected' });
});

test('a message that vanished is left out, one that the server cannot show is one with a defect', async () => {
  await using stand = await startStand({
    answer: (one) => {
      if (one.operation === 'FindItem') return found('a', 'gone', 'bad', 'z');
      if (one.operation !== 'GetItem') return undefined;
      return answers(
        'GetItem',
        ...asked(one).map((id) =>
          id === 'gone'
            ? (['ErrorItemNotFound'] as const)
            : id === 'bad'
              ? (['ErrorItemCorrupt'] as const)
              : message(id, `<t:Subject>${id}</t:Subject>`),
        ),
      );
    },
  });
  const seen = await Array.fromAsync((await stand.open()).search({ folder: 'INBOX' }));
  expect(seen.map(({ subject, defects }) => [subject, defects?.[0]])).toEqual([
    ['a', undefined],
    ['', 'unreadable: the server cannot give this message (ErrorItemCorrupt said so)'],
    ['z', undefined],
  ]);
});

test('whole messages that the server cannot give are messages with a defect, and the next one comes', async () => {
  const mime = Buffer.from('Subject: fine\r\n\r\nbody\r\n').toString('base64');
  await using stand = await startStand({
    answer: (one) => {
      if (one.operation === 'FindItem') return found('bad', 'fine');
      if (one.operation !== 'GetItem') return undefined;
      if (!one.body.includes('MimeContent')) return items(one, (id) => `<t:Subject>${id}</t:Subject><t:Size>30</t:Size>`);
      return answers(
        'GetItem',
        ...asked(one).map((id) =>
          id === 'bad'
            ? (['ErrorMimeContentConversionFailed'] as const)
            : message(id, '').replace('<t:ItemId', `<t:MimeContent CharacterSet="UTF-8">${mime}</t:MimeContent><t:ItemId`),
        ),
      );
    },
  });
  const seen = await Array.fromAsync((await stand.open()).search({ folder: 'INBOX', load: 'message' }));
  expect(seen.map(({ subject, text, defects = [] }) => [subject, text, defects.length])).toEqual([
    ['bad', '', 1],
    ['fine', 'body\n', 0],
  ]);
});

test('thirty thousand mails, pages shorter than asked: each once, in order, in few questions', async () => {
  const COUNT = 30_000;
  const SHORT = 700;
  await using stand = await startStand({
    answer: (one) => {
      if (one.operation === 'FindItem') {
        const offset = Number(/Offset="(\d+)"/.exec(one.body)?.[1]);
        const ids = Array.from({ length: Math.min(SHORT, COUNT - offset) }, (_, n) => `id${offset + n}`);
        return page(ids, offset + ids.length, offset + ids.length >= COUNT);
      }
      if (one.operation !== 'GetItem') return undefined;
      return items(one, (id) => `<t:Subject>${id}</t:Subject>`);
    },
  });
  const mailbox = await stand.open();
  stand.heard.length = 0;
  let seen = 0;
  for await (const { subject } of mailbox.search({ folder: 'INBOX' })) {
    if (subject !== `id${seen}`) throw new Error(`${subject} is in place ${seen}`);
    seen++;
  }
  expect(seen).toBe(COUNT);
  expect(stand.heard.length).toBeLessThanOrEqual(Math.ceil(COUNT / SHORT) + COUNT / 100 + 3);
}, 120_000);
