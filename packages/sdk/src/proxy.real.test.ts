// Debian's tinyproxy and microsocks in front of Dovecot, Postfix and a provider: everything goes through, nothing around.
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { inspect } from 'node:util';
import type { Stage } from '@mailwright/core';
import { describeReal, startFaultProxy, startMicrosocks, startTinyproxy, type FaultProxy, type RealProxy } from '@mailwright/testing';
import { SignInStand } from './sign-in.test.fixture.ts';
import { diskStore } from './stores/disk.ts';

const LOGIN = { username: 'bot', password: 'canary-proxy-login' };
const START = {
  http: (options: Parameters<typeof startTinyproxy>[0]) => startTinyproxy(options),
  socks5: (options: Parameters<typeof startMicrosocks>[0]) => startMicrosocks(options),
};
/** The stand's own way to the provider is no way of a run. */
const OWN_WAY = { http: undefined } as object;
type Scheme = keyof typeof START;

describeReal('proxies', ['dovecot', 'postfix', 'openssl', 'tinyproxy', 'microsocks'], () => {
  let stand: SignInStand;
  /** In front of the servers: they note where connections come from. */
  let gates: { readonly imap: FaultProxy; readonly imaps: FaultProxy; readonly submission: FaultProxy; readonly submissions: FaultProxy };
  beforeAll(async () => {
    stand = await SignInStand.start({ postfix: true });
    const { imap, imaps, submission, submissions } = stand.world.ports;
    const [a, b, c, d] = await Promise.all([imap, imaps, submission, submissions].map((port) => startFaultProxy({ port })));
    gates = { imap: a, imaps: b, submission: c, submissions: d } as typeof gates;
  }, 60_000);
  afterAll(async () => {
    for (const gate of Object.values(gates)) await gate[Symbol.asyncDispose]();
    await stand.world.close();
  });
  beforeEach(() => {
    stand.begin();
    stand.identity.callers.length = 0;
    for (const { sources } of Object.values(gates)) (sources as string[]).length = 0;
  });
  afterEach(() => stand.end());

  const basic = { mode: 'basic', username: 'demo@example.test', password: { credential: 'v/password' } };
  const input = (security: 'tls' | 'starttls', proxy: unknown, auth: object = basic) => ({
    timeZone: 'UTC',
    server: { backend: 'imap', host: '127.0.0.1', port: security === 'tls' ? gates.imaps.port : gates.imap.port, security, auth },
    outgoing: { backend: 'smtp', host: '127.0.0.1', port: security === 'tls' ? gates.submissions.port : gates.submission.port, security },
    ...(proxy !== undefined && { proxy }),
  });
  const mail = { to: 'demo@example.test', subject: 'through a proxy', text: 'x' };
  const urlOf = (scheme: Scheme, { port }: RealProxy) => `${scheme}://127.0.0.1:${port}`;
  /** Where the connections to the mail servers came from. */
  const sources = () => [...new Set(Object.values(gates).flatMap((gate) => gate.sources))];
  /** Where a program asked the provider from; Dovecot asks it too, about tokens. */
  const askers = () => [
    ...new Set(stand.identity.callers.filter((one) => !one.endsWith('/introspect')).map((one) => one.replace(/ .*/, ''))),
  ];
  const process = () => stand.process({}, { proxy: LOGIN.password, wrong: 'canary-wrong-login' });

  describe.each(Object.keys(START) as Scheme[])('%s', (scheme) => {
    test.each(['tls', 'starttls'] as const)('R2.22 mail is read and sent through it alone, %s', async (security) => {
      await using proxy = await START[scheme]({});
      const email = process();
      await email.connect(input(security, urlOf(scheme, proxy)));
      await email.run('email.count', { folder: 'INBOX' });
      expect(await email.run('email.send', mail)).toMatchObject({ state: 'sent' });
      expect(sources()).toEqual([proxy.source]);
      // Both sides, and nothing else.
      expect(Object.values(gates).filter((gate) => gate.sources.length > 0)).toHaveLength(2);
    });

    test('R2.22 with a login from the vault; a sign-in goes through it too', async () => {
      await using proxy = await START[scheme]({ login: LOGIN });
      const setting = { url: urlOf(scheme, proxy), username: LOGIN.username, password: { credential: 'v/proxy' } };
      const auth = stand.generic('oauth-ropc', stand.identity.clients.ropc, { password: { credential: 'v/password' } });
      const email = stand.process(OWN_WAY, { proxy: LOGIN.password });
      await email.connect(input('tls', setting, auth));
      expect(await email.run('email.send', mail)).toMatchObject({ state: 'sent' });
      expect(stand.identity.grants).toEqual(['password']);
      expect([sources(), askers()]).toEqual([[proxy.source], [proxy.source]]);
    });

    test('only for sign-ins, or only for mail', async () => {
      await using proxy = await START[scheme]({});
      const auth = stand.generic('oauth-ropc', stand.identity.clients.ropc, { password: { credential: 'v/password' } });
      for (const only of ['sign-in', 'mail']) {
        await stand.end();
        stand.begin();
        stand.identity.callers.length = 0;
        for (const gate of Object.values(gates)) (gate.sources as string[]).length = 0;
        await stand.process(OWN_WAY).connect(input('tls', { url: urlOf(scheme, proxy), only }, auth));
        const [through, around] = only === 'mail' ? [sources(), askers()] : [askers(), sources()];
        expect([through, around]).toEqual([[proxy.source], ['127.0.0.1']]);
      }
    });

    test('the connection test says where it goes through', async () => {
      await using proxy = await START[scheme]({ login: LOGIN });
      const setting = { url: urlOf(scheme, proxy), username: LOGIN.username, password: { credential: 'v/proxy' } };
      const stages: Stage[] = [];
      const { ok } = await process().testConnection(input('starttls', setting), { onStage: (stage) => stages.push(stage) });
      expect(ok).toBe(true);
      const reach = stages.filter(({ stage }) => stage === 'reach').map(({ text }) => text);
      expect(reach).toEqual(
        [gates.imap, gates.submission].map(({ port }) => `Through the proxy 127.0.0.1:${proxy.port}, port ${port} answers.`),
      );
      expect(JSON.stringify(stages)).not.toContain(LOGIN.password);
    });

    test('a refused or missing login, a host that does not answer: who it was is told, and nobody goes around', async () => {
      await using proxy = await START[scheme]({ login: LOGIN });
      const url = urlOf(scheme, proxy);
      const failing = async (setting: unknown, given: object = input('tls', setting)) => {
        const report = await process().testConnection({ ...given, outgoing: undefined });
        return report.stages.find(({ state }) => state === 'failed');
      };
      expect(await failing(url)).toMatchObject({
        stage: 'reach',
        code: 'connection.proxy_login',
        text: expect.stringContaining('wants a user'),
      });
      const wrong = await failing({ url, username: 'bot', password: { credential: 'v/wrong' } });
      expect(wrong).toMatchObject({
        stage: 'reach',
        code: 'connection.proxy_login',
        text: expect.stringContaining('refused the login of bot'),
      });
      const right = { url, username: 'bot', password: { credential: 'v/proxy' } };
      const closed = { ...input('tls', right), server: { backend: 'imap', host: '127.0.0.1', port: 1, auth: basic } };
      expect(await failing(right, closed)).toMatchObject({ stage: 'reach', code: 'connection.host_unreachable' });
      expect(sources()).toEqual([]);
      await proxy[Symbol.asyncDispose]();
      expect(await failing(right)).toMatchObject({ stage: 'reach', code: 'connection.proxy_unreachable' });
      expect(sources()).toEqual([]);
    });
  });

  test('a proxy that lets only some ports through says no, and is named', async () => {
    await using proxy = await startTinyproxy({ only: [443] });
    const error: unknown = await process()
      .connect(input('tls', urlOf('http', proxy)))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'connection.proxy_blocked',
      details: { proxy: `127.0.0.1:${proxy.port}`, proxySaid: expect.stringMatching(/^403 /) },
    });
    expect(sources()).toEqual([]);
  });

  test.each(['tls', 'starttls'] as const)('an https proxy: TLS to the proxy, and %s to the server in it', async (security) => {
    await using proxy = await startTinyproxy({ login: LOGIN });
    const fronts: Server[] = [];
    /** The proxy behind TLS, with a certificate of the test world. */
    const setting = async (certificate: string) => {
      const pki = (kind: string) => readFileSync(join(stand.world.folder, 'pki', `${certificate}.${kind}`));
      const front = createServer({ key: pki('key'), cert: pki('pem') }, (client) => {
        const way = connect(proxy.port, '127.0.0.1');
        for (const one of [client, way])
          one.on('error', () => one.destroy()).on('close', () => [client, way].forEach((each) => each.destroy()));
        client.pipe(way).pipe(client);
      });
      await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
      fronts.push(front);
      const url = `https://localhost:${(front.address() as AddressInfo).port}`;
      return { url, username: LOGIN.username, password: { credential: 'v/proxy' } };
    };
    const email = process();
    await email.connect(input(security, await setting('server')));
    expect(await email.run('email.send', mail)).toMatchObject({ state: 'sent' });
    expect(sources()).toEqual([proxy.source]);
    const error: unknown = await email.connect(input(security, await setting('expired'))).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'connection.proxy_unreachable',
      message: expect.stringContaining('certificate of localhost has expired'),
    });
    await email.close();
    await Promise.all(fronts.map((front) => new Promise((resolve) => front.close(resolve))));
  });

  test('negative control: without the proxy the same mail comes from here', async () => {
    const email = process();
    await email.connect(input('tls', 'none'));
    await email.run('email.send', mail);
    expect(sources()).toEqual(['127.0.0.1']);
  });

  test('a password in the address works, warns, is saved nowhere and shown nowhere', async () => {
    await using proxy = await startTinyproxy({ login: LOGIN });
    const email = stand.process({ store: diskStore(join(stand.folder, 'sessions')) });
    const given = input('tls', `http://${LOGIN.username}:${LOGIN.password}@127.0.0.1:${proxy.port}`);
    const { warnings } = (await email.connect(given)) as { warnings: string[] };
    expect(warnings.join()).toMatch(/password of the proxy .* plain text/);
    await expect(email.save(given)).rejects.toMatchObject({ code: 'session.insecure_secret', details: { field: 'proxy' } });
    await proxy[Symbol.asyncDispose]();
    const error: unknown = await email.connect(given).catch((thrown: unknown) => thrown);
    expect(inspect(error, { depth: 8, showHidden: true }) + JSON.stringify(error)).not.toContain(LOGIN.password);
  });
});
