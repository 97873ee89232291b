import { createHash } from 'node:crypto';
import { EmailError } from '@mailwright/core';
import { fakeContext, fakeFiles, fakeMailbox, perform, type SeedMail } from '@mailwright/testing';
import { saveAttachments } from './save-attachments.ts';
import example from './save-attachments.example.json' with { type: 'json' };

const PDF = Buffer.from('%PDF-1.4 \u0000\u0001 binary \r\n and \n line ends');
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]);
const INVOICE: SeedMail = {
  subject: 'Invoice 4711',
  from: 'Ann <ann@acme.test>',
  receivedAt: '2026-11-02T23:30:00Z',
  html: '<p>Hello</p><img src="cid:logo">',
  attachments: [
    { filename: 'invoice.pdf', content: PDF, contentType: 'application/pdf' },
    { filename: 'data.XML', content: '<a/>', contentType: 'application/xml' },
    { filename: 'logo.png', content: PNG, contentType: 'image/png', contentId: 'logo' },
  ],
};

function world(messages: readonly SeedMail[] = [INVOICE], timeZone = 'UTC') {
  const mailbox = fakeMailbox({ messages });
  const ctx = fakeContext(mailbox, { timeZone });
  const run = async (given: object = {}) => perform(saveAttachments, { messages: mailbox.refs(), to: 'out', ...given }, ctx);
  return { mailbox, ctx, run, paths: () => [...ctx.files.saved.keys()] };
}

test('the example is an input of this action', () => {
  expect(saveAttachments.input.parse(example)).toMatchObject({ names: '*.pdf; *.xml', partial: 'fail' });
});

test('saves the bytes as they are, and says what it saved', async () => {
  const { ctx, run, mailbox } = world();
  const { files, skipped, count } = await run();
  expect(ctx.files.saved.get('out/invoice.pdf')).toEqual(PDF);
  expect(files[0]).toEqual({
    path: 'out/invoice.pdf',
    size: PDF.length,
    sha256: createHash('sha256').update(PDF).digest('hex'),
    filename: 'invoice.pdf',
    contentType: 'application/pdf',
    ref: mailbox.refs()[0],
  });
  expect(count).toBe(2);
  expect(skipped).toEqual([{ filename: 'logo.png', reason: 'inline image', ref: mailbox.refs()[0] }]);
});

test('inline images come along when asked', async () => {
  const { run, ctx } = world();
  expect((await run({ inline: true })).count).toBe(3);
  expect(ctx.files.saved.get('out/logo.png')).toEqual(PNG);
});

test('a document that a mail program marked as inline is saved', async () => {
  const raw = [
    'From: a@x.test',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'text',
    '--b',
    'Content-Type: application/pdf; name=inline.pdf',
    'Content-Disposition: inline; filename=inline.pdf',
    '',
    'pdf',
    '--b--',
    '',
  ].join('\r\n');
  const { run, paths } = world([{ raw }]);
  await run();
  expect(paths()).toEqual(['out/inline.pdf']);
});

test('chosen by name, type and size; what does not fit is listed with the reason', async () => {
  const reasons = async (given: object) => {
    const { files, skipped } = await world().run({ inline: true, ...given });
    return [files.map(({ filename }) => filename), skipped.map(({ filename, reason }) => `${filename}: ${reason}`)];
  };
  expect(await reasons({ names: ' *.PDF ; data.?ml;' })).toEqual([['invoice.pdf', 'data.XML'], ['logo.png: the name does not fit']]);
  expect(await reasons({ types: ['image/*'] })).toEqual([
    ['logo.png'],
    ['invoice.pdf: the type does not fit', 'data.XML: the type does not fit'],
  ]);
  expect(await reasons({ minSize: 5, maxSize: 10 })).toEqual([['logo.png'], ['invoice.pdf: too large', 'data.XML: too small']]);
  expect(await reasons({ names: ' ; ' })).toEqual([['logo.png', 'invoice.pdf', 'data.XML'], []]);
});

test('a name pattern is plain text but for * and ?', async () => {
  const attachments = ['a+b (1).txt', 'aab 1.txt'].map((filename) => ({ filename, content: 'x' }));
  const { run } = world([{ attachments }]);
  expect((await run({ names: 'a+b (?).txt' })).files.map(({ filename }) => filename)).toEqual(['a+b (1).txt']);
});

test('names are made from the mail; a slash makes folders in the pattern, never in a value', async () => {
  const { run, paths } = world([{ ...INVOICE, subject: 'a/b\\c' }], 'Europe/Berlin');
  await run({ name: '{date}/{time} {from} {subject} {n}.{ext}' });
  expect(paths()).toEqual(['out/2026-11-03/003000 ann@acme.test a_b_c 1.pdf', 'out/2026-11-03/003000 ann@acme.test a_b_c 2.XML']);
});

