import { EmailError, type OpenContext, type ServerAddress } from '@mailwright/core';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';

/** What the library has but does not declare; the version is pinned for it. */
interface Undeclared {
  readonly _responseActions: ((reply: string) => void)[];
  _sendCommand(command: string): void;
}

/**
 * One command outside of a mail, and the server's answer, whatever it says. Where none comes the connection is closed. Errors:
 * `connection.lost`, `connection.timeout`, `automation.cancelled`.
 */
export async function command(
  connection: SMTPConnection,
  text: string,
  { host, port }: ServerAddress,
  { limits, signal }: OpenContext,
): Promise<string> {
  const { _responseActions: waiting } = connection as unknown as Undeclared;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const lost = () => reject(new EmailError('connection.lost', { host }));
  const stop = () => reject(new EmailError('automation.cancelled', {}));
  const seconds = Math.ceil(limits.command / 1000);
  const late = () => reject(new EmailError('connection.timeout', { host, port, what: text.slice(0, 4), seconds }));
  const timer = setTimeout(late, limits.command);
  connection.once('end', lost);
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
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
    signal.removeEventListener('abort', stop);
  }
}
