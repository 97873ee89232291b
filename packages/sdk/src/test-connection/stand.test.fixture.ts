import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stage } from '@mailwright/core';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { createEmail, memoryStore, memoryVault, type Email } from '../index.ts';
import type { EmailOptions } from '../options.ts';

/** A sandbox, and sessions on it that are closed with it. Its password is `v/password`. */
export interface Stand extends AsyncDisposable {
  readonly sandbox: Sandbox;
  emailWith(options?: EmailOptions): Email;
  auth(): object;
  /** What Connect gets; `more` over it. */
  input(more?: object): Record<string, unknown> & { readonly server: object; readonly outgoing: object };
}

export async function startStand(): Promise<Stand> {
  const sandbox = await startSandbox({ acceptToken: (_, token) => token.startsWith('e30.') });
  const opened: Email[] = [];
  const auth = () => ({ mode: 'basic', username: sandbox.user.address, password: { credential: 'v/password' } });
  return {
    sandbox,
    emailWith(options = {}) {
      const vaults = [memoryVault('v', { password: sandbox.user.password })];
      const email = createEmail({ ca: sandbox.caFile, store: memoryStore(), files: join(tmpdir(), 'mw-none'), vaults, ...options });
      opened.push(email);
      return email;
    },
    auth,
    input: (more = {}) => ({
      session: 'S',
      server: { backend: 'imap', host: sandbox.host, port: sandbox.imap.port, security: 'starttls', auth: auth() },
      outgoing: { backend: 'smtp', host: sandbox.host, port: sandbox.smtp.port, security: 'starttls' },
      ...more,
    }),
    async [Symbol.asyncDispose]() {
      for (const email of opened) await email.close();
      await sandbox.close();
    },
  };
}

export const named = (stages: readonly Stage[], name: Stage['stage'], side: Stage['side'] = 'reading') =>
  stages.find((one) => one.stage === name && one.side === side);
