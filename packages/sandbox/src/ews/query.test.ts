import type { Seed } from '../seed.ts';
import { startSandbox, type Sandbox } from '../sandbox.ts';
import { all, ask, codes, distinguished, ids, texts } from './asking.test.fixture.ts';

const mail = (subject: string, more = '', body = 'Text') =>
  Buffer.from(`From: "Ann \u00c9" <ann@example.test>\r\nTo: demo@example.test\r\nSubject: ${subject}\r\n${more}\r\n${body}\r\n`);

const SEED: Seed = {
  folders: [{ path: 'Sent', role: 'sent' }, { path: 'Projects/Deep' }],
  messages: [
    { folder: 'INBOX', raw: mail('Alpha invoice'), receivedAt: '2026-01-01T10:00:00Z', flags: ['seen', 'Urgent'] },
    { folder: 'INBOX', raw: mail('Beta', 'Importance: high\r\n'), receivedAt: '2026-01-02T10:00:00Z', flags: ['flagged'] },
    { folder: 'INBOX', raw: mail('Gamma Caf\u00e9', '', 'a needle'), receivedAt: '2026-01-03T10:00:00Z', flags: ['Big=20order'] },
    { folder: 'INBOX', raw: mail('=?utf-8?q?De=01lta=EF=BF=BE?='), receivedAt: '2026-01-03T10:00:00Z' },
    { folder: 'INBOX', raw: mail('Epsilon', `Message-ID: <e@x>\r\nX-Long: ${'y'.repeat(600)}\r\n`), receivedAt: '2026-01-05T10:00:00Z' },
  ],
};

let sandbox: Sandbox;
let page: (wanted: number) => number = (wanted) => wanted;
beforeAll(async () => {
  sandbox = await startSandbox({ seed: SEED, ews: { pageSize: (wanted) => page(wanted) } });
});
afterAll(() => sandbox.close());

const find = (
  inner: { view?: string; restriction?: string; sort?: string; shape?: string; query?: string } = {},
  version = 'Exchange2013_SP1',
) => {
  const {
    view = '',
    restriction,
    sort,
    shape = '<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties>',
    query,
  } = inner;
  const narrowed = restriction === undefined ? '' : `<m:Restriction>${restriction}</m:Restriction>`;
  const order = sort === undefined ? '' : `<m:SortOrder>${sort}</m:SortOrder>`;
  const words = query === undefined ? '' : `<m:QueryString>${query}</m:QueryString>`;
  const body = `<m:FindItem Traversal="Shallow"><m:ItemShape>${shape}</m:ItemShape>${view}${narrowed}${order}<m:ParentFolderIds>${distinguished('inbox')}</m:ParentFolderIds>${words}</m:FindItem>`;
  return ask(sandbox, body, { version });
};
const field = (uri: string) => `<t:FieldURI FieldURI="${uri}"/>`;
const tag = (number: string, type: string) => `<t:ExtendedFieldURI PropertyTag="${number}" PropertyType="${type}"/>`;
const compare = (name: string, path: string, value: string) =>
  `<t:${name}>${path}<t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:${name}>`;
const contains = (path: string, value: string, mode = 'Substring', comparison = 'IgnoreCase') =>
  `<t:Contains ContainmentMode="${mode}" ContainmentComparison="${comparison}">${path}<t:Constant Value="${value}"/></t:Contains>`;
const [ALPHA, BETA, GAMMA, EPSILON] = ['Alpha invoice', 'Beta', 'Gamma Caf\u00e9', 'Epsilon'];
const firstWords = (subjects: string[]) =>
  subjects
    .map((subject) => subject.slice(0, 2))
    .toSorted()
    .join(' ');

