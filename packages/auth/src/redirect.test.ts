import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EmailError } from '@mailwright/core';
import { redirected, type Awaited, type Returned } from './redirect.ts';

interface Trial {
  readonly end: Promise<Returned>;
  /** The address that was registered, with its port. */
  readonly uri: string;
}

async function begun(uri = 'http://127.0.0.1/Callback', awaited: Partial<Awaited> = {}): Promise<Trial> {
  const { promise: registered, resolve } = Promise.withResolvers<string>();
  const refused = (error: string) => new EmailError('auth.cancelled', { because: error });
  const end = redirected(
    uri,
    { state: 'the-state', issuer: 'https://login.test', signal: new AbortController().signal, patience: 20_000, refused, ...awaited },
    (whole) => Promise.resolve(resolve(whole)),
  );
  end.catch(() => undefined);
  return { end, uri: await Promise.race([registered, end.then(() => '')]) };
}

const visit = (uri: string, answer: Record<string, string>) => fetch(`${uri}?${String(new URLSearchParams(answer))}`);
const good = { state: 'the-state', code: 'the-code', iss: 'https://login.test' };

test('an answer with another state or issuer is refused, and the right one is still waited for', async () => {
  const { uri, end } = await begun();
  for (const wrong of [{ ...good, state: 'another' }, { code: 'the-code' }, { ...good, iss: 'https://evil.test' }]) {
    const answer = await visit(uri, wrong as Record<string, string>);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('does not belong to the sign-in')]);
  }
  expect((await visit(uri.replace('/Callback', '/callback'), good)).status).toBe(404);
  expect((await visit(uri, good)).status).toBe(200);
  expect(await end).toEqual({ code: 'the-code' });
});

test('an issuer that the provider does not name is no mistake', async () => {
  const { uri, end } = await begun();
  await visit(uri, { state: good.state, code: good.code });
  expect(await end).toEqual({ code: 'the-code' });
});

test('after one answer nobody listens any more', async () => {
  const { uri, end } = await begun();
  await visit(uri, good);
  await end;
  await expect(visit(uri, good)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});

test('a refusal ends it with the words of the provider, and nobody listens any more', async () => {
  const { uri, end } = await begun();
  const answer = await visit(uri, { state: good.state, error: 'access_denied', error_description: '<script>alert(1)</script>' });
  expect(await answer.text()).not.toContain('script');
  await expect(end).rejects.toMatchObject({ code: 'auth.cancelled', details: { because: 'access_denied' } });
  await expect(visit(uri, good)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});

test('where nobody answers, the waiting and the listening end', async () => {
  const { uri, end } = await begun(undefined, { patience: 200 });
  await expect(end).rejects.toMatchObject({ code: 'auth.cancelled', details: { because: 'nobody finished it in time' } });
  await expect(visit(uri, good)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});

test('stopping ends the waiting and the listening', async () => {
  const stop = new AbortController();
  const { uri, end } = await begun(undefined, { signal: stop.signal });
  stop.abort();
  await expect(end).rejects.toMatchObject({ code: 'auth.cancelled', details: { because: 'it was stopped' } });
  await expect(visit(uri, good)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
});

test('R1.12 a port that is taken is told by its number', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  try {
    await expect(begun(`http://127.0.0.1:${port}/Callback`)).rejects.toMatchObject({ code: 'auth.redirect_busy', details: { port } });
  } finally {
    other.close();
  }
});

test.each(['https://localhost:8888/Callback', 'http://elsewhere.example.com/Callback', 'http://localhost.evil.test/', 'not a uri'])(
  'R1.68 %s leads away from this machine and is refused',
  async (uri) => {
    await expect(begun(uri)).rejects.toMatchObject({ code: 'input.invalid', details: { path: 'redirectUri' } });
  },
);
