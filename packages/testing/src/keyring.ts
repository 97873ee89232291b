import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** The variables by which a program finds a session bus and its keyring. */
export interface KeyringWorld {
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A session bus of its own with Debian's gnome-keyring, its files in a folder. Without a password the keyring stays locked, if it has one. */
export async function startKeyring(folder: string, password?: string): Promise<KeyringWorld> {
  const runtime = join(folder, 'run');
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  const around = { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_RUNTIME_DIR: runtime, XDG_DATA_HOME: join(folder, 'data') };
  const address = `unix:path=${join(runtime, 'bus')}`;
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address', `--address=${address}`], {
    env: around,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await firstLine(bus);
  const environment = { ...around, DBUS_SESSION_BUS_ADDRESS: address };
  const unlock = password === undefined ? [] : ['--unlock'];
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--components=secrets', ...unlock], {
    env: environment,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  daemon.stdin?.end(password ?? '');
  while (!(await hasKeyring(environment))) await sleep(20);
  return {
    environment,
    async close() {
      for (const child of [daemon, bus]) await ended(child);
    },
  };
}

/** A session bus that takes connections and says nothing. */
export async function startSilentBus(folder: string): Promise<KeyringWorld> {
  const path = join(folder, 'silent-bus');
  const callers = new Set<Socket>();
  const server = createServer((caller) => callers.add(caller.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    environment: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}`, XDG_RUNTIME_DIR: folder },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const caller of callers) caller.destroy();
      }),
  };
}

/** Asked without starting one: the bus would start a keyring by itself for whoever calls it. */
function hasKeyring(env: Readonly<Record<string, string>>): Promise<boolean> {
  const question = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner'];
  return new Promise((resolve, reject) => {
    execFile('dbus-send', [...question, 'string:org.freedesktop.secrets'], { env }, (error, said) => {
      if (error) reject(error);
      else resolve(said.includes('true'));
    });
  });
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
    if (child.stdout) createInterface(child.stdout).once('line', resolve);
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill();
  });
}
