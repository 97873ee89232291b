import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './ports.ts';
import { program } from './real.ts';

export interface ProxyLogin {
  readonly username: string;
  readonly password: string;
}
/** A real proxy on loopback. */
export interface RealProxy extends AsyncDisposable {
  readonly port: number;
  /** The address that its own connections come from: whoever comes from another did not come through it. */
  readonly source: string;
  /** What it wrote down. */
  log(): string;
}
export interface TinyproxyOptions {
  readonly login?: ProxyLogin;
  /** Ports that it connects to; all if left out. */
  readonly only?: readonly number[];
  /** Port of a proxy on loopback that it asks for names below `behind.example.test`. */
  readonly behind?: number;
}

/** Debian's tinyproxy: HTTP CONNECT. */
export async function startTinyproxy({ login, only = [], behind }: TinyproxyOptions = {}): Promise<RealProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'tp-'));
  const [port = 0] = await freePorts(1);
  const [source, log] = ['127.0.0.9', join(folder, 'log')];
  const lines = [
    `Port ${port}`,
    'Listen 127.0.0.1',
    `Bind ${source}`,
    `LogFile "${log}"`,
    'LogLevel Connect',
    'Timeout 60',
    ...(login ? [`BasicAuth ${login.username} ${login.password}`] : []),
    ...only.map((one) => `ConnectPort ${one}`),
    ...(behind === undefined ? [] : [`Upstream http 127.0.0.1:${behind} ".behind.example.test"`]),
  ];
  const config = join(folder, 'tinyproxy.conf');
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const child = spawn(program('tinyproxy') ?? 'tinyproxy', ['-d', '-c', config], { stdio: 'ignore' });
  return running(child, port, source, () => readFileSync(log, 'utf8'), folder);
}

/** Debian's microsocks: SOCKS5. */
export async function startMicrosocks({ login }: { readonly login?: ProxyLogin } = {}): Promise<RealProxy> {
  const [port = 0] = await freePorts(1);
  const source = '127.0.0.10';
  const signIn = login ? ['-u', login.username, '-P', login.password] : [];
  const args = ['-i', '127.0.0.1', '-p', String(port), '-b', source, ...signIn];
  const child = spawn(program('microsocks') ?? 'microsocks', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk) => (said += String(chunk)));
  return running(child, port, source, () => said);
}

/** A program until it is closed; it is there once its port answers, for which it has so many looks, 25 ms apart. */
export async function running(
  child: ChildProcess,
  port: number,
  source: string,
  log: () => string,
  folder?: string,
  looks = 1600,
): Promise<RealProxy> {
  const kill = () => child.kill('SIGTERM');
  process.once('exit', kill);
  const close = async () => {
    process.off('exit', kill);
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      kill();
      await Promise.race([gone, sleep(10_000, undefined, { ref: false })]);
    }
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < looks && child.exitCode === null; tries++) {
    if (await answers(port)) return { port, source, log, [Symbol.asyncDispose]: close };
    await sleep(25);
  }
  await close();
  throw new Error(`nothing listens on port ${port}`);
}

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(Boolean(socket.destroy())));
    socket.once('error', () => resolve(false));
  });

/** A proxy that alone knows where names lead: `host:port` to a port on loopback. Others get 502. */
export async function startNamingProxy(
  names: Readonly<Record<string, number>>,
): Promise<AsyncDisposable & { readonly port: number; readonly asked: string[] }> {
  const asked: string[] = [];
  const open = new Set<Socket>();
  const server = createHttp((_, response) => response.writeHead(405).end()).on('connect', ({ url = '' }, client: Socket) => {
    asked.push(url);
    const port = names[url];
    if (port === undefined) return void client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const way = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.11' }, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      way.pipe(client).pipe(way);
    });
    for (const one of [way, client]) {
      open.add(one);
      one.on('error', () => one.destroy()).on('close', () => open.delete(one));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
