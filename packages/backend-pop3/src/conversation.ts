import { EmailError, type OpenContext, type Phrase, type ServerAddress } from '@mailwright/core';
import { limited } from '@mailwright/network';
import type { Client } from './client.ts';
import { toEmailError } from './errors.ts';

/**
 * What is said to the server, in turns with a total deadline each. When it passes or the session is stopped in the middle, the
 * connection is closed, without QUIT: what was marked for erasing then stays.
 */
export class Conversation {
  readonly client: Client;
  readonly ctx: OpenContext;
  readonly address: ServerAddress;

  constructor(client: Client, ctx: OpenContext, address: ServerAddress) {
    this.client = client;
    this.ctx = ctx;
    this.address = address;
  }

  alive(): boolean {
    return this.client.open;
  }

  /** One turn. `what` says for errors what is being done; `ms` is its total deadline. */
  turn<T>(what: Phrase, ms: number, work: () => Promise<T>): Promise<T> {
    const { address, ctx, client } = this;
    return ctx.turn(async () => {
      if (ctx.signal.aborted) throw new EmailError('automation.cancelled', {});
      if (!this.alive()) throw new EmailError('connection.lost', { host: address.host });
      try {
        return await limited(work, { address, what, ms, signal: ctx.signal, close: () => client.close() });
      } catch (error) {
        throw toEmailError(error, { address, what, seconds: Math.ceil(ms / 1000) });
      }
    });
  }
}
