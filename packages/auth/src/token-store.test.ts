import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenRecord } from '@mailwright/core';
import { tokenSource } from './token-source.ts';
import { tokensInMemory, tokensOnDisk } from './token-store.ts';
import { silence } from './context.test.fixture.ts';

// Off on Windows, which has no such modes: the profile's own access rules protect the files.
const posix = process.platform === 'win32' ? test.skip : test;
let folder: string;
beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), 'tokens-')), 'in')));
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const store = (more: { patience?: number; key?: number } = {}) =>
  tokensOnDisk({
    folder,
    key: () => Promise.resolve(Buffer.alloc(32, more.key ?? 1)),
    log: silence,
    ...(more.patience !== undefined && { patience: more.patience }),
  });
const record = (accessToken: string, seconds = 3600): TokenRecord => ({
  accessToken,
  refreshToken: `refresh-of-${accessToken}`,
  issuedAt: Date.now(),
  expiresAt: Date.now() + seconds * 1000,
});
const live = { signal: new AbortController().signal };

test('what is stored is sealed, and read again by another process', async () => {
  await store().change('k', () => Promise.resolve(record('access-token-one')));
  expect(await store().load('k')).toMatchObject({ accessToken: 'access-token-one', refreshToken: 'refresh-of-access-token-one' });
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'latin1')).not.toContain('token-one');
  await expect(store({ key: 2 }).load('k')).rejects.toMatchObject({ code: 'vault.locked' });
});

posix('a looser mode and a link are refused', async () => {
  await store().change('k', () => Promise.resolve(record('a')));
  chmodSync(join(folder, 'k.db'), 0o644);
  await expect(store().load('k')).rejects.toMatchObject({ code: 'vault.unsafe_file' });
  rmSync(join(folder, 'k.db'));
  symlinkSync('/dev/null', join(folder, 'k.db'));
  await expect(store().load('k')).rejects.toMatchObject({ code: 'vault.unsafe_file' });
});

test('one changes it at a time; whoever waits too long is told', async () => {
  const order: string[] = [];
  const change = (name: string) =>
    store().change('k', async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(`${name} out`);
      return record(name);
    });
  await Promise.all(['a', 'b', 'c'].map(change));
  for (let at = 0; at < order.length; at += 2) expect(order[at + 1]).toBe(order[at]?.replace('in', 'out'));
  const { promise, resolve } = Promise.withResolvers<TokenRecord>();
  const holder = store().change('k', () => promise);
  await new Promise((done) => setTimeout(done, 100));
  await expect(store({ patience: 100 }).change('k', () => promise)).rejects.toMatchObject({ code: 'vault.lock_timeout' });
  resolve(record('d'));
  await holder;
});

test('whoever only reads waits for whoever writes, at every moment of both', async () => {
  await store().change('k', () => Promise.resolve(record('first')));
  const writing = Promise.all(Array.from({ length: 40 }, (_, n) => store().change('k', () => Promise.resolve(record(`t${n}`)))));
  const reading = Promise.all(Array.from({ length: 200 }, () => store().load('k')));
  expect((await reading).filter((one) => one === undefined)).toEqual([]);
  await writing;
});

