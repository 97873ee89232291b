// What a login mode may use, in tests of this package: one secret, tokens in a folder, nobody who could sign in.
import type { AuthContext, Http } from '@mailwright/core';
import { tokensOnDisk } from './index.ts';

export const silence = { debug: () => undefined, info: () => undefined, warn: () => undefined };

export function contextFor({ folder, secret }: { readonly folder: string; readonly secret: string }, http: Http): AuthContext {
  return {
    backend: 'imap',
    signal: new AbortController().signal,
    log: silence,
    stage: () => undefined,
    secret: () => Promise.resolve({ reveal: () => secret } as never),
    vault: () => {
      throw new Error('no vaults here');
    },
    http,
    tokens: tokensOnDisk({ folder, key: () => Promise.resolve(Buffer.alloc(32, 7)), log: silence }),
  };
}
