// Real DNS and real HTTPS on loopback: Debian's dnsmasq, and Node's own server with a certificate of ours.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Http } from '@mailwright/core';
import { httpsClient } from '@mailwright/network';
import { describeReal, freePorts, makeCertificates, program } from '@mailwright/testing';
import { createEmail, dnsOf, memoryStore } from '../index.ts';

const FILE = `<?xml version="1.0" encoding="UTF-8"?><clientConfig version="1.1"><emailProvider id="own.test">
  <incomingServer type="imap"><hostname>mail.own.test</hostname><port>993</port><socketType>SSL</socketType>
    <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>
  <outgoingServer type="smtp"><hostname>mail.own.test</hostname><port>465</port><socketType>SSL</socketType>
    <username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>`;

describeReal('discovery over the network', ['dnsmasq', 'openssl'], () => {
  let folder: string;
  let dnsmasq: ChildProcess;
  let servers: readonly string[];
  let https: Server;
  let http: Http;
  const paths: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mw-dns-'));
    makeCertificates(folder);
    const [port = 0] = await freePorts(1);
    servers = [`127.0.0.1:${port}`];
    dnsmasq = spawn(
      program('dnsmasq') ?? 'dnsmasq',
      [
        '--keep-in-foreground --no-resolv --no-hosts --no-poll --bind-interfaces --listen-address=127.0.0.1 --conf-file=/dev/null',
        `--port=${port} --pid-file=${join(folder, 'pid')} --local=/test/ --user=root`,
        '--mx-host=tenant.test,tenant-test.mail.protection.outlook.com,10',
        '--srv-host=_imaps._tcp.records.test,mail.records.test,993,1,1',
        '--srv-host=_submission._tcp.records.test,mail.records.test,587,1,1',
      ]
        .join(' ')
        .split(' '),
      { stdio: 'ignore' },
    );
    https = createServer(
      { key: readFileSync(join(folder, 'server.key')), cert: readFileSync(join(folder, 'server.pem')) },
      (request, response) => {
        const host = String(request.headers['x-asked-host']);
        paths.push(`${host} ${request.url}`);
        if (host === 'autoconfig.own.test') response.writeHead(200).end(FILE);
        else response.writeHead(301, { location: 'https://127.0.0.1:1/elsewhere' }).end();
      },
    ).listen(0, '127.0.0.1');
    await once(https, 'listening');
    const client = httpsClient({ ca: [readFileSync(join(folder, 'ca.pem'), 'utf8')] });
    // Names of the domain lead here; all else is as it is outside.
    http = ({ url, headers, ...rest }) => {
      const { host, pathname, search } = new URL(url);
      const here = `https://localhost:${(https.address() as AddressInfo).port}${pathname}${search}`;
      return client({ ...rest, url: here, headers: { ...headers, 'x-asked-host': host } });
    };
    await answering(servers);
  }, 30_000);
  afterAll(async () => {
    dnsmasq.kill('SIGTERM');
    https.closeAllConnections();
    await new Promise((done) => https.close(done));
    rmSync(folder, { recursive: true, force: true });
  });

  const find = async (address: string) => {
    await using email = createEmail({ store: memoryStore(), http });
    return email.discover(address, { dns: dnsOf(new AbortController().signal, servers) });
  };

  test('R1.32 MX, SRV and autoconfig are read from real servers', async () => {
    expect((await find('me@tenant.test')).candidates).toMatchObject([
      { source: 'mx', input: { server: { host: 'outlook.office365.com' } } },
    ]);
    expect((await find('me@records.test')).candidates).toMatchObject([
      { source: 'srv', input: { server: { host: 'mail.records.test' }, outgoing: { security: 'starttls' } }, notes: [] },
    ]);
    const own = await find('me@own.test');
    expect(own.candidates).toMatchObject([{ source: 'autoconfig', input: { server: { host: 'mail.own.test' } } }]);
    // A redirect is not followed.
    expect(own.asked.find(({ where }) => where.includes('.well-known'))?.state).toBe('nothing');
    expect(paths.join('\n')).not.toContain('me');
  }, 30_000);

  test('a domain without anything gives nothing, and says what was asked', async () => {
    const { candidates, asked } = await find('me@nothing.test');
    expect(candidates).toEqual([]);
    expect(asked.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'nothing'));
  }, 30_000);
});

async function answering(servers: readonly string[]): Promise<void> {
  const dns = dnsOf(new AbortController().signal, servers);
  for (let tries = 0; tries < 50; tries++) {
    const found = await dns.exchangers('tenant.test').catch(() => []);
    if (found.length > 0) return;
    await sleep(100);
  }
  throw new Error('dnsmasq does not answer');
}
