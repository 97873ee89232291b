import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmailError, Secret, type VaultProvider } from '@mailwright/core';
import { z } from 'zod';
import { childEnvironment } from './child-environment.ts';
import { within } from './deadline.ts';
import { defineVault, keyMissing, settings } from './kind.ts';
import type { KeyringAnswer, KeyringQuestion } from './keyring-process.ts';

interface Settings {
  readonly id: string;
  /** How long one read may take. */
  readonly seconds: number;
  readonly service: string;
}

/** Another vault of the system's keyring: the entries of another service, or with more time for a person to unlock it. */
export const keyring = defineVault({
  kind: 'keyring',
  config: z.strictObject({
    kind: z.literal('keyring'),
    ...settings,
    service: z.string().min(1).default('mailwright').meta({ description: 'The name that its entries are kept under' }),
  }),
  open: (config) => keyringVault(config),
});

/** The keyring of the operating system: Secret Service (GNOME, KDE), macOS Keychain, Windows Credential Manager. Errors: `vault.*`. */
export function keyringVault({ id, seconds, service }: Settings = { id: 'keyring', seconds: 15, service: 'mailwright' }): VaultProvider {
  const ask = async (question: Omit<KeyringQuestion, 'service'>) => {
    const answer = await within(id, seconds, (signal) => asked({ ...question, service }, signal));
    const problem = problemOf(answer);
    if (problem) throw new EmailError(problem.code, { vault: id, problem: problem.text });
    return answer;
  };
  const list = async () => [...((await ask({ verb: 'list', key: '' })).keys ?? [])].sort();
  const missing = async (key: string) => keyMissing(id, key, await list(), `mailwright vault set ${id}/${key}`);
  return {
    id,
    async read(key) {
      const { value } = await ask({ verb: 'read', key });
      if (typeof value !== 'string') throw await missing(key);
      return new Secret(value);
    },
    list,
    async set(key, value) {
      await ask({ verb: 'set', key, value: value.reveal() });
    },
    async remove(key) {
      const { value } = await ask({ verb: 'remove', key });
      if (value === null) throw await missing(key);
    },
  };
}

const PROCESS = fileURLToPath(new URL(`./keyring-process${extname(import.meta.url)}`, import.meta.url));

function asked(question: KeyringQuestion, signal: AbortSignal): Promise<KeyringAnswer> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROCESS], {
      env: childEnvironment(),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      windowsHide: true,
    });
    const end = () => child.kill('SIGKILL');
    signal.addEventListener('abort', end);
    let answer: KeyringAnswer = { problem: 'the process that asks it ended without an answer' };
    child.once('message', (said) => (answer = said as KeyringAnswer));
    child.once('error', (error) => resolve({ problem: error.message }));
    child.once('close', () => {
      signal.removeEventListener('abort', end);
      resolve(answer);
    });
    // One that could not be started tells so by `error`.
    child.send(question, () => undefined);
  });
}

/** The library tells problems by text alone. */
function problemOf({ problem, missing }: KeyringAnswer): { code: 'vault.locked' | 'vault.unreachable'; text: string } | undefined {
  if (missing) return { code: 'vault.unreachable', text: 'the package @napi-rs/keyring is not installed: npm install @napi-rs/keyring.' };
  if (problem === undefined) return undefined;
  if (/locked|dismissed/i.test(problem))
    return {
      code: 'vault.locked',
      text: 'it is locked, and nobody unlocked it. Log in to the desktop, or unlock it before the bot starts.',
    };
  if (/no result found/.test(problem))
    return { code: 'vault.locked', text: 'it holds no collection yet. Log in to the desktop once, or unlock it with a password.' };
  if (process.platform === 'linux' && /d-?bus|zbus/i.test(problem))
    return {
      code: 'vault.unreachable',
      text: 'there is no session bus with a keyring, as in a service or over ssh. Run the bot in the session of its user (or under dbus-run-session with gnome-keyring-daemon), or use the vault "file".',
    };
  return { code: 'vault.unreachable', text: `${problem.replace(/\.$/, '')}.` };
}
