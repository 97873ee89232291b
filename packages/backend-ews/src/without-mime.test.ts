import { buffer } from 'node:stream/consumers';
import type { Attachment } from '@mailwright/core';
import { answers, asked, found, idXml, message, startStand, type Answer, type Heard } from './stand.test.fixture.ts';

const HEADER = [
  'From: Ann &lt;ann@example.com&gt;',
  'Subject: an appointment',
  'Content-Type: multipart/mixed;',
  '\tboundary=&quot;x&quot;',
  'X-Kept: yes',
  'MIME-Version: 1.0',
].join('\r\n');
const header = `<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x7d" PropertyType="String"/><t:Value>${HEADER}</t:Value></t:ExtendedProperty>`;
const file = (id: string, fields: string, kind = 'File') =>
  `<t:${kind}Attachment><t:AttachmentId Id="${id}"/>${fields}</t:${kind}Attachment>`;
const FILES = [
  file('f1', '<t:Name>a&#x1;b.bin</t:Name><t:ContentType>Image/PNG</t:ContentType><t:Size>999</t:Size><t:IsInline>false</t:IsInline>'),
  file('f2', '<t:Name>logo</t:Name><t:ContentId>&lt;logo@x&gt;</t:ContentId><t:IsInline>true</t:IsInline>'),
  file('i1', '<t:Name>Forwarded</t:Name>', 'Item'),
  file('r1', '<t:Name>a link</t:Name>', 'Reference'),
].join('');
const BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, n) => n % 251));

const bytesOf = async (one: Attachment | undefined) => buffer(await (one as Attachment).open());

/** A server that makes no MIME of its one mail: it says so, or leaves it out. */
const server =
  (way: 'refused' | 'left out', body = '<t:Body BodyType="HTML">&lt;p&gt;Gr\u00fc\u00dfe&lt;/p&gt;</t:Body>', head = header) =>
  (one: Heard): Answer | undefined => {
    if (one.operation === 'FindItem') return found('a');
    if (one.operation === 'GetAttachment') {
      const id = /AttachmentId Id="(\w+)"/.exec(one.body)?.[1] ?? '';
      const wanted = one.body.includes('<t:IncludeMimeContent>true<');
      if (id === 'gone') return answers('GetAttachment', ['ErrorItemNotFound']);
      const content = (name: string, bytes: Buffer) => `<t:${name}>${bytes.toString('base64')}</t:${name}>`;
      const inside = wanted
        ? `<t:ItemAttachment><t:Message>${content('MimeContent', Buffer.from('Subject: inner\r\n\r\nx\r\n'))}</t:Message></t:ItemAttachment>`
        : `<t:FileAttachment>${content('Content', BYTES)}</t:FileAttachment>`;
      return answers('GetAttachment', `<m:Attachments>${inside}</m:Attachments>`);
    }
    if (one.operation !== 'GetItem') return undefined;
    const mime = one.body.includes('item:MimeContent');
    if (mime && way === 'refused') return answers('GetItem', ...asked(one).map(() => ['ErrorContentConversionFailed'] as const));
    const parts = one.body.includes('item:Body') ? `${body}<t:Attachments>${FILES}</t:Attachments>` : '';
    return answers('GetItem', message('a', `<t:Subject>an appointment</t:Subject>${parts}${head}`));
  };

describe.each(['refused', 'left out'] as const)('a mail whose MIME is %s', (way) => {
  test.each(['read', 'search'] as const)('has its texts, headers and files all the same (%s)', async (by) => {
    await using stand = await startStand({ answer: server(way) });
    const mailbox = await stand.open();
    const mail =
      by === 'read'
        ? await mailbox.read({ folder: 'INBOX', id: 'a' })
        : (await Array.fromAsync(mailbox.search({ folder: 'INBOX', load: 'message' })))[0];
    expect(mail).toMatchObject({
      subject: 'an appointment',
      text: expect.stringContaining('Gr\u00fc\u00dfe') as string,
      html: '<p>Gr\u00fc\u00dfe</p>',
      hasAttachments: true,
    });
    expect([mail?.headers.get('x-kept'), mail?.headers.get('mime-version')]).toEqual([['yes'], undefined]);
    expect(mail?.defects?.[0]).toMatch(
      way === 'refused' ? /^pieced together: .*ErrorContentConversionFailed/ : /^pieced together: .*no MIME/,
    );
    expect(mail?.attachments.map(({ filename, contentType, inline, contentId }) => [filename, contentType, inline, contentId])).toEqual([
      ['a\ufffdb.bin', 'image/png', false, undefined],
      ['logo', 'application/octet-stream', true, 'logo@x'],
      ['Forwarded.eml', 'message/rfc822', false, undefined],
    ]);
    const [first, , inner] = mail?.attachments ?? [];
    for (let twice = 0; twice < 2; twice++) expect((await bytesOf(first)).equals(BYTES)).toBe(true);
    expect((await bytesOf(inner)).toString()).toContain('Subject: inner');
    await expect(mail?.raw()).rejects.toMatchObject({ code: 'server.refused' });
  });
});

