import { editDistance, joinPath, newFolderPath, resolveFolder, splitPath } from './folder.ts';
import type { Folder } from './message.ts';

const folder = (path: string, role?: Folder['role']): Folder => ({ path, name: splitPath(path).at(-1) ?? '', ...(role && { role }) });
const FOLDERS = [
  folder('INBOX', 'inbox'),
  folder('INBOX/finance'),
  folder('INBOX/Finance'),
  folder('Gesendet', 'sent'),
  folder('Archiv', 'archive'),
  folder('Archiv/2025'),
  folder('Work'),
  folder('Work/A\\/B'),
  folder('Wu\u0308rfel'),
  folder('Trash'),
];
const find = (wanted: string, folders = FOLDERS) => resolveFolder(wanted, folders).path;

test.each([
  ['Work', 'Work'],
  ['/Work', 'Work'],
  ['WORK', 'Work'],
  ['work/a\\/b', 'Work/A\\/B'],
  ['Würfel', 'Wu\u0308rfel'],
  ['inbox', 'INBOX'],
  ['Inbox/finance', 'INBOX/finance'],
  ['inbox/Finance', 'INBOX/Finance'],
  ['role:sent', 'Gesendet'],
  ['ROLE:Sent', 'Gesendet'],
  ['role:archive/2025', 'Archiv/2025'],
  ['Sent Items', 'Gesendet'],
  ['Éléments envoyés', 'Gesendet'],
  ['Caixa de entrada/finance', 'INBOX/finance'],
  ['Arquivo morto/2025', 'Archiv/2025'],
  ['role:trash', 'Trash'],
])('"%s" is %s', (wanted, path) => {
  expect(find(wanted)).toBe(path);
});

test('an existing folder beats a role of its name', () => {
  const folders = [...FOLDERS, folder('Enviados')];
  expect(find('Enviados', folders)).toBe('Enviados');
  expect(find('enviados', folders)).toBe('Enviados');
});

test('two folders that differ in case only are taken by their exact names alone', () => {
  expect(() => find('INBOX/FINANCE')).toThrow(expect.objectContaining({ code: 'folder.not_found' }));
});

test('a missing folder comes with the nearest names, nearest first, at most three', () => {
  const similar = (wanted: string, folders: readonly Folder[]) => {
    try {
      return resolveFolder(wanted, folders).path;
    } catch (error) {
      return (error as { details: { similar: readonly string[] } }).details.similar;
    }
  };
  const folders = ['Invoices', 'Invoice', 'Old invoices', 'Invoiced', 'Unrelated'].map((path) => folder(path));
  expect(similar('Invoces', folders)).toEqual(['Invoices', 'Invoice', 'Invoiced']);
  expect(similar('INBOX/Invoices', folders)).toEqual(['Invoices']);
  expect(similar('Something else altogether', folders)).toEqual([]);
  expect(similar('', folders)).toEqual(['Invoice', 'Invoices', 'Invoiced']);
});

test('a role that no folder has', () => {
  expect(() => find('role:junk')).toThrow(expect.objectContaining({ code: 'folder.role_missing', details: { role: 'junk' } }));
  expect(() => find('Junk')).toThrow(expect.objectContaining({ code: 'folder.not_found' }));
});

test.each([
  ['New', 'New'],
  ['work/New', 'Work/New'],
  ['Work/a/b', 'Work/a/b'],
  ['archiv/2025/01', 'Archiv/2025/01'],
  ['role:archive/2026', 'Archiv/2026'],
  ['Archive/2026', 'Archiv/2026'],
  ['inbox/new', 'INBOX/new'],
  ['Posteingang/Neu', 'INBOX/Neu'],
  ['New/Trash', 'New/Trash'],
  ['würfel/x', 'Wu\u0308rfel/x'],
])('the folder "%s" is made as %s, and found there afterwards', (wanted, path) => {
  expect(newFolderPath(wanted, FOLDERS)).toBe(path);
  expect(find(wanted, [...FOLDERS, folder(path)])).toBe(path);
});

test('a slash inside a name is no level', () => {
  expect(splitPath('a/b\\/c/d')).toEqual(['a', 'b/c', 'd']);
  expect(joinPath(['a', 'b/c', 'back\\slash'])).toBe('a/b\\/c/back\\\\slash');
  expect(splitPath('//a//b/')).toEqual(['a', 'b']);
});

test.each([
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['same', 'same', 0],
])('from "%s" to "%s" it is %s steps', (a, b, steps) => {
  expect([editDistance(a, b), editDistance(b, a)]).toEqual([steps, steps]);
});
