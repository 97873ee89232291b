import { parse } from '@mailwright/mime';
import { buffer } from 'node:stream/consumers';
import { Dialog, SEED, mailsIn, start } from '../dialog.test.fixture.ts';
import type { Sandbox } from '../sandbox.ts';
import { structureOf, type Part } from '../mail/structure.ts';

let sandbox: Sandbox;
let dialog: Dialog;
beforeAll(async () => {
  sandbox = await start();
  dialog = await Dialog.in(sandbox);
});
afterAll(async () => {
  dialog[Symbol.dispose]();
  await sandbox.close();
});
const inbox = () => sandbox.store.account(sandbox.user.address)?.folder('INBOX');
const numberOf = (messageId: string) => 1 + mailsIn('INBOX').findIndex(({ raw }) => raw.includes(`Message-ID: <${messageId}>`));
const fetch = async (messageId: string, items: string) =>
  (await dialog.ask(`FETCH ${numberOf(messageId)} ${items}`)).untagged.join('\n').replace(/^\d+ FETCH /, '');
/** The bytes of the only literal, or undefined for NIL. */
function literal(answer: string): string | undefined {
  const match = /\{(\d+)\}\r\n/.exec(answer);
  return match ? answer.slice(match.index + match[0].length, match.index + match[0].length + Number(match[1])) : undefined;
}

/** Every part with its number, as IMAP counts: a message that is no multipart has one part. */
function* numbered(part: Part, path: readonly number[], isMessage: boolean): Generator<[string, Part]> {
  if (isMessage && part.parts.length === 0) yield [[...path, 1].join('.'), part];
  for (const [index, child] of part.parts.entries()) {
    const own = [...path, index + 1];
    yield [own.join('.'), child];
    if (child.parts.length > 0) yield* numbered(child, own, false);
    if (child.message) yield* numbered(child.message, own, true);
  }
}