test.each<[string, string, string]>([
  ['read', compare('IsEqualTo', field('message:IsRead'), 'true'), 'Al'],
  ['not read', `<t:Not>${compare('IsEqualTo', field('message:IsRead'), '1')}</t:Not>`, 'Be De Ep Ga'],
  ['unequal', compare('IsNotEqualTo', field('item:Subject'), 'beta'), 'Al De Ep Ga'],
  ['later', compare('IsGreaterThan', field('item:DateTimeReceived'), '2026-01-03T10:00:00Z'), 'Ep'],
  ['at least', compare('IsGreaterThanOrEqualTo', field('item:DateTimeReceived'), '2026-01-03T11:00:00+01:00'), 'De Ep Ga'],
  ['earlier', compare('IsLessThan', field('item:DateTimeReceived'), '2026-01-02T10:00:00Z'), 'Al'],
  ['at most', compare('IsLessThanOrEqualTo', field('item:DateTimeReceived'), '2026-01-02T10:00:00Z'), 'Al Be'],
  ['larger', compare('IsGreaterThan', field('item:Size'), '500'), 'Ep'],
  ['flagged', compare('IsEqualTo', tag('0x1090', 'Integer'), '2'), 'Be'],
  ['flagged, by its decimal tag', compare('IsEqualTo', tag('4240', 'Integer'), '2'), 'Be'],
  ['there', `<t:Exists>${tag('0x1035', 'String')}</t:Exists>`, 'Ep'],
  ['a bit is not set', `<t:Excludes>${tag('0x0E07', 'Integer')}<t:Bitmask Value="1"/></t:Excludes>`, 'Be De Ep Ga'],
  ['a category', compare('IsEqualTo', field('item:Categories'), 'Big order'), 'Ga'],
  ['importance', compare('IsEqualTo', field('item:Importance'), 'High'), 'Be'],
  ['contains', contains(field('item:Subject'), 'INVOICE'), 'Al'],
  ['contains exactly', contains(field('item:Subject'), 'INVOICE', 'Substring', 'Exact'), ''],
  ['begins', contains(field('item:Subject'), 'be', 'Prefixed'), 'Be'],
  ['is', contains(field('item:Subject'), 'beta', 'FullString'), 'Be'],
  ['words begin', contains(field('item:Subject'), 'inv alp', 'PrefixOnWords'), 'Al'],
  ['a phrase', contains(field('item:Subject'), 'gamma  caf\u00e9', 'ExactPhrase'), 'Ga'],
  ['no marks', contains(field('item:Subject'), 'cafe', 'Substring', 'IgnoreCaseAndNonSpacingCharacters'), 'Ga'],
  ['from an address', contains(field('message:From'), 'ann@'), 'Al Be De Ep Ga'],
  ['from a name', contains(field('message:From'), 'ann \u00c9'), 'Al Be De Ep Ga'],
  ['the body', contains(field('item:Body'), 'needle'), 'Ga'],
  [
    'a header',
    contains('<t:ExtendedFieldURI DistinguishedPropertySetId="InternetHeaders" PropertyName="X-Long" PropertyType="String"/>', 'yyy'),
    'Ep',
  ],
  [
    'a property against another',
    `<t:IsEqualTo>${field('item:DateTimeReceived')}<t:FieldURIOrConstant>${field('item:DateTimeCreated')}</t:FieldURIOrConstant></t:IsEqualTo>`,
    'Al Be De Ep Ga',
  ],
  [
    'both, or one',
    `<t:And>${contains(field('item:Subject'), 'a')}<t:Or>${contains(field('item:Subject'), 'bet')}${contains(field('item:Subject'), 'gam')}</t:Or></t:And>`,
    'Be Ga',
  ],
])('a restriction is evaluated: %s', async (_, restriction, expected) => {
  const found = await find({ restriction });
  expect(codes(found)).toEqual(['NoError']);
  expect(firstWords(texts(found, 'Subject'))).toBe(expected);
});

test.each([
  ['<t:Nonsense/>', 'ErrorInvalidRestriction'],
  ['<t:Exists/>', 'ErrorInvalidRestriction'],
  [compare('IsEqualTo', field('item:Nonsense!'), 'x'), 'ErrorInvalidPropertyRequest'],
  [compare('IsEqualTo', field('item:MimeContent'), 'x'), 'ErrorUnsupportedPathForQuery'],
])('what cannot be searched by is refused: %s', async (restriction, code) => {
  expect(codes(await find({ restriction }))).toEqual([code]);
});

test('words in AQS', async () => {
  expect(firstWords(texts(await find({ query: 'subject:"alpha inv" from:ann' }), 'Subject'))).toBe('Al');
});

test('order, with ties in the order in which they came', async () => {
  const by = (path: string, order: string) => `<t:FieldOrder Order="${order}">${path}</t:FieldOrder>`;
  const first = async (sort?: string) => firstOf(await find(sort === undefined ? {} : { sort }));
  const firstOf = (found: Parameters<typeof texts>[0]) => texts(found, 'Subject').map((subject) => subject.slice(0, 2));
  expect(await first()).toEqual(['Ep', 'Ga', 'De', 'Be', 'Al']);
  expect(await first(by(field('item:DateTimeReceived'), 'Ascending'))).toEqual(['Al', 'Be', 'Ga', 'De', 'Ep']);
  expect(await first(by(tag('0xe23', 'Integer'), 'Descending'))).toEqual(['Ep', 'De', 'Ga', 'Be', 'Al']);
  expect(await first(by(field('item:Importance'), 'Ascending') + by(field('item:Subject'), 'Descending'))).toEqual([
    'Be',
    'Ga',
    'Ep',
    'De',
    'Al',
  ]);
});

