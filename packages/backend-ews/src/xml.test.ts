import { Readable } from 'node:stream';
import { cleanText } from '@mailwright/mime';
import { child, readXml, textOf, type Element, type Sink } from './xml.ts';

const read = (xml: string | Buffer, sinkFor?: () => Sink | undefined) => readXml(Readable.from([Buffer.from(xml)]), sinkFor);
const subjectOf = async (inside: string | Buffer) => {
  const bytes = Buffer.concat([Buffer.from('<?xml version="1.0"?><r><Subject>'), Buffer.from(inside), Buffer.from('</Subject></r>')]);
  return cleanText(textOf(await read(bytes), 'Subject') ?? '');
};

const CONTROLS = [...Array.from({ length: 9 }, (_, code) => code), 0x0b, 0x0c, ...Array.from({ length: 18 }, (_, at) => 0x0e + at)];
const NONCHARACTERS = [
  0xfdd0,
  0xfdef,
  0xfffe,
  0xffff,
  ...Array.from({ length: 16 }, (_, plane) => [(plane + 1) * 0x10000 + 0xfffe, (plane + 1) * 0x10000 + 0xffff]).flat(),
];

test.each(CONTROLS.map((code) => [code.toString(16), code]))(
  'R1.20 control character %s, raw and as a reference, is one U+FFFD',
  async (hex, code) => {
    for (const inside of [`a${String.fromCharCode(code)}b`, `a&#x${hex};b`, `a&#${code};b`, `a<![CDATA[${String.fromCharCode(code)}]]>b`]) {
      const { text, defects } = await subjectOf(inside);
      expect([text, defects.length]).toEqual(['a\ufffdb', 1]);
    }
  },
);

test.each([0xd800, 0xdbff, 0xdc00, 0xdfff].map((code) => [code.toString(16)]))('R1.21 half a pair (%s) is one U+FFFD', async (hex) => {
  expect((await subjectOf(`a&#x${hex};b`)).text).toBe('a\ufffdb');
});

test.each(NONCHARACTERS.map((code) => [code.toString(16), code]))(
  'R1.22 R1.23 non-character %s, raw and as a reference, is one U+FFFD',
  async (hex, code) => {
    for (const inside of [`a${String.fromCodePoint(code)}b`, `a&#x${hex};b`]) expect((await subjectOf(inside)).text).toBe('a\ufffdb');
  },
);

test.each([
  ['a pair of references is its character', '&#xD83D;&#xDE00;', '\u{1f600}'],
  ['one reference to it', '&#x1F600;', '\u{1f600}'],
  ['three bytes of half a pair', Buffer.from('eda080', 'hex'), '\ufffd\ufffd\ufffd'],
  ['above all planes', 'a&#x110000;b&#xFFFFFFFFFF;', 'a\ufffdb\ufffd'],
  ['nothing is decoded twice', '&amp;#x1; &amp;amp;', '&#x1; &amp;'],
  ['names that XML does not know, and lone ampersands', 'a&nbsp;b & c &x', 'a&nbsp;b & c &x'],
  ['the sign that we use ourselves', '\uf8ff1; &#xF8FF;', '\uf8ff1; \uf8ff'],
  ['text, CDATA and comments are one text', 'a<!-- & -->b<![CDATA[<c> & &#x1;]]>d', 'ab<c> & &#x1;d'],
  ['blanks stay', '  a ', '  a '],
  ['nothing', '', ''],
])('%s', async (_, inside, wanted) => {
  expect((await subjectOf(inside as string)).text).toBe(wanted);
});

const ODD = `<?xml version="1.0" encoding="utf-8"?><s:E xmlns:s="urn:s" a="x&#x1;&amp;y"><s:Subject>\u0001 &#xD83D;&#xDE00; \u{1f600} &nbsp;&amp;<![CDATA[ ]] <x> & ]]>end</s:Subject><s:MimeContent CharacterSet="UTF-8">${Buffer.from('Subject: \u00fc\r\n\r\nbody').toString('base64')}</s:MimeContent><s:Empty/><s:MimeContent/></s:E>`;
const shown = ({ name, namespace, attributes, children, text, bytes }: Element): unknown => [
  name,
  namespace,
  attributes,
  name === 'MimeContent' ? bytes?.toString() : text,
  children.map(shown),
];

test('an answer gives the same in whatever pieces it comes', async () => {
  const whole = Buffer.from(ODD);
  const wanted = shown(await read(whole));
  expect(JSON.stringify(wanted)).toContain('Subject: \u00fc');
  for (let at = 1; at < whole.length; at++)
    expect(shown(await readXml(Readable.from([whole.subarray(0, at), whole.subarray(at)])))).toEqual(wanted);
  expect(shown(await readXml(Readable.from([...whole].map((byte) => Buffer.from([byte])))))).toEqual(wanted);
});

test('bytes go to a sink while they arrive, and what it gives back is waited for', async () => {
  const content = Buffer.alloc(300_000, 'abc\u00fc');
  const xml = Buffer.from(`<r><Content>${content.toString('base64').replace(/.{76}/g, '$&\r\n')}</Content><n>1</n></r>`);
  const pieces = Array.from({ length: Math.ceil(xml.length / 1000) }, (_, at) => xml.subarray(at * 1000, at * 1000 + 1000));
  const got: Buffer[] = [];
  let [under, most] = [0, 0];
  const sink = {
    async write(bytes: Buffer) {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setImmediate(resolve));
      got.push(bytes);
      under--;
    },
  };
  const root = await readXml(Readable.from(pieces), () => sink);
  expect([Buffer.concat(got).equals(content), textOf(root, 'n'), most]).toEqual([true, '1', 1]);
  expect(child(root, 'Content')?.bytes).toBeUndefined();
});

test('UTF-16 and a declared character set are read', async () => {
  const xml = '<r><n>\u00fc\u20ac</n></r>';
  expect(textOf(await read(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(xml, 'utf16le')])), 'n')).toBe('\u00fc\u20ac');
  expect(textOf(await read(Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><r><n>\u00fc</n></r>', 'latin1')), 'n')).toBe('\u00fc');
});

test.each([
  ['a document type', '<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>', /document type/],
  ['101 levels', '<r>'.repeat(101) + '</r>'.repeat(101), /levels/],
  ['half an answer', '<r><a>', /unclosed/],
  ['nothing', '', /./],
  ['no XML', 'Service unavailable', /./],
  ['a character set that nobody knows', '<?xml version="1.0" encoding="x-none"?><r/>', /nobody knows/],
])('%s is refused', async (_, xml, problem) => {
  await expect(read(xml)).rejects.toMatchObject({ code: 'XML', message: expect.stringMatching(problem) as string });
});
