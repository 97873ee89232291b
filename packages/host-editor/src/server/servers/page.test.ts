import { isPublic } from './images.ts';
import { mailPage } from './page.ts';

const page = async (html: string, imagesAt?: string) =>
  (await mailPage(html, new Map([['logo', 'data:image/png;base64,AA==']]), imagesAt)).text;
const body = (text: string) => text.slice(text.indexOf('<body>') + '<body>'.length, text.indexOf('</body>'));

test.each([
  ['<script>alert(1)</script>x', 'x'],
  ['<img src=x onerror=alert(1)>', ''],
  ['<img src="https://track.example.test/p.gif">', ''],
  ['<img src="//track.example.test/p.gif">', ''],
  ['<img src="/mail-image/x/0">', ''],
  ['<img src="cid:logo" alt="L">', '<img src="data:image/png;base64,AA==" alt="L" />'],
  ['<div style="background:url(https://track.example.test/x);color:red">x</div>', '<div style="color:red">x</div>'],
  ['<style>@import url(https://track.example.test)</style><link rel=stylesheet href=https://track.example.test>x', 'x'],
  ['<form action="https://x.example.test"><input name=a><button>b</button></form>', 'b'],
  [
    '<iframe src="https://x.example.test"></iframe><object data=x></object><embed src=x><base href=https://x.example.test><meta http-equiv=refresh content="0;url=https://x.example.test">',
    '',
  ],
  ['<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>', '<span>x</span>'],
  ['<a href="javascript:alert(1)">x</a>', '<span>x</span>'],
])('nothing active and nothing remote: %s', async (html, safe) => {
  expect(body(await page(html))).toBe(safe);
});

test('a link says where it really leads, and no mail can pretend that', async () => {
  const text = body(
    await page(
      '<a href="https://evil.example.test/x" title="https://bank.example.test">bank</a><span class="l00" title="https://bank.example.test">y</span>',
    ),
  );
  expect(text).toMatch(/^<span class="l[0-9a-f]{18}" title="https:\/\/evil.example.test\/x">bank<\/span>/);
  expect(text).toContain('<span title="https://bank.example.test">y</span>');
});

test('remote images stand behind our own address, and only where asked', async () => {
  const { text, images } = await mailPage(
    '<img src="https://a.example.test/1.png"><img src="http://a.example.test/2.png">',
    new Map(),
    '/mail-image/x/',
  );
  expect(images).toEqual(['https://a.example.test/1.png']);
  expect(body(text)).toBe('<img src="/mail-image/x/0" />');
});

test.each([
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.31.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['::1', false],
  ['::ffff:10.0.0.1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['64:ff9b::a00:1', false],
  ['2002:a00:1::', false],
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
])('%s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});
