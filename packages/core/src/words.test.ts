import fc from 'fast-check';
import { formatAddress, parseAddresses } from './address.ts';
import { joinPath, resolveFolder, splitPath } from './folder.ts';
import type { Folder } from './message.ts';
import { Selection, referencesOf } from './selection.ts';
import { serverAddress } from './server.ts';
import { SessionName } from './session.ts';

const PORTS = { tls: 993, starttls: 143, none: 143 };
const folder = (path: string, role?: Folder['role']): Folder => ({ path, name: splitPath(path).at(-1) ?? '', ...(role && { role }) });

describe('R1.34 R3.2 a host', () => {
  const parse = (host: string, security: 'tls' | 'starttls' | 'none' = 'tls', port?: number) =>
    serverAddress({ host, port, security }, 'imap', PORTS);
  test('may be a name, an address, host:port or a URI', () => {
    expect(parse('imap.example.com')).toEqual({ host: 'imap.example.com', port: 993, security: 'tls' });
    expect(parse(' imap.example.com:1993 ')).toEqual({ host: 'imap.example.com', port: 1993, security: 'tls' });
    expect(parse('IMAPS://mail.example.com', 'starttls')).toEqual({ host: 'mail.example.com', port: 993, security: 'tls' });
    expect(parse('imap://mail.example.com')).toEqual({ host: 'mail.example.com', port: 143, security: 'starttls' });
    expect(parse('[::1]:143', 'starttls')).toEqual({ host: '::1', port: 143, security: 'starttls' });
    expect(parse('::1', 'none', 10143)).toEqual({ host: '::1', port: 10143, security: 'none' });
  });
  test('R3.9 of another scheme is refused with the schemes that work', () => {
    expect(() => parse('http://mail.example.com')).toThrow(
      expect.objectContaining({ code: 'input.invalid', fix: 'Write imap://host or imaps://host, or just the host.' }),
    );
  });
});

describe('R2.2 a session name', () => {
  test('has no slash, colon or control character; blanks around it go', () => {
    expect(SessionName.parse('  Invoices ')).toBe('Invoices');
    for (const bad of ['a/b', 'a:b', 'a\nb', '', ' ', 'x'.repeat(101)]) expect(SessionName.safeParse(bad).success).toBe(false);
  });
});

describe('folder paths', () => {
  test('a backslash is lost nowhere: before a slash or another it protects, elsewhere it belongs to the name', () => {
    expect([splitPath('A\\B'), splitPath('A\\'), splitPath('a\\/b/c'), splitPath('a\\\\/b')]).toEqual([
      ['A\\B'],
      ['A\\'],
      ['a/b', 'c'],
      ['a\\', 'b'],
    ]);
  });
  test('any names survive joining and splitting', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), (levels) =>
        expect(splitPath(joinPath(levels))).toEqual(levels),
      ),
    );
  });
  test('are found exactly, in another case, by role, and by a role in another language', () => {
    const folders = [
      folder('INBOX', 'inbox'),
      folder('Gesendete Objekte', 'sent'),
      folder('Work/Done'),
      folder('work/todo'),
      folder('Entwürfe'),
    ];
    const find = (wanted: string) => resolveFolder(wanted, folders).path;
    expect(['Work/Done', 'work/done', '/Work/Done', 'role:sent', 'Enviados', 'Posteingang', 'role:drafts'].map(find)).toEqual([
      'Work/Done',
      'Work/Done',
      'Work/Done',
      'Gesendete Objekte',
      'Gesendete Objekte',
      'INBOX',
      'Entwürfe',
    ]);
    expect(() => find('Wrok/Done')).toThrow(
      expect.objectContaining({ code: 'folder.not_found', details: expect.objectContaining({ similar: ['Work/Done'] }) }),
    );
    expect(() => find('role:junk')).toThrow(expect.objectContaining({ code: 'folder.role_missing' }));
  });
});

describe('addresses', () => {
  test('as authors type them', () => {
    expect(parseAddresses('a@b.test; "Last, First" <c@d.test>, Ana B <e@f.test>')).toEqual([
      { address: 'a@b.test' },
      { address: 'c@d.test', name: 'Last, First' },
      { address: 'e@f.test', name: 'Ana B' },
    ]);
    expect(parseAddresses('')).toEqual([]);
  });
  test.each(['a', 'a@', 'a b@c.test', 'a@b.test\r\nRCPT TO:<x@y.test>', '<a@b.test', 'a@b@c.test', `${'x'.repeat(1000)}@b.test`])(
    '%j is none',
    (text) => {
      expect(() => parseAddresses(text)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
    },
  );
  test('formatting and parsing give the same', () => {
    const name = fc
      .string()
      .map((text) => text.replace(/[\r\n\0]/g, '').trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(name, (text) =>
        expect(parseAddresses(formatAddress({ address: 'a@b.test', name: text }))).toEqual([{ address: 'a@b.test', name: text }]),
      ),
    );
  });
});

describe('a selection', () => {
  test('is a reference, a loop item, a list of them, or a query that names its folder', () => {
    const ref = { folder: 'INBOX', id: '1.2' };
    expect(referencesOf(Selection.parse({ ...ref }))).toEqual([ref]);
    expect(referencesOf(Selection.parse({ ref, subject: 'x' }))).toEqual([ref]);
    const other = { ...ref, folder: 'Archive' };
    expect(referencesOf(Selection.parse([ref, { ref: other }]))).toEqual([ref, other]);
    expect(referencesOf(Selection.parse({ folder: 'INBOX' }))).toBeUndefined();
    for (const bad of [{}, { folder: 'INBOX', filtr: {} }, 'INBOX', [{}]]) expect(Selection.safeParse(bad).success).toBe(false);
  });
});