describe('a source of tokens', () => {
  test('many callers, one question; what is refused is renewed once', async () => {
    const tokens = tokensInMemory();
    let asked = 0;
    const source = () => tokenSource('k', { tokens, ...live }, () => Promise.resolve(record(`token-${++asked}`)));
    const [first, second] = [source(), source()];
    await Promise.all([first(), second(), first()]);
    expect(asked).toBe(1);
    const fresh = await Promise.all([first({ fresh: true }), second({ fresh: true })]);
    expect([asked, ...fresh.map(({ value }) => value.reveal())]).toEqual([2, 'token-2', 'token-2']);
  });

  test('one that ends soon is renewed, whatever the clock of the provider says', async () => {
    const tokens = tokensInMemory();
    let asked = 0;
    const source = tokenSource('k', { tokens, ...live }, () => Promise.resolve(record(`token-${++asked}`, asked === 1 ? 0.001 : 3600)));
    await source();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await source();
    await source();
    expect(asked).toBe(2);
  });

  test('that somebody must sign in is remembered: a thousand polls, one question', async () => {
    const tokens = tokensInMemory();
    await tokens.change('k', () => Promise.resolve(record('old', -1)));
    let asked = 0;
    const { EmailError } = await import('@mailwright/core');
    const refuse = () => {
      asked++;
      return Promise.reject(new EmailError('auth.sign_in_needed', { username: 'me', provider: 'p' }));
    };
    const source = tokenSource('k', { tokens, ...live }, refuse);
    for (let poll = 0; poll < 1000; poll++) await expect(source()).rejects.toMatchObject({ code: 'auth.sign_in_needed' });
    expect(asked).toBe(1);
    const person = tokenSource('k', { tokens, ...live }, () => Promise.resolve(record('new')), { retry: true });
    expect((await person()).value.reveal()).toBe('new');
    expect((await source()).value.reveal()).toBe('new');
  });

  test('a record is for the secrets that it was had with: others ask anew, and none is in it', async () => {
    const tokens = tokensInMemory();
    const changes: boolean[] = [];
    const source = (secret: string) =>
      tokenSource(
        'k',
        { tokens, ...live },
        (_, changed) => {
          changes.push(changed);
          return Promise.resolve(record(`token-${changes.length}`));
        },
        { secrets: [secret] },
      );
    const value = async (secret: string) => (await source(secret)()).value.reveal();
    expect([await value('first-one'), await value('first-one'), await value('second-one')]).toEqual(['token-1', 'token-1', 'token-2']);
    expect(changes).toEqual([false, true]);
    const [again, other] = await Promise.all([value('first-one'), value('second-one')]);
    expect(again).not.toBe(other);
    expect(JSON.stringify(await tokens.load('k'))).not.toMatch(/(first|second)-one"/);
  });

  test('a sign-in that is begun anew and not finished leaves what there was', async () => {
    const tokens = tokensInMemory();
    await tokenSource('k', { tokens, ...live }, () => Promise.resolve(record('good')))();
    const { EmailError } = await import('@mailwright/core');
    const declined = () => Promise.reject(new EmailError('auth.consent_required', { username: 'me', provider: 'p', scopes: [] }));
    await expect(tokenSource('k', { tokens, ...live }, declined, { retry: true, anew: true })()).rejects.toMatchObject({
      code: 'auth.consent_required',
    });
    expect((await tokenSource('k', { tokens, ...live }, declined)()).value.reveal()).toBe('good');
  });

  test('a provider that is away does not stop a bot whose token is good for a while; one that has ended does', async () => {
    const tokens = tokensInMemory();
    const { EmailError } = await import('@mailwright/core');
    const away = () => Promise.reject(new EmailError('auth.provider_unavailable', { provider: 'p', problem: 'x' }));
    const soon = { ...record('token', 120), issuedAt: Date.now() - 3_600_000 };
    await tokenSource('k', { tokens, ...live }, () => Promise.resolve(soon))();
    const source = tokenSource('k', { tokens, ...live }, away);
    expect((await source()).value.reveal()).toBe('token');
    // But not one that the server has refused.
    await expect(source({ fresh: true })).rejects.toMatchObject({ code: 'auth.provider_unavailable' });
    await tokens.change('k', (found) => Promise.resolve({ ...(found as TokenRecord), expiresAt: Date.now() + 5000 }));
    await expect(source()).rejects.toMatchObject({ code: 'auth.provider_unavailable' });
  });

  test('what keeps an application out is told of its record, and asked again; a removed record is gone', async () => {
    const { EmailError } = await import('@mailwright/core');
    let asked = 0;
    const refuse = () => {
      asked++;
      return Promise.reject(new EmailError('auth.client_secret_expired', { clientId: 'c' }));
    };
    const source = tokenSource('k', { tokens: store(), ...live }, refuse, { retry: true });
    for (let time = 1; time <= 2; time++) await expect(source()).rejects.toMatchObject({ code: 'auth.client_secret_expired' });
    expect([asked, await store().load('k')]).toEqual([
      2,
      expect.objectContaining({ blocked: { code: 'auth.client_secret_expired', details: { clientId: 'c' } } }),
    ]);
    await store().remove('k');
    await store().remove('never');
    expect(await store().load('k')).toBeUndefined();
  });
});
