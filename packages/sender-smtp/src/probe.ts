import type { OpenContext, Probe, ServerAddress } from '@mailwright/core';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { command } from './command.ts';
import { checked } from './envelope.ts';
import { refusalOf } from './errors.ts';

/** What a connection test asks of an open connection. Nothing is handed over: RSET forgets it (RFC 5321 section 4.1.1.5). */
export function probeOf(live: () => Promise<SMTPConnection>, address: ServerAddress, ctx: OpenContext): Probe {
  return {
    noop: () => ctx.turn(async () => void (await command(await live(), 'NOOP', address, ctx))),
    accepts: (from) =>
      ctx.turn(async () => {
        // Servers that judge the sender do so when they hear of a recipient: the sender is one that is surely allowed.
        const sender = checked({ address: from }, 'from');
        const connection = await live();
        const ask = (text: string) => command(connection, text, address, ctx);
        for (const text of [`MAIL FROM:<${sender}>`, `RCPT TO:<${sender}>`]) {
          const refusal = refusalOf(await ask(text), address.host, sender);
          if (refusal === undefined) continue;
          await ask('RSET');
          throw refusal;
        }
        await ask('RSET');
      }),
  };
}
