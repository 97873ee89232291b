import { Dialog, mailsIn, start } from '../dialog.test.fixture.ts';
import type { Sandbox } from '../sandbox.ts';

let sandbox: Sandbox;
let dialog: Dialog;
beforeAll(async () => {
  sandbox = await start();
  dialog = await Dialog.in(sandbox);
  await dialog.ask('STORE 4 +FLAGS (\\Deleted $Project)');
});
afterAll(async () => {
  dialog[Symbol.dispose]();
  await sandbox.close();
});
const inbox = mailsIn('INBOX');
const all = inbox.map(({ raw }) => /^Message-ID: <([^@>]*)/m.exec(raw.toString('latin1'))?.[1] ?? '');
const where = (fits: (mail: (typeof inbox)[number]) => boolean) => all.filter((_, index) => fits(inbox[index] as (typeof inbox)[number]));
const seen = where(({ flags = [] }) => flags.includes('seen'));
const but = (...names: string[]) => all.filter((name) => !names.includes(name));

async function search(keys: string | (string | Buffer)[]): Promise<string[] | string> {
  const { status, text, untagged } = await dialog.ask(...(typeof keys === 'string' ? [`SEARCH ${keys}`] : ['SEARCH ', ...keys]));
  if (status !== 'OK') return `${status} ${text}`;
  return (untagged[0] ?? '')
    .split(' ')
    .slice(1)
    .map((number) => all[Number(number) - 1] ?? '');
}
const THREAD = ['thread-1', 'thread-2', 'thread-3'];
const MEETINGS = ['meeting-invite', 'meeting-cancelled'];

test.each<[string | (string | Buffer)[], string[]]>([
  ['ALL', all],
  ['SEEN', seen],
  ['UNSEEN', but(...seen)],
  ['NEW', but(...seen)],
  ['RECENT', all],
  ['OLD', []],
  ['FLAGGED', ['latin-1', 'importance-high']],
  ['UNFLAGGED', but('latin-1', 'importance-high')],
  ['ANSWERED', ['invoice-read-2', 'thread-1']],
  ['UNANSWERED', but('invoice-read-2', 'thread-1')],
  ['DELETED', [all[3] ?? '']],
  ['UNDELETED', but(all[3] ?? '')],
  ['DRAFT', []],
  ['UNDRAFT', all],
  ['KEYWORD $project', [all[3] ?? '']],
  ['UNKEYWORD $Project', but(all[3] ?? '')],
  ['KEYWORD $never', []],
  ['SUBJECT meeting', THREAD],
  ['SUBJECT MEETING', THREAD],
  ['SUBJECT ""', all.filter((name) => name !== 'nosubject-1')],
  ['FROM carla@', MEETINGS],
  ['FROM "Ben Okafor"', ['thread-2', 'receipt-1']],
  ['TO ana@example.com', ['thread-2', ...MEETINGS]],
  ['CC dana', ['copies']],
  ['BCC demo', []],
  ['HEADER List-Id robots', ['newsletter-1']],
  ['HEADER list-unsubscribe ""', ['newsletter-1', 'newsletter-2']],
  ['HEADER Message-ID <thread-2@example.com>', ['thread-2']],
  ['BODY "is anybody at home"', ['bounce-1']],
  ['BODY "Winter jasmine"', ['newsletter-2']],
  ['TEXT "X-Priority"', ['importance-high']],
  ['TEXT hellebore', ['newsletter-2']],
  ['BODY hellebore SUBJECT robots', []],
  [['CHARSET UTF-8 SUBJECT ', Buffer.from('請求書')], ['jp-1']],
  [['CHARSET utf-8 BODY ', Buffer.from('ご確認')], ['jp-1']],
  [['SUBJECT ', Buffer.from('عرض السعر')], ['arabic-right-to-left']],
  [['SUBJECT ', Buffer.from('BÜROMÖBEL')], ['invoice-encoded-word']],
  [['FROM ', Buffer.from('mu\u0308ller')], ['invoice-mueller']],
  [['TEXT ', Buffer.from('Käsebrötchen')], ['latin-1']],
  [['SUBJECT ', Buffer.from('🎉')], ['emoji-subject']],
  ['ON 9-Nov-2026', THREAD],
  ['SINCE 18-Nov-2026', ['noreply-password', 'importance-high', 'copies']],
  ['BEFORE 1-Nov-2026', ['invoice-read-1', 'invoice-read-2']],
  ['SINCE 9-Nov-2026 BEFORE "10-Nov-2026"', THREAD],
  ['SENTON 12-Nov-2026 FROM taro', ['jp-1']],
  ['SENTSINCE 18-Nov-2026', ['noreply-password', 'importance-high', 'copies']],
  ['SENTBEFORE 2-Oct-2026', ['invoice-read-1', 'invoice-read-2']],
  ['SMALLER 200', where(({ raw }) => raw.length < 200)],
  ['LARGER 3000', where(({ raw }) => raw.length > 3000)],
  ['NOT SUBJECT invoice UNSEEN FROM example.org', ['newsletter-1', 'bounce-1', 'noreply-password']],
  ['OR SUBJECT invitation SUBJECT cancelled', MEETINGS],
  ['OR (SUBJECT meeting SEEN) OR FROM eve FROM zoe', ['thread-1', 'emoji-subject', 'latin-1']],
  ['NOT (SEEN)', but(...seen)],
  ['NOT NOT SEEN', seen],
  ['1:3,5', [0, 1, 2, 4].map((index) => all[index] ?? '')],
  ['*', [all.at(-1) ?? '']],
  ['UID 2:3 NOT 3', [all[1] ?? '']],
  ['UID 9999', []],
])('%j', async (keys, expected) => expect(await search(keys)).toEqual(expected));

test.each(['', 'NONSENSE', 'SUBJECT', 'OR SEEN', 'NOT', 'SINCE 30-Feb-2026', 'SINCE soon', 'LARGER x', '"ALL"', 'UID x', '()'])(
  'SEARCH %s is BAD',
  async (keys) => expect(await search(keys)).toMatch(/^BAD/),
);

test('a character set that is not known', async () => expect(await search('CHARSET KOI8-R SUBJECT x')).toMatch(/^NO \[BADCHARSET/));

test('a Date header counts in its own time zone', async () => {
  using own = await Dialog.in(sandbox, 'Archive');
  await own.ask('APPEND Archive ', Buffer.from('Subject: late\r\nDate: Fri, 2 Jan 2026 23:30:00 -0800\r\n\r\n'));
  expect((await own.ask('SEARCH SENTON 2-Jan-2026')).untagged).toEqual(['SEARCH 2']);
  expect((await own.ask('SEARCH SENTON 3-Jan-2026')).untagged).toEqual(['SEARCH']);
});

test('ESEARCH', async () => {
  await dialog.ask('UID EXPUNGE 9999');
  const ask = async (command: string) => (await dialog.ask(command)).untagged;
  const tagged = (rest: string) => [expect.stringMatching(new RegExp(`^ESEARCH \\(TAG "t\\d+"\\)${rest}$`))];
  expect(await ask('SEARCH RETURN (MIN MAX COUNT ALL) 2:4,7')).toEqual(tagged(' MIN 2 MAX 7 ALL 2:4,7 COUNT 4'));
  expect(await ask('UID SEARCH RETURN () CHARSET UTF-8 UID 3')).toEqual(tagged(' UID ALL 3'));
  expect(await ask('UID SEARCH RETURN (MIN COUNT) SUBJECT nowhere')).toEqual(tagged(' UID COUNT 0'));
  expect((await dialog.ask('SEARCH RETURN (SAVE) ALL')).status).toBe('BAD');
});