test('pages go on where the server says, also where it gives fewer', async () => {
  const walk = async (view: (offset: number) => string) => {
    const got: string[][] = [];
    for (let offset = 0; got.length < 10;) {
      const found = await find({ view: view(offset) });
      got.push(ids(found));
      const { attributes } = all(found, 'RootFolder')[0]!;
      expect(attributes.get('TotalItemsInView')).toBe('5');
      if (attributes.get('IncludesLastItemInRange') === 'true') break;
      offset = Number(attributes.get('IndexedPagingOffset'));
    }
    return got;
  };
  const from = (base: string) => (offset: number) =>
    `<m:IndexedPageItemView MaxEntriesReturned="2" Offset="${offset}" BasePoint="${base}"/>`;
  const forward = await walk(from('Beginning'));
  expect(forward.map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(new Set(forward.flat()).size).toBe(5);
  const backward = await walk(from('End'));
  expect(backward.toReversed().flat()).toEqual(forward.flat());
  page = () => 1;
  try {
    expect((await walk(from('Beginning'))).map(({ length }) => length)).toEqual([1, 1, 1, 1, 1]);
  } finally {
    page = (wanted) => wanted;
  }
  expect(codes(await find({ view: '<m:IndexedPageItemView MaxEntriesReturned="0" Offset="0" BasePoint="Beginning"/>' }))).toEqual([
    'ErrorInvalidPagingMaxRows',
  ]);
});

test('lists cut long texts, and refuse what only the item has', async () => {
  const shape = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${tag('0x007D', 'String')}</t:AdditionalProperties>`;
  const listed = await find({ shape });
  expect(texts(listed, 'Value').map(({ length }) => length)).toContain(255);
  const [id = ''] = ids(listed);
  const got = await ask(sandbox, `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`);
  expect(texts(got, 'Value')[0]).toContain(`X-Long: ${'y'.repeat(600)}`);
  for (const uri of ['item:Body', 'item:MimeContent', 'message:ToRecipients']) {
    const refused = await find({
      shape: `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${field(uri)}</t:AdditionalProperties>`,
    });
    expect(codes(refused)).toEqual(['ErrorInvalidPropertyRequest']);
  }
});

test('a subject is given as Exchange gives it: with what XML does not allow', async () => {
  const subjects = texts(await find(), 'Subject');
  expect(subjects.toSorted()).toEqual([ALPHA, BETA, 'De\u2401lta\ufffd', EPSILON, GAMMA].toSorted());
});

test('folders are found at any depth, and restrictions hold for them too', async () => {
  const findFolder = (traversal: string, restriction = '') =>
    ask(
      sandbox,
      `<m:FindFolder Traversal="${traversal}"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>${restriction}<m:ParentFolderIds>${distinguished('msgfolderroot')}</m:ParentFolderIds></m:FindFolder>`,
    );
  const names = async (...given: Parameters<typeof findFolder>) => texts(await findFolder(...given), 'DisplayName');
  expect(await names('Shallow')).toEqual(expect.not.arrayContaining(['Deep']));
  expect(await names('Deep')).toEqual(expect.arrayContaining(['Inbox', 'Sent', 'Projects', 'Deep', 'Calendar', 'Trash']));
  const notes = `<m:Restriction>${compare('IsEqualTo', tag('0x3613', 'String'), 'IPF.Contact')}</m:Restriction>`;
  expect(await names('Deep', notes)).toEqual(['Contacts']);
});

test('older versions do not know what is newer', async () => {
  const said = async (...given: Parameters<typeof find>) =>
    find(...given).then((found) => codes(found).join() || texts(found, 'faultcode').join());
  expect(await said({ query: 'x' }, 'Exchange2007_SP1')).toBe('ErrorSchemaValidation');
  expect(await said({ query: 'x' }, 'Exchange2010')).toBe('NoError');
  expect(await said({}, '')).toBe('NoError');
  expect(await said({}, 'Exchange2016')).toBe('NoError');
  expect(await said({}, 'Exchange1999')).toBe('ErrorInvalidServerVersion');
  const flag = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${field('item:Flag')}</t:AdditionalProperties>`;
  expect(await said({ shape: flag }, 'Exchange2010_SP2')).toBe('ErrorInvalidPropertyRequest');
  expect(await said({ shape: flag }, 'Exchange2013')).toBe('NoError');
});
