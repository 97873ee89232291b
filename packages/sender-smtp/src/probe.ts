import { EmailError, type OpenContext, type Probe, type ServerAddress } from '@mailwright/core';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { checked } from './envelope.ts';
import { refusalOf } from './errors.ts';

/** What the library has but does not declare; the version is pinned for it. */
interface Undeclared {
  readonly _responseActions: ((reply: string) => void)[];
  _sendCommand(command: string): void;
}

/** What a connection test asks of an open connection. Nothing is handed over: RSET forgets it (RFC 5321 section 4.1.1.5). */
export function probeOf(live: () => Promise<SMTPConnection>, address: ServerAddress, ctx: OpenContext): Probe {
  const command = async (connection: SMTPConnection, text: string) => {
    const { _responseActions: waiting } = connection as unknown as Undeclared;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const lost = () => reject(new EmailError('connection.lost', { host: address.host }));
    const stop = () => reject(new EmailError('automation.cancelled', {}));
    const seconds = Math.ceil(ctx.limits.command / 1000);
    const late = () =>
      reject(new EmailError('connection.timeout', { host: address.host, port: address.port, what: text.slice(0, 4), seconds }));
    const timer = setTimeout(late, ctx.limits.command);
    connection.once('end', lost);
    ctx.signal.addEventListener('abort', stop, { once: true });
    try {
      ctx.signal.throwIfAborted();
      waiting.push(resolve);
      (connection as unknown as Undeclared)._sendCommand(text);
      return await promise;
    } catch (error) {
      // An answer that is still to come would be taken for that of the next command.
      connection.close();
      throw error;
    } finally {
      clearTimeout(timer);
      connection.off('end', lost);
      ctx.signal.removeEventListener('abort', stop);
    }
  };
  return {
    noop: () => ctx.turn(async () => void (await command(await live(), 'NOOP'))),
    accepts: (from) =>
      ctx.turn(async () => {
        // Servers that judge the sender do so when they hear of a recipient: the sender is one that is surely allowed.
        const sender = checked({ address: from }, 'from');
        const connection = await live();
        for (const text of [`MAIL FROM:<${sender}>`, `RCPT TO:<${sender}>`]) {
          const refusal = refusalOf(await command(connection, text), address.host, sender);
          if (refusal === undefined) continue;
          await command(connection, 'RSET');
          throw refusal;
        }
        await command(connection, 'RSET');
      }),
  };
}
