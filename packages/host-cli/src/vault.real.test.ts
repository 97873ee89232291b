import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReal, startKeyring, type KeyringWorld } from '@mailwright/testing';
import { MAIN } from './cli.test.fixture.ts';

/** Runs a program at a terminal of its own; types each answer when its question stands there; prints all that the terminal showed. */
const TERMINAL = `
import json, os, pty, sys
talk = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown = b''
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
    if talk and talk[0][0].encode() in shown.split(b'<typed>')[-1]:
        os.write(terminal, talk.pop(0)[1].encode())
        shown += b'<typed>'
_, status = os.waitpid(child, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), shown.decode()]))
`;

describeReal('mailwright vault', ['python3', 'gnome-keyring-daemon', 'dbus-send', 'secret-tool'], () => {
  const folder = mkdtempSync(join(tmpdir(), 'vault-cli-'));
  let world: KeyringWorld;
  beforeAll(async () => void (world = await startKeyring(join(folder, 'keyring'), 'canary-login')));
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const environment = () => ({ ...process.env, ...world.environment, MAILWRIGHT_HOME: join(folder, 'home') });
  const mailwright = (...args: readonly string[]) =>
    execFileSync(process.execPath, [MAIN, ...args], { env: environment(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const atTerminal = (talk: readonly (readonly [string, string])[], ...args: readonly string[]) =>
    new Promise<readonly [number, string]>((resolve, reject) => {
      const command = ['-c', TERMINAL, JSON.stringify(talk), process.execPath, MAIN, ...args];
      execFile('python3', command, { env: environment(), timeout: 30_000 }, (error, said) => {
        if (error) reject(error);
        else resolve(JSON.parse(said) as [number, string]);
      });
    });

  test('R1.54 a value that is typed is not shown, asked for twice, and kept in the keyring', async () => {
    const value = 'canary typed ü "1"';
    const [code, shown] = await atTerminal(
      [
        ['not shown', `${value}\r`],
        ['Once more', `${value}\r`],
      ],
      'vault',
      'set',
      'keyring/mail#password',
    );
    expect([code, shown]).toEqual([0, expect.stringContaining('Stored keyring/mail#password.')]);
    expect(shown).not.toContain('canary');
    const kept = execFileSync('secret-tool', ['lookup', 'service', 'mailwright', 'username', 'mail#password'], {
      env: environment(),
      encoding: 'utf8',
    });
    expect(kept === value).toBe(true);
    expect(mailwright('vault', 'list', 'keyring')).toBe('keyring/mail#password\n');
    expect(mailwright('vault', 'remove', 'keyring/mail#password')).toBe('Removed keyring/mail#password.\n');
    expect(mailwright('vault', 'list', 'keyring')).toBe('');
  });

  test('two values that differ, and Ctrl+C, store nothing', async () => {
    const [code, shown] = await atTerminal(
      [
        ['not shown', 'canary one\r'],
        ['Once more', 'canary two\r'],
      ],
      'vault',
      'set',
      'keyring/a',
    );
    expect([code, shown]).toEqual([2, expect.stringContaining('not the same')]);
    const [stopped, left] = await atTerminal([['not shown', 'canary half\x03']], 'vault', 'set', 'keyring/a');
    expect([stopped, left]).toEqual([2, expect.stringContaining('automation.cancelled')]);
    expect(`${shown}${left}`).not.toContain('canary');
    expect(mailwright('vault', 'list', 'keyring')).toBe('');
  });
});
