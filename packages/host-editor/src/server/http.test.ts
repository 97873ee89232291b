import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmail } from '@mailwright/sdk';
import { startEditor, type Editor } from './editor.ts';

let folder: string;
let editor: Editor;
let port: number;
let token: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailwright-editor-'));
  editor = await startEditor({ folder, data: join(folder, 'data'), version: 'test', createEmail: (given) => createEmail(given) });
  const url = new URL(editor.url);
  port = Number(url.port);
  token = url.hash.replace('#token=', '');
});
afterAll(async () => {
  await editor.close();
  await rm(folder, { recursive: true, force: true });
});

interface Given {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly origin?: string | undefined;
  readonly token?: string | undefined;
  readonly body?: string;
}
/** A client that sends exactly the headers it is told to, as an attacker's would. */
function send(given: Given): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }> {
  const { method = 'GET', path = '/api/boot', host = `127.0.0.1:${String(port)}`, origin, body } = given;
  const bearer = 'token' in given ? given.token : token;
  const headers = { host, ...(origin !== undefined && { origin }), ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) };
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers, setHost: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text })).once('error', reject);
    });
    asked.once('error', reject).end(body);
  });
}
const own = () => `http://127.0.0.1:${String(port)}`;
const save = (more: Given): Given => ({ method: 'PUT', path: '/api/settings', body: '{"keepValues":1}', ...more });

test('with the token, from the page, it answers', async () => {
  expect((await send({})).status).toBe(200);
  expect((await send(save({ origin: own() }))).status).toBe(200);
});

test.each<[string, () => Given, number]>([
  ['DNS rebinding: another host name', () => ({ host: 'evil.example.test' }), 403],
  ['DNS rebinding: another name with our port', () => ({ host: `evil.example.test:${String(port)}` }), 403],
  ['a name of the machine', () => ({ host: `localhost:${String(port)}` }), 403],
  ['the page itself under another name', () => ({ host: 'evil.example.test', path: '/' }), 403],
  ['a foreign origin that reads', () => ({ origin: 'https://evil.example.test' }), 403],
  ['a foreign origin that changes', () => save({ origin: 'https://evil.example.test' }), 403],
  ['another port of this machine', () => save({ origin: 'http://127.0.0.1:1' }), 403],
  ['the same port over https', () => save({ origin: own().replace('http:', 'https:') }), 403],
  ['the null origin of a sandboxed frame', () => save({ origin: 'null' }), 403],
  ['the null origin that reads', () => ({ origin: 'null' }), 403],
  ['the null origin at an image that was never given', () => ({ origin: 'null', token: undefined, path: '/mail-image/x/0' }), 404],
  ['the null origin that changes an image', () => ({ origin: 'null', method: 'POST', path: '/mail-image/x/0' }), 403],
  ['a change without an origin', () => save({}), 403],
  ['no token', () => ({ token: undefined }), 401],
  ['a wrong token', () => ({ token: 'x'.repeat(32) }), 401],
  ['a token that begins right', () => ({ token: token.slice(0, -1) }), 401],
  ['a token in the address', () => ({ token: undefined, path: `/api/boot?token=${token}` }), 401],
  ['a mail page that was never given', () => ({ token: undefined, path: '/mail/x' }), 404],
  ['a way out of the page folder', () => ({ path: '/../package.json' }), 404],
  ['an encoded way out', () => ({ path: '/..%2f..%2fpackage.json' }), 404],
  ['a path that cannot be decoded', () => ({ path: '/api/automations/%E0%A4%A' }), 404],
  ['a body that is no JSON', () => save({ origin: own(), body: '{' }), 400],
  ['a body of more than 1 MB', () => save({ origin: own(), body: JSON.stringify({ x: 'x'.repeat(1024 * 1024) }) }), 400],
])('refused: %s', async (_, given, status) => {
  const answer = await send(given());
  expect(answer.status).toBe(status);
  if (status === 403 || status === 401) expect(answer.text).toBe('');
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
});

test('every answer carries the policy, and data is not stored', async () => {
  for (const path of ['/', '/api/boot', '/nothing']) {
    const { headers } = await send({ path });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  }
  expect((await send({})).headers['cache-control']).toBe('no-store');
  expect((await send({ path: '/' })).text).not.toContain(token);
});

test('other pages get no leave to ask: a preflight is refused', async () => {
  const answer = await send({ method: 'OPTIONS', origin: 'https://evil.example.test', token: undefined });
  expect(answer.status).toBe(403);
});

test('only this machine is listened to, and each start has another token', async () => {
  await expect(
    new Promise((resolve, reject) => {
      const socket = connect({ host: '::1', port }, () => resolve(socket.end()));
      socket.once('error', reject);
    }),
  ).rejects.toMatchObject({ code: expect.stringMatching(/ECONNREFUSED|EADDRNOTAVAIL|EAFNOSUPPORT|ENETUNREACH/) as string });
  const other = await startEditor({ folder, data: join(folder, 'data'), version: 'test', createEmail: (given) => createEmail(given) });
  expect(new URL(other.url).hash).not.toBe(`#token=${token}`);
  expect(token.length).toBeGreaterThanOrEqual(32);
  await other.close();
});
