import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { createEmail, memoryVault } from '@mailwright/sdk';
import type { ErrorShown, FolderShown, MessageOpened, MessagesShown, TestEvent } from '../../api.ts';
import { startEditor, type Editor } from '../editor.ts';

let folder: string;
let world: Sandbox;
let editor: Editor;
const asked: string[] = [];
/** How often a session could have been opened anew. */
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailwright-editor-'));
  world = await startSandbox();
  const vault = memoryVault('sandbox', { password: world.user.password });
  editor = await startEditor({
    folder,
    data: join(folder, 'data'),
    version: 'test',
    createEmail(given) {
      made++;
      return createEmail({ ...given, vaults: [vault], ca: world.caFile });
    },
    images: (address) => {
      asked.push(address);
      return Promise.resolve({ type: 'image/png', bytes: Buffer.from('png') });
    },
  });
});
afterAll(async () => {
  await editor.close();
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const connect = (password: object = { credential: 'sandbox/password' }) => ({
  session: 'Default',
  server: {
    backend: 'imap',
    host: '{{ host }}',
    port: '{{ port }}',
    security: 'starttls',
    auth: { mode: 'basic', username: { insecure: world.user.address }, password },
  },
});
const variables = () => ({ host: world.host, port: world.imap.port });

async function raw(method: string, path: string, body?: unknown): Promise<Response> {
  const { origin, hash } = new URL(editor.url);
  return fetch(`${origin}/${path}`, {
    method,
    headers: { origin, authorization: `Bearer ${hash.replace('#token=', '')}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
const ask = async <T>(path: string, body: object): Promise<T> => {
  const text = await (await raw('POST', `api/${path}`, { connect: connect(), variables: variables(), ...body })).text();
  expect(text).not.toContain(world.user.password);
  return JSON.parse(text) as T;
};
const events = async (body: object): Promise<TestEvent[]> => {
  const text = await (await raw('POST', 'api/test', { connect: connect(), variables: variables(), ...body })).text();
  expect(text).not.toContain(world.user.password);
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TestEvent);
};

test('folders and messages come from a real session, and the second question signs in no more', async () => {
  const folders = await ask<FolderShown[]>('folders', {});
  expect(folders.map(({ path }) => path)).toContain('INBOX');
  const before = made;
  const found = await ask<MessagesShown>('messages', { folder: 'INBOX', limit: 5 });
  expect(made).toBe(before);
  expect(found.messages).toHaveLength(5);
  expect(found.count).toBeGreaterThanOrEqual(20);
  expect(found.more).toBe(false);
});

test('a filter with an expression is filled, and its plan says who does what', async () => {
  const filter = {
    op: 'and',
    of: [
      { op: 'contains', field: 'subject', value: '{{ word }}' },
      { op: 'matches', field: 'subject', pattern: 'nv' },
    ],
  };
  const found = await ask<MessagesShown>('messages', {
    folder: 'INBOX',
    limit: 50,
    filter,
    variables: { ...variables(), word: 'invoice' },
  });
  expect(found.count).toBe(found.messages.length);
  expect(found.count).toBeGreaterThan(0);
  expect(found.messages.every(({ subject }) => /invoice/i.test(subject))).toBe(true);
  expect(found.plan?.server).toContain('invoice');
  expect(found.plan?.here).toContain('nv');
});

test('a mail opens with its text, its HTML once, and its attachments as downloads', async () => {
  const { messages } = await ask<MessagesShown>('messages', { folder: 'INBOX', limit: 50 });
  let pages = 0;
  let downloads = 0;
  for (const { ref } of messages) {
    const mail = await ask<MessageOpened>('message', { ref });
    expect(typeof mail.text).toBe('string');
    if (mail.html !== undefined) {
      pages++;
      const page = await raw('GET', mail.html.slice(1));
      expect(page.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
      expect(await page.text()).not.toMatch(/<script|https?:\/\/[^<]*\.(png|gif)"/i);
      expect((await raw('GET', mail.html.slice(1))).status).toBe(404);
    }
    for (const { url } of mail.attachments) {
      const file = await raw('GET', `api/${url}`);
      expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''[^/\\"]+$/);
      expect(file.headers.get('content-type')).toBe('application/octet-stream');
      downloads += (await file.arrayBuffer()).byteLength;
    }
  }
  expect(pages).toBeGreaterThan(0);
  expect(downloads).toBeGreaterThan(0);
});

test('remote images of a mail come through us, asked for by a page that has no origin, and only where a person wanted them', async () => {
  const mailText = [
    'From: a@example.test',
    'Subject: with a remote image',
    'Content-Type: text/html',
    '',
    '<p>hello</p><img src="https://images.example.test/logo.png">',
  ].join('\r\n');
  world.store.deliver('a@example.test', [world.user.address], Buffer.from(mailText));
  const { messages } = await ask<MessagesShown>('messages', { folder: 'INBOX', limit: 1 });
  const mail = await ask<MessageOpened>('message', { ref: messages[0]?.ref });
  const plain = await (await raw('GET', String(mail.html).slice(1))).text();
  expect(plain).not.toContain('<img');
  expect(asked).toEqual([]);
  const page = await (await raw('GET', `${String(mail.html).slice(1)}?images=1`)).text();
  const image = /src="\/(mail-image\/[\w-]+\/0)"/.exec(page)?.[1];
  const { origin } = new URL(editor.url);
  const answer = await fetch(`${origin}/${String(image)}`, { headers: { origin: 'null' } });
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([200, 'image/png', 'png']);
  expect(asked).toEqual(['https://images.example.test/logo.png']);
});

test('the connection test tells its stages as they happen; a wrong password and a wrong form have their own words', async () => {
  const right = await events({});
  expect(right.at(-1)).toEqual({ event: 'end', ok: true });
  expect(right.filter(({ event }) => event === 'stage').length).toBeGreaterThan(4);
  const wrong = await events({ connect: connect({ insecure: 'canary-wrong-password' }) });
  expect(wrong).toContainEqual(expect.objectContaining({ stage: 'sign-in', state: 'failed', code: 'auth.rejected' }));
  expect(JSON.stringify(wrong)).not.toContain('canary-wrong');
  const unfit = await events({ connect: { server: { backend: 'imap' } } });
  const field = { code: 'input.invalid', message: 'server (imap): the field "host" is missing.', fix: 'Add "host" (Host): a text.' };
  expect(unfit).toEqual([{ event: 'end', ok: false, error: expect.objectContaining(field) as ErrorShown }]);
  const unfitFilter = await (
    await raw('POST', 'api/messages', {
      connect: connect(),
      variables: variables(),
      folder: 'INBOX',
      limit: 5,
      filter: { op: 'contains', field: 'subject', value: '' },
    })
  ).text();
  expect(unfitFilter).toContain('filter (contains), value: this may not be empty.');
  expect(unfitFilter).not.toMatch(/preview|form:|mailwright check/);
});

test('closing the stream cancels the test', async () => {
  const { origin, hash } = new URL(editor.url);
  const stop = new AbortController();
  const answer = await fetch(`${origin}/api/test`, {
    method: 'POST',
    signal: stop.signal,
    headers: { origin, authorization: `Bearer ${hash.replace('#token=', '')}` },
    body: JSON.stringify({ connect: connect(), variables: variables() }),
  });
  expect(answer.status).toBe(200);
  stop.abort();
  await expect(answer.text()).rejects.toThrow();
});
