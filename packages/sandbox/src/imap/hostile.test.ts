import fc from 'fast-check';
import { Dialog, PASSWORD, start, until } from '../dialog.test.fixture.ts';
import type { Sandbox } from '../sandbox.ts';
import { decodeName, encodeName } from './folder-name.ts';
import { LineReader, type RawCommand } from './line-reader.ts';
import { numbersIn, toSet } from './number-set.ts';
import { Malformed, parseWords } from './words.ts';

let sandbox: Sandbox;
let heard = 0;
beforeAll(async () => {
  sandbox = await start({ log: () => heard++ });
});
afterAll(() => sandbox.close());

describe('a client that does not behave', () => {
  test.each([
    ['no command', 'x', /^\* BAD/],
    ['an empty line', '', /^\* BAD/],
    ['no tag', '* NOOP', /^\* BAD/],
    ['an unknown command', 'x FROBNICATE', /^x BAD/],
    ['half a UID command', 'x UID', /^x BAD/],
    ['the name of an object', 'x __proto__', /^x BAD/],
    ['a list without end', 'x LOGIN (a', /^x BAD/],
    ['a list with two ends', 'x LOGIN a))', /^x BAD/],
    ['a quoted string without end', 'x LOGIN "a', /^x BAD/],
    ['nested lists', `x LOGIN ${'('.repeat(5000)}`, /^x BAD/],
    ['bytes that are no text', 'x LOGIN \u0000\u0001\u00ff', /^x BAD/],
  ])('%s is BAD, and the connection goes on', async (_name, line, answer) => {
    using dialog = await Dialog.open(sandbox);
    dialog.write(`${line}\r\n`);
    expect(await dialog.line()).toMatch(answer);
    expect((await dialog.ask('NOOP')).status).toBe('OK');
  });

  test('a line that never ends is cut off', async () => {
    using dialog = await Dialog.open(sandbox);
    dialog.write('x'.repeat(100_000));
    expect(await dialog.end()).toMatch(/^\* BYE the line is too long/);
  });

  test('a large literal: refused before the login, if it waits; else the connection ends', async () => {
    using waits = await Dialog.open(sandbox);
    expect((await waits.ask('LOGIN ', Buffer.alloc(5000, 'a'))).text).toContain('NO [TOOBIG]');
    expect((await waits.ask(`LOGIN demo@example.test ${PASSWORD}`)).status).toBe('OK');
    waits.write(`y APPEND INBOX {${200 * 1024 * 1024}}\r\n`);
    expect(await waits.line()).toMatch(/^y NO \[TOOBIG\]/);
    using presses = await Dialog.open(sandbox);
    presses.write('x LOGIN {5000+}\r\n');
    expect(await presses.end()).toMatch(/^\* BYE the literal is too large/);
  });

  test('a large message goes in and comes out, in pieces', async () => {
    using dialog = await Dialog.in(sandbox);
    const raw = Buffer.concat([Buffer.from('Subject: large\r\n\r\n'), Buffer.alloc(8_000_000, 'line of text\r\n')]);
    const { text } = await dialog.ask('APPEND Archive ', raw);
    const uid = /APPENDUID \d+ (\d+)/.exec(text)?.[1] ?? '';
    await dialog.ask('SELECT Archive');
    const { untagged } = await dialog.ask(`UID FETCH ${uid} BODY.PEEK[]`);
    expect(Buffer.from(untagged[0] ?? '', 'latin1').includes(raw)).toBe(true);
  });

  test('one that goes away in the middle leaves nothing behind', async () => {
    const dialogs = await Promise.all([Dialog.in(sandbox), Dialog.open(sandbox), Dialog.open(sandbox)]);
    dialogs[0]?.write('x FETCH 1:* BODY[]\r\n');
    dialogs[1]?.write('x LOGIN {10}\r\nhalf');
    dialogs[2]?.write('x STARTTLS\r\nno handshake');
    for (const dialog of dialogs) dialog[Symbol.dispose]();
    await until(() => sandbox.connections() === 0);
  });

  test('any bytes at all', async () => {
    heard = 0;
    const words = [
      'x1 ',
      'UID ',
      'FETCH ',
      'SEARCH ',
      'STORE ',
      'LIST ',
      'APPEND ',
      'BODY[',
      ']',
      '<0.1>',
      '(',
      ')',
      '"',
      '\\',
      '*',
      '%',
      '{3}',
      '{3+}',
      '\r\n',
      '1:*',
      ' ',
      'IDLE',
      'DONE',
      'AUTHENTICATE PLAIN',
      '\u0000',
      '\u00ff',
    ];
    const noise = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 5 })), { maxLength: 60 }).map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(noise, async (text) => {
        using dialog = await Dialog.in(sandbox);
        dialog.write(`${text}\r\n`);
        using other = await Dialog.open(sandbox);
        expect((await other.ask('NOOP')).status).toBe('OK');
      }),
      { numRuns: 60 },
    );
    // Of each run the login, SELECT and NOOP; beyond these, commands out of the noise, as many as chance has it.
    await until(() => heard > 60 * 3);
  });
});