test('a draft has no header block: what the listing told stands, and a plain text is one', async () => {
  await using stand = await startStand({ answer: server('left out', '<t:Body BodyType="Text">line &amp;lt; 1\n</t:Body>', '') });
  const mail = await (await stand.open()).read({ folder: 'INBOX', id: 'a' });
  expect([mail.subject, mail.text?.trim(), mail.html, mail.headers.size]).toEqual(['an appointment', 'line &lt; 1', undefined, 0]);
});

test('a file that is larger than a message may be is refused, and one that is gone says so', async () => {
  await using stand = await startStand({ answer: server('refused') });
  const mail = await (await stand.open({ limits: { largestMessage: 100_000 } })).read({ folder: 'INBOX', id: 'a' });
  await expect(mail.attachments[0]?.open()).rejects.toMatchObject({ code: 'message.too_large' });
  await using other = await startStand({
    answer: (one) => (one.operation === 'GetAttachment' ? answers('GetAttachment', ['ErrorItemNotFound']) : server('refused')(one)),
  });
  const again = await (await other.open()).read({ folder: 'INBOX', id: 'a' });
  await expect(again.attachments[0]?.open()).rejects.toMatchObject({ code: 'message.not_found' });
});

test('where not even the parts are given the message is one with a defect', async () => {
  await using stand = await startStand({
    answer: (one) =>
      one.operation === 'GetItem' ? answers('GetItem', ...asked(one).map(() => ['ErrorCorruptData'] as const)) : server('refused')(one),
  });
  const mail = await (await stand.open()).read({ folder: 'INBOX', id: 'a' });
  expect([mail.text, mail.attachments, mail.defects?.[0]]).toEqual(['', [], expect.stringMatching(/^unreadable: .*ErrorCorruptData/)]);
});

test.each(['Exchange2007_SP1', 'Exchange2010'])(
  '%s does not say where a moved message is: its Message-ID does, where one alone has it',
  async (version) => {
    const target = new Map([
      ['<one@x>', ['new1']],
      ['<two@x>', ['new2', 'other']],
      ['<none@x>', []],
    ] as [string, string[]][]);
    const ids: Record<string, string> = { a: '&lt;one@x&gt;', b: '&lt;two@x&gt;', c: '&lt;none@x&gt;', d: '' };
    await using stand = await startStand({
      answer: (one) => {
        if (one.operation === 'GetItem')
          return answers('GetItem', ...asked(one).map((id) => message(id, `<t:InternetMessageId>${ids[id]}</t:InternetMessageId>`)));
        if (one.operation === 'MoveItem') return answers('MoveItem', ...asked(one).map(() => '<m:Items/>'));
        if (one.operation !== 'FindItem') return undefined;
        const wanted = /<t:Constant Value="&lt;(\w+@x)&gt;"/.exec(one.body)?.[1];
        return found(...(target.get(`<${wanted}>`) ?? []));
      },
    });
    const mailbox = await stand.open({ config: { version } });
    const refs = ['a', 'b', 'c', 'd'].map((id) => ({ folder: 'INBOX', id }));
    expect((await mailbox.move?.(refs, 'Done'))?.map(({ to }) => to)).toEqual([
      { folder: 'Done', id: 'new1' },
      undefined,
      undefined,
      undefined,
    ]);
  },
);

test('a newer Exchange is not asked for Message-IDs', async () => {
  await using stand = await startStand({
    answer: (one) =>
      one.operation === 'MoveItem' ? answers('MoveItem', `<m:Items><t:Message>${idXml('new')}</t:Message></m:Items>`) : undefined,
  });
  const mailbox = await stand.open({ config: { version: 'Exchange2013' } });
  expect(await mailbox.move?.([{ folder: 'INBOX', id: 'a' }], 'Done')).toMatchObject([{ to: { folder: 'Done', id: 'new' } }]);
  expect(stand.heard.some(({ operation }) => operation === 'GetItem')).toBe(false);
});