test.each(['.', '..', ' .. '])('an attachment or a subject that is only %j is saved in its folder', async (odd) => {
  const { run, paths } = world([{ ...INVOICE, subject: odd, attachments: [{ filename: odd, content: 'x' }] }]);
  await run();
  await run({ name: '{subject}/{name}' });
  expect(paths()).toEqual(['out/attachment', 'out/_/attachment']);
});

test('{id} is stable and tells messages apart', async () => {
  const { run, paths } = world([INVOICE, INVOICE]);
  await run({ name: '{id} {name}', names: '*.pdf' });
  await run({ name: '{id} {name}', names: '*.pdf', overwrite: 'skip' });
  expect(new Set(paths()).size).toBe(2);
  for (const path of paths()) expect(path).toMatch(/^out\/[0-9a-f]{8} invoice\.pdf$/);
});

test('an unknown part of the name is refused before anything is read', async () => {
  const { run, paths } = world();
  await expect(run({ name: '{nmae}' })).rejects.toMatchObject({ code: 'input.invalid', details: { path: 'name' } });
  expect(paths()).toEqual([]);
});

test('two of one name are both saved; skip, replace and fail do what they say', async () => {
  const one: SeedMail = { attachments: [{ filename: 'a.txt', content: 'one' }] };
  const two: SeedMail = { attachments: [{ filename: 'A.TXT', content: 'two' }] };
  const numbered = world([one, two]);
  await numbered.run();
  expect(numbered.paths()).toEqual(['out/a.txt', 'out/A (2).TXT']);
  const skipping = world([one, two]);
  expect((await skipping.run({ overwrite: 'skip' })).skipped).toMatchObject([{ filename: 'A.TXT', reason: 'the file exists already' }]);
  const replacing = world([one, two]);
  await replacing.run({ overwrite: 'replace' });
  expect(replacing.ctx.files.saved.get('out/a.txt')?.toString()).toBe('two');
  await expect(world([one, two]).run({ overwrite: 'fail' })).rejects.toMatchObject({ code: 'attachment.exists' });
});

test('an attached message is saved as .eml, whatever it is called', async () => {
  const attachments = [
    { filename: 'Forwarded', content: 'Subject: x\r\n\r\ny', contentType: 'message/rfc822' },
    { filename: 'kept.eml', content: 'Subject: x\r\n\r\ny', contentType: 'message/rfc822' },
  ];
  const { run, paths } = world([{ attachments }]);
  await run();
  expect(paths()).toEqual(['out/Forwarded.eml', 'out/kept.eml']);
});

test('no attachment is no error, and a message without any is not listed', async () => {
  expect(await world([{ subject: 'plain' }]).run()).toEqual({ files: [], skipped: [], count: 0, failed: [] });
});

test('a message that is gone fails the step after the others were saved', async () => {
  const { run, mailbox, paths } = world([INVOICE, INVOICE]);
  const messages = mailbox.refs();
  if (messages[0]) mailbox.vanish(messages[0]);
  const error: unknown = await run({ messages }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'message.not_found' });
  expect((error as EmailError).result).toMatchObject({ count: 2, failed: [{ ref: messages[0] }] });
  expect(paths()).toHaveLength(2);
  expect(await run({ messages, partial: 'accept' })).toMatchObject({ count: 2, failed: [{ code: 'message.not_found' }] });
});

test('a lost connection ends the step at once', async () => {
  const mailbox = fakeMailbox({ messages: [INVOICE, INVOICE] });
  let asked = 0;
  const lost = {
    ...mailbox,
    read: () => (asked++, Promise.reject(new EmailError('connection.lost', { host: 'x' }))),
  };
  const given = { messages: mailbox.refs(), to: 'out', partial: 'accept' };
  await expect(perform(saveAttachments, given, fakeContext(lost))).rejects.toMatchObject({ code: 'connection.lost' });
  expect(asked).toBe(1);
});

test('a folder that leads out of the place for files is refused', async () => {
  await expect(world().run({ to: '../elsewhere' })).rejects.toMatchObject({ code: 'attachment.unsafe_name' });
});

test('a name from a mail never leads anywhere', async () => {
  const files = fakeFiles();
  const mailbox = fakeMailbox({ messages: [{ attachments: [{ filename: '../../etc/passwd', content: 'x' }] }] });
  await perform(saveAttachments, { messages: mailbox.refs(), to: 'out' }, fakeContext(mailbox, { files }));
  expect([...files.saved.keys()]).toEqual([expect.stringMatching(/^out\/[^/\\]+$/)]);
});