describe.each(
  SEED.messages.map(({ folder, raw }) => [/^Message-ID: (.*)\r$/m.exec(raw.toString('latin1'))?.[1] ?? '', folder, raw] as const),
)('%s', (_id, path, raw) => {
  let answers: Dialog;
  let number: number;
  beforeAll(async () => {
    answers = await Dialog.open(sandbox);
    await answers.ask(`LOGIN ${sandbox.user.address} dialog-password`);
    await answers.ask(path.includes('Ä') ? 'EXAMINE "Projects/&AMQ-pfel &- Birnen"' : `EXAMINE ${path}`);
    number = 1 + mailsIn(path).findIndex((mail) => mail.raw === raw);
  });
  afterAll(() => answers[Symbol.dispose]());
  const one = async (item: string) => literal((await answers.ask(`FETCH ${number} ${item}`)).untagged.join('\n'));

  test('whole, header, text and size are its bytes', async () => {
    const text = raw.toString('latin1');
    const header = /^[\s\S]*?\r\n\r\n/.exec(text)?.[0] ?? text;
    expect(await one('BODY.PEEK[]')).toBe(text);
    expect(await one('RFC822')).toBe(text);
    expect(await one('BODY.PEEK[HEADER]')).toBe(header);
    expect(await one('BODY.PEEK[TEXT]')).toBe(text.slice(header.length));
    expect((await answers.ask(`FETCH ${number} RFC822.SIZE`)).untagged).toEqual([`${number} FETCH (RFC822.SIZE ${raw.length})`]);
  });

  test('each part is a slice of it, and BODYSTRUCTURE tells the size', async () => {
    const text = raw.toString('latin1');
    const structure = (await answers.ask(`FETCH ${number} BODYSTRUCTURE`)).untagged.join();
    for (const [spec, part] of numbered(structureOf(raw), [], true)) {
      const body = await one(`BODY.PEEK[${spec}]`);
      const mime = await one(`BODY.PEEK[${spec}.MIME]`);
      expect(text).toContain(`${mime}${body}`);
      if (part.parts.length === 0) expect(structure).toContain(` ${body?.length}`);
      if (part.message) expect(`${await one(`BODY.PEEK[${spec}.HEADER]`)}${await one(`BODY.PEEK[${spec}.TEXT]`)}`).toBe(body);
    }
    expect((await answers.ask(`FETCH ${number} BODY.PEEK[99]`)).untagged).toEqual([`${number} FETCH (BODY[99] NIL)`]);
  });

  test('its attachments are what an independent parser finds', async () => {
    const message = await parse(raw, { ref: { folder: 'INBOX', id: '1' } });
    const encoded: string[] = [];
    for (const [spec, part] of numbered(structureOf(raw), [], true)) {
      if (!/base64/i.test(part.header.toString('latin1')) || part.type === 'text') continue;
      encoded.push(Buffer.from((await one(`BODY.PEEK[${spec}]`)) ?? '', 'base64').toString('latin1'));
    }
    for (const attachment of message.attachments)
      if (/^(application|image)\//.test(attachment.contentType))
        expect(encoded).toContain((await buffer(await attachment.open())).toString('latin1'));
  });
});

test('ENVELOPE: dates, subjects and identifiers as they stand, addresses in their four parts', async () => {
  expect(await fetch('thread-2@example.com', 'ENVELOPE')).toBe(
    '(ENVELOPE ("Mon, 09 Nov 2026 09:41:50 +0000" "Re: Project meeting" (("Ben Okafor" NIL "ben" "example.com")) (("Ben Okafor" NIL "ben" "example.com")) ' +
      '(("Ben Okafor" NIL "ben" "example.com")) (("Ana Torres" NIL "ana" "example.com")("Demo" NIL "demo" "example.test")) NIL NIL "<thread-1@example.com>" "<thread-2@example.com>"))',
  );
});

test('ENVELOPE: groups, another sender, another reply address', async () => {
  expect(await fetch('copies@example.com', 'ENVELOPE')).toBe(
    '(ENVELOPE ("Wed, 18 Nov 2026 12:19:20 +0100" "Keys of the building" (("Office" NIL "office" "example.com")) ((NIL NIL "robot" "example.com")) ' +
      '(("Reception" NIL "reception" "example.com")) ((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL)) ' +
      '((NIL NIL "Team A" NIL)(NIL NIL "ana" "example.com")("Ben Okafor" NIL "ben" "example.com")(NIL NIL NIL NIL)("Fox, Dana" NIL "dana" "example.com")) NIL NIL "<copies@example.com>"))',
  );
});

test('raw 8-bit in a header comes as a literal', async () => {
  expect(await fetch('broken-1@example.com', 'ENVELOPE')).toContain('{21}\r\nCaf\xe9 \x01\x02 broken \xff mail');
});

test('BODYSTRUCTURE of nested messages, of a calendar, and of one without MIME', async () => {
  expect(await fetch('nested-forward@example.com', 'BODYSTRUCTURE')).toMatch(
    /^\(BODYSTRUCTURE \(\("TEXT" "PLAIN" .*\)\("MESSAGE" "RFC822" NIL NIL NIL "7BIT" \d+ \("Thu, 12 Nov 2026 10:00:00 \+0000" "Fwd: The original" .*\(\("TEXT" "PLAIN" .*\)\("MESSAGE" "RFC822" .* "MIXED" \("BOUNDARY" "=_outer"\) NIL NIL NIL\)\)$/,
  );
  expect(await fetch('meeting-invite@example.com', 'BODYSTRUCTURE')).toContain(
    '("TEXT" "CALENDAR" ("CHARSET" "utf-8" "METHOD" "REQUEST") NIL NIL "7BIT" ',
  );
  expect(await fetch('nosubject-1@example.com', 'BODYSTRUCTURE')).toBe(
    '(BODYSTRUCTURE ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 22 1 NIL NIL NIL NIL))',
  );
  expect(await fetch('nosubject-1@example.com', 'BODY')).toBe('(BODY ("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 22 1))');
});

test('only the header fields asked for, or all but these, names in any case', async () => {
  expect(literal(await fetch('thread-2@example.com', 'BODY.PEEK[HEADER.FIELDS (subject "Message-ID" X-None)]'))).toBe(
    'Subject: Re: Project meeting\r\nMessage-ID: <thread-2@example.com>\r\n\r\n',
  );
  const rest = literal(
    await fetch('thread-2@example.com', 'BODY.PEEK[HEADER.FIELDS.NOT (Received SUBJECT Return-Path Delivered-To From To)]'),
  );
  expect(rest?.split('\r\n').map((line) => line.split(':')[0])).toEqual([
    'Message-ID',
    'In-Reply-To',
    'References',
    'Date',
    'MIME-Version',
    'Content-Type',
    'Content-Transfer-Encoding',
    '',
    '',
  ]);
  expect(await fetch('thread-2@example.com', 'BODY.PEEK[HEADER.FIELDS (SUBJECT)]')).toMatch(/^\(BODY\[HEADER\.FIELDS \(SUBJECT\)\] \{/);
  expect(literal(await fetch('nested-forward@example.com', 'BODY.PEEK[2.HEADER.FIELDS (Subject)]'))).toBe(
    'Subject: Fwd: The original\r\n\r\n',
  );
});

test('a part of a section, also past its end', async () => {
  const whole = literal(await fetch('thread-1@example.com', 'BODY.PEEK[TEXT]')) ?? '';
  expect(await fetch('thread-1@example.com', 'BODY.PEEK[TEXT]<6.5>')).toBe(`(BODY[TEXT]<6> {5}\r\n${whole.slice(6, 11)})`);
  expect(await fetch('thread-1@example.com', `BODY.PEEK[TEXT]<${whole.length - 2}.100>`)).toContain(`{2}\r\n\r\n`);
  expect(await fetch('thread-1@example.com', 'BODY.PEEK[TEXT]<100000.1>')).toContain('{0}\r\n');
});

test('reading without PEEK marks as read, says so, and tells other sessions', async () => {
  const message = inbox()?.messages[numberOf('thread-3@example.com') - 1];
  using other = await Dialog.in(sandbox);
  expect(message?.flags.has('\\Seen')).toBe(false);
  await fetch('thread-3@example.com', 'BODY.PEEK[]');
  await fetch('thread-3@example.com', 'RFC822.HEADER');
  expect(message?.flags.has('\\Seen')).toBe(false);
  expect(await fetch('thread-3@example.com', 'BODY[1]')).toContain(' FLAGS (\\Seen');
  expect(message?.flags.has('\\Seen')).toBe(true);
  expect((await other.ask('NOOP')).untagged).toEqual([`${numberOf('thread-3@example.com')} FETCH (UID ${message?.uid} FLAGS (\\Seen))`]);
  expect(await fetch('thread-3@example.com', 'BODY[1]')).not.toContain('FLAGS');
});

test('macros, dates, UIDs', async () => {
  const number = numberOf('thread-1@example.com');
  expect(await fetch('thread-1@example.com', 'FAST')).toMatch(
    /^\(FLAGS \(.*\) INTERNALDATE "09-Nov-2026 08:01:00 \+0000" RFC822\.SIZE \d+\)$/,
  );
  expect(await fetch('thread-1@example.com', 'ALL')).toMatch(/ ENVELOPE \(/);
  expect(await fetch('thread-1@example.com', 'FULL')).toMatch(/ ENVELOPE \(.* BODY \(/);
  expect((await dialog.ask(`UID FETCH ${number} INTERNALDATE`)).untagged).toEqual([
    `${number} FETCH (UID ${number} INTERNALDATE "09-Nov-2026 08:01:00 +0000")`,
  ]);
  expect((await dialog.ask('UID FETCH 100000:* UID')).untagged).toHaveLength(1);
  expect((await dialog.ask('UID FETCH 100000:200000 UID')).untagged).toEqual([]);
  expect((await dialog.ask('FETCH *:1 UID')).untagged).toHaveLength(mailsIn('INBOX').length);
});

test.each([
  'FETCH 1',
  'FETCH 1 NONSENSE',
  'FETCH 1 (FAST)',
  'FETCH 0 FLAGS',
  'FETCH 1000 FLAGS',
  'FETCH 1,,2 FLAGS',
  'FETCH a FLAGS',
  'FETCH 1 BODY[1',
  'FETCH 1 BODY[0]',
  'FETCH 1 BODY[MIME]',
  'FETCH 1 BODY[HEADER.FIELDS]',
  'FETCH 1 ()',
  'FETCH 1 FLAGS UID',
])('%s is BAD', async (command) => expect((await dialog.ask(command)).status).toBe('BAD'));
