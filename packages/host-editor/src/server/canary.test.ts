import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AutomationOpened, MessageOpened, MessagesShown, RunListed } from '../api.ts';
import { isPaused, startStand, type Stand } from './runs/stand.test.fixture.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
}, 30_000);
afterAll(async () => stand?.[Symbol.asyncDispose]());

const ROUTE = /(router|unlocked)\.on\('([A-Z]+)', '([^']+)'/g;
/** Every route of the server, as its sources name them. */
function routes(): string[] {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test|fixture)\.ts$/.test(name),
  );
  return files
    .flatMap((name) => [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(ROUTE)])
    .map(([, router = '', method = '', pattern = '']) => `${method} ${router === 'unlocked' ? '/' : ''}${pattern}`);
}

/** Asks as the page does, notes which route it was, and keeps all that is answered. */
class Asker {
  readonly asked = new Set<string>();
  said = '';
  async ask(route: string, named: Readonly<Record<string, string | number>> = {}, body?: unknown, query = ''): Promise<unknown> {
    this.asked.add(route);
    const [method = '', pattern = ''] = route.split(' ');
    const path = pattern.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(named[name] ?? ''));
    const { origin, hash } = new URL(stand.editor.url);
    const answer = await fetch(`${origin}${path.startsWith('/') ? '' : '/api/'}${path}${query}`, {
      method,
      headers: { origin, authorization: `Bearer ${hash.slice('#token='.length)}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    this.said += `${[...answer.headers].join()}\n${text}\n`;
    if (!answer.headers.get('content-type')?.includes('json') || text === '') return undefined;
    return JSON.parse(text.trim().split('\n').at(-1) ?? 'null') as unknown;
  }
}

test('no route of the server ever says a secret, whatever is asked of it', async () => {
  const secret = stand.world.user.password;
  const page = new Asker();
  const to = page.ask.bind(page);
  const server = {
    backend: 'imap',
    host: '{{ host }}',
    port: '{{ imapPort }}',
    security: 'starttls',
    auth: { mode: 'basic', username: stand.world.user.address, password: { credential: 'sandbox/password' } },
  };
  const asked = { connect: { session: 'Default', server }, variables: stand.variables };
  const wrong = { ...asked, connect: { server: { ...server, auth: { ...server.auth, password: { variable: 'typed' } } } } };

  for (const route of ['GET boot', 'GET settings', 'GET automations', 'GET vaults', 'GET connections', 'GET sessions', 'GET runs'])
    await to(route);
  await to('PUT settings', {}, { keepValues: 1 });
  await to('PUT vaults/:vault/:key', { vault: 'sandbox', key: 'new#password' }, { value: 'canary-typed-secret' });
  await to('PUT sessions/:name', { name: 'Team' }, { connect: { server } });
  await to(
    'PUT sessions/:name',
    { name: 'Plain' },
    { connect: { server: { ...server, auth: { ...server.auth, password: { insecure: 'canary-typed-secret' } } } } },
  );
  const auth = {
    mode: 'oauth-pkce',
    provider: 'google',
    clientId: 'x',
    clientSecret: { credential: 'sandbox/password' },
    username: 'me@example.test',
  };
  await to('PUT connections/:name', { name: 'Team' }, { auth });
  await Promise.allSettled([
    to('POST test', {}, asked),
    to('POST test', {}, { ...wrong, variables: { ...stand.variables, typed: { insecure: 'canary-typed-secret' } } }),
  ]);
  await to('POST folders', {}, asked);
  const listed = (await to('POST messages', {}, { ...asked, folder: 'INBOX', limit: 20 })) as MessagesShown;
  const ref = listed.messages.find(({ hasAttachments }) => hasAttachments)?.ref;
  const mail = (await to('POST message', {}, { ...asked, ref })) as MessageOpened;
  const [, , id = ''] = mail.attachments[0]?.url.split('/').slice(-3) ?? [];
  await to('GET attachments/:mail/:index', { mail: mail.attachments[0]?.url.split('/').at(-2) ?? '', index: id });
  await to('GET /mail/:page', { page: 'nothing' });
  await to('GET /mail-image/:page/:index', { page: 'nothing', index: 1 });
  await to('POST discover', {}, { address: 'nobody' });

  const opened = (await to('GET automations/:file', { file: 'invoices.steps.yaml' })) as AutomationOpened;
  await to('POST check', {}, { file: opened.file, content: opened.content });
  await to('PUT automations/:file', { file: opened.file }, { revision: opened.revision, content: opened.content });
  const copy = (await to('POST automations', {}, { name: 'Copy', copyOf: opened.file })) as AutomationOpened;
  await to('GET files/:file', { file: copy.file });
  await to('DELETE automations/:file', { file: copy.file });

  const run = { file: opened.file, variables: stand.variables };
  const held = (await to('POST runs', {}, { ...run, mode: 'run', breakpoints: ['save'] })) as RunListed;
  await stand.lines(held.run, isPaused);
  await to('GET runs/:run/names', held as never);
  await to('PUT runs/:run/breakpoints', held as never, ['reply']);
  await to('POST runs/:run/step', held as never);
  await to('POST runs/:run/pause', held as never);
  await to('POST runs/:run/continue', held as never);
  await to('POST runs/:run/stop', held as never);
  for (const step of ['connect', 'save', 'each']) await to('GET runs/:run/values/:step', { run: held.run, step });
  await to('GET runs/:run/events', { run: held.run });
  const failing = (await to('POST runs', {}, { ...run, mode: 'run', variables: { ...stand.variables, imapPort: 1 } })) as RunListed;
  await to('GET runs/:run/events', { run: failing.run });

  await to('POST connections/:name/sign-in', { name: 'Nothing' });
  await to('POST demo/reset');
  await to('DELETE connections/:name', { name: 'Team' });
  await to('DELETE sessions/:name', { name: 'Team' });
  await to('DELETE vaults/:vault/:key', { vault: 'sandbox', key: 'new#password' });

  expect(routes().filter((route) => !page.asked.has(route))).toEqual([]);
  expect(page.said).toContain('127.0.0.1');
  for (const value of [secret, 'canary-typed-secret'])
    for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64'), Buffer.from(value).toString('hex')])
      expect(page.said.includes(form)).toBe(false);
}, 60_000);