describe('commands', () => {
  test('words and literals, whatever the pieces that the bytes come in', () => {
    const bytes = Buffer.from('a LOGIN {3+}\r\nx y "z \\" \\\\"\r\nb APPEND n {2}\r\n\r\n (k l)\r\n');
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 8 }), (cuts) => {
        let asked = 0;
        const reader = new LineReader('+', () => asked++);
        const found: RawCommand[] = [];
        const edges = [0, ...cuts.sort((one, other) => one - other), bytes.length];
        for (let index = 1; index < edges.length; index++) {
          reader.push(bytes.subarray(edges[index - 1], edges[index]));
          for (let command = reader.next(); command; command = reader.next()) found.push(command);
        }
        expect(asked).toBe(1);
        expect(found.map(({ text }) => text)).toEqual(['a LOGIN {3+}\r\n "z \\" \\\\"', 'b APPEND n {2}\r\n (k l)']);
        expect(parseWords(found[0]?.text.slice(8) ?? '', found[0]?.literals ?? [])).toMatchObject([
          { kind: 'string', text: 'x y' },
          { kind: 'string', text: 'z " \\' },
        ]);
        expect(parseWords(found[1]?.text.slice(9) ?? '', found[1]?.literals ?? [])).toMatchObject([
          { text: 'n' },
          { text: '\r\n' },
          { kind: 'list', words: [{ text: 'k' }, { text: 'l' }] },
        ]);
      }),
    );
  });

  test('LITERAL- takes small literals without asking, and none takes none', () => {
    const read = (kind: '-' | 'none', text: string) => {
      const reader = new LineReader(kind, () => undefined);
      reader.largest = 10_000;
      reader.push(Buffer.from(text));
      return reader.next();
    };
    expect(read('-', 'a LOGIN {2+}\r\nxy z\r\n')?.literals).toEqual([Buffer.from('xy')]);
    expect(() => read('-', 'a LOGIN {5000+}\r\n')).toThrow('too large');
    expect(() => read('none', 'a LOGIN {2+}\r\n')).toThrow('not offered');
  });

  test('sections, with names as literals too', () => {
    expect(parseWords('BODY.PEEK[2.header.fields ("A" {1}\r\n)]<5.10>', [Buffer.from('B')])).toEqual([
      { kind: 'section', item: 'BODY.PEEK', section: '2.HEADER.FIELDS', names: ['A', 'B'], partial: { start: 5, length: 10 } },
    ]);
    expect(() => parseWords('BODY[1', [])).toThrow(Malformed);
  });

  test('sets of numbers', () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1 }).map((all) => all.sort((one, other) => one - other));
    fc.assert(fc.property(numbers, (all) => expect(numbersIn(toSet(all), all)).toEqual(all)));
    fc.assert(fc.property(numbers, (all) => expect(numbersIn('*', all)).toEqual(all.slice(-1))));
    expect(numbersIn('*:2', [1, 2, 3])).toEqual([2, 3]);
    for (const set of ['', '0', '1:', 'a', '1,,2', '-1', '1:0']) expect(() => numbersIn(set, [1])).toThrow(Malformed);
  });

  test('folder names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(encodeName(name)).toMatch(/^[ -~]*$/);
        expect(decodeName(encodeName(name))).toBe(name);
      }),
    );
    expect(encodeName('Äpfel & Birnen/日本語')).toBe('&AMQ-pfel &- Birnen/&ZeVnLIqe-');
    expect(decodeName('&AA-')).toBe('&AA-');
  });
});
