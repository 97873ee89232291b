// A process of its own that asks for tokens again and again, with what others stored.
import type { Http } from '@mailwright/core';
import { httpsClient } from '@mailwright/network';
import { contextFor } from './context.test.fixture.ts';
import { oauthPkce } from './index.ts';

export interface Racing {
  readonly folder: string;
  readonly ca: string;
  readonly auth: Readonly<Record<string, unknown>>;
  readonly secret: string;
  readonly uses: number;
  /** Stops for good while it holds the lock, before the question is sent. */
  readonly hangs: boolean;
}

async function race(racing: Racing): Promise<{ failed: string[]; used: number }> {
  const plain = httpsClient({ ca: [racing.ca] });
  const http: Http = async (request) => {
    if (racing.hangs && request.body?.includes('refresh_token')) {
      process.send?.('holding');
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    }
    return plain(request);
  };
  const failed: string[] = [];
  let used = 0;
  for (; used < racing.uses; used++) {
    // As at each connect: everything anew.
    const credential = await oauthPkce
      .authenticate(oauthPkce.input.parse(racing.auth) as never, contextFor(racing, http))
      .catch((error: unknown) => void failed.push(String(error)));
    if (credential?.kind === 'token') await credential.token();
    await new Promise((resolve) => setTimeout(resolve, 250 + Math.random() * 500));
  }
  return { failed, used };
}

process.on('message', (racing) => void race(racing as Racing).then((told) => process.send?.(told)));
process.once('disconnect', () => process.exit());
