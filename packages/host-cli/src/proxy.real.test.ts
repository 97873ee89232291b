// A bot on a machine of a company: names lead nowhere but at the proxy, the certificate authority is in the system's store, and the password
// is in a vault that is reached by https. Only the environment says so.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeReal,
  startFaultProxy,
  startMailWorld,
  startNamingProxy,
  startTinyproxy,
  type FaultProxy,
  type MailWorld,
} from '@mailwright/testing';
import { MAIN } from './cli.test.fixture.ts';

const PASSWORD = 'canary-behind-the-proxy';
const LOGIN = { username: 'bot', password: 'canary-company-proxy' };
const [IMAP, SMTP, VAULT] = ['imap.behind.example.test', 'smtp.behind.example.test', 'vault.behind.example.test'];

describeReal('behind a proxy', ['dovecot', 'postfix', 'openssl', 'tinyproxy'], () => {
  let world: MailWorld;
  let home: string;
  let gates: FaultProxy[];
  const vaultCallers: string[] = [];
  const vault = createServer();
  beforeAll(async () => {
    world = await startMailWorld({ users: { demo: PASSWORD }, postfix: true });
    home = mkdtempSync(join(tmpdir(), 'home-'));
    gates = await Promise.all([world.ports.imaps, world.ports.submission].map((port) => startFaultProxy({ port })));
    const pki = (name: string) => readFileSync(join(world.folder, 'pki', name));
    vault.setSecureContext({ key: pki('server.key'), cert: pki('server.pem') });
    vault.on('connection', (socket) => vaultCallers.push((socket as Socket).remoteAddress ?? ''));
    vault.on('request', (request, response) => {
      const found = request.url === '/v1/secret/data/mail' && request.headers['x-vault-token'] === 'canary-vault-token';
      response.writeHead(found ? 200 : 403, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found ? { data: { data: { password: PASSWORD } } } : { errors: ['permission denied'] }));
    });
    await new Promise<void>((resolve) => vault.listen(0, '127.0.0.1', resolve));
    const settings = { kind: 'hashicorp', id: 'corp', address: `https://${VAULT}:8200`, token: { credential: 'environment/vault-token' } };
    writeFileSync(join(home, 'vaults.json'), JSON.stringify({ vaults: [settings] }), { mode: 0o600 });
  }, 60_000);
  afterAll(async () => {
    await new Promise((resolve) => vault.close(resolve));
    for (const gate of gates) await gate[Symbol.asyncDispose]();
    await world.close();
    rmSync(home, { recursive: true, force: true });
  });

  const names = () => ({
    [`${IMAP}:993`]: gates[0]?.port ?? 0,
    [`${SMTP}:587`]: gates[1]?.port ?? 0,
    [`${VAULT}:8200`]: (vault.address() as AddressInfo).port,
  });
  const INPUT = {
    timeZone: 'UTC',
    server: {
      backend: 'imap',
      host: IMAP,
      auth: { mode: 'basic', username: 'demo@example.test', password: { credential: 'corp/mail#password' } },
    },
    outgoing: { backend: 'smtp', host: SMTP, port: 587, security: 'starttls' },
  };
  /** A connection test in a process of its own, in this environment and no other. */
  const tested = async (environment: Readonly<Record<string, string>>) => {
    const child = spawn(process.execPath, [MAIN, 'test-connection', '--input', '-', '--json', '--send-to', 'demo@example.test'], {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        MAILWRIGHT_HOME: join(home, 'data'),
        MAILWRIGHT_VAULTS: join(home, 'vaults.json'),
        MAILWRIGHT_SECRET_VAULT_TOKEN: 'canary-vault-token',
        SSL_CERT_FILE: world.caFile,
        ...environment,
      },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    child.stdin.end(JSON.stringify(INPUT));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    expect(out + err).not.toContain('canary-');
    return { code, out, err };
  };
  const sources = () => [...gates.flatMap((gate) => gate.sources), ...vaultCallers];

  test('mail and vault by the environment alone, trusted by the system', async () => {
    await using naming = await startNamingProxy(names());
    await using proxy = await startTinyproxy({ login: LOGIN, behind: naming.port });
    const url = `http://${LOGIN.username}:${LOGIN.password}@127.0.0.1:${proxy.port}`;
    for (const environment of [{ ALL_PROXY: url }, { MAILWRIGHT_PROXY: url, ALL_PROXY: 'http://127.0.0.1:1' }]) {
      naming.asked.length = 0;
      const { code, out, err } = await tested(environment);
      expect([code, err]).toEqual([0, expect.any(String)]);
      expect(out.match(/Through the proxy 127\.0\.0\.1:\d+, port (993|587) answers\./g)).toHaveLength(2);
      expect([...new Set(naming.asked)].sort()).toEqual(Object.keys(names()).sort());
      expect(proxy.log()).toContain(`CONNECT ${IMAP}:993`);
    }
    // All of it came from the proxy behind the proxy.
    expect(new Set(sources())).toEqual(new Set(['127.0.0.11']));
  }, 60_000);

  test('HTTPS_PROXY is for the vault alone; without a proxy for mail its name leads nowhere', async () => {
    await using naming = await startNamingProxy(names());
    const { code, out } = await tested({ HTTPS_PROXY: `http://127.0.0.1:${naming.port}` });
    expect([code, [...new Set(naming.asked)]]).toEqual([1, [`${VAULT}:8200`]]);
    expect(out).toContain(`There is no host named ${IMAP}.`);
  }, 60_000);

  test('negative controls: a store without this authority, and no proxy at all', async () => {
    await using naming = await startNamingProxy(names());
    const proxied = { ALL_PROXY: `http://127.0.0.1:${naming.port}` };
    const { code, out } = await tested({ ...proxied, SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' });
    expect([code, out]).toEqual([1, expect.stringContaining(`The certificate of ${VAULT} is not trusted`)]);
    naming.asked.length = 0;
    const alone = await tested({});
    expect([alone.code, alone.out, naming.asked]).toEqual([1, expect.stringContaining(`There is no host named ${VAULT}`), []]);
  }, 60_000);
});
