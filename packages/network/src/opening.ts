import { EmailError, say, type Credential, type OpenContext, type Phrase, type ServerAddress } from '@mailwright/core';
import { PortWatch, type Port } from './port-watch.ts';

/** An opening that is under way, as its deadline sees it. */
export interface Opening {
  readonly address: ServerAddress;
  readonly protocol: Port['protocol'];
  readonly ctx: Pick<OpenContext, 'signal' | 'limits' | 'dial'>;
  /** What is waited for just now, for the text of a time-out. */
  waitingFor(this: void): Phrase;
  /** The greeting was understood. */
  greeted(this: void): boolean;
  /** Ends the connection, as far as there is one: what waits for it then fails. */
  close(this: void): void;
  /** What ended it as one of ours. `seconds`: what one of its steps may take. */
  explained(this: void, error: unknown, what: Phrase, seconds: number): EmailError;
}

const ungreeted = new WeakSet<EmailError>();

/** Takes note of an error of an opening whose server had yet to greet, in the clear. What TLS is to blame for is none. */
export function beforeGreeting(error: EmailError, { security }: Pick<ServerAddress, 'security'>): EmailError {
  const isOther = EmailError.is(error, 'connection.wrong_security') || EmailError.is(error, 'automation.cancelled');
  if (security !== 'tls' && !isOther) ungreeted.add(error);
  return error;
}

/** Whether the server had yet to greet when an opening failed: for whoever tells of it stage by stage. */
export const wasBeforeGreeting = (error: EmailError): boolean => ungreeted.has(error);

/** Milliseconds of the whole that name, connecting, TLS and greeting may take each. */
export const stepOf = ({ connect }: OpenContext['limits']): number => Math.ceil(connect / 3);

/**
 * An opening, from the name to the sign-in, under one deadline and the session's signal; whatever fails, the connection is closed.
 * `over` ends the dialing. Errors: `connection.*`, what `explained` makes, `automation.cancelled`.
 */
export async function opening<T>(
  { address, protocol, ctx, waitingFor, greeted, close, explained }: Opening,
  work: (over: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, limits, dial } = ctx;
  const began = performance.now();
  const over = new AbortController();
  let ended: EmailError | undefined;
  const end = (error: EmailError) => {
    ended ??= error;
    over.abort();
    close();
  };
  // Somebody else's deadline may be shorter than ours.
  const passed = () => Math.max(1, Math.round((performance.now() - began) / 1000));
  const { host, port: number } = address;
  const timeout = () => new EmailError('connection.timeout', { host, port: number, what: waitingFor(), seconds: passed() });
  using port = new PortWatch({ address, protocol, dial, signal, greeted }, end);
  const stop = () =>
    end((signal.reason as Error | undefined)?.name === 'TimeoutError' ? timeout() : new EmailError('automation.cancelled', {}));
  if (signal.aborted) stop();
  const timer = setTimeout(() => end(timeout()), limits.connect);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const done = await work(over.signal);
    if (!ended) return done;
  } catch (error) {
    close();
    const known = ended ?? (await port.explain(explained(error, waitingFor(), Math.ceil(limits.connect / 3000))));
    throw greeted() ? known : beforeGreeting(known, address);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
  throw ended;
}

/** What a mail server that wants a login is opened with. */
interface Wanted {
  readonly protocol: Port['protocol'];
  readonly security: ServerAddress['security'];
  readonly allowClearTextPassword: boolean;
  readonly mailbox: string | undefined;
}

/** That a login is there, is for the mailbox that is wanted, and would not travel in the clear. Errors: `input.invalid`. */
export function checkLogin(
  credential: Credential,
  { protocol, security, allowClearTextPassword, mailbox }: Wanted,
): asserts credential is Exclude<Credential, { readonly kind: 'none' }> {
  if (credential.kind === 'none')
    throw new EmailError('input.invalid', {
      path: 'auth.mode',
      problem: say`${{ protocol }} needs a login`,
      cure: say`Choose a login mode other than none.`,
    });
  if (mailbox !== undefined && credential.kind === 'password')
    throw new EmailError('input.invalid', {
      path: 'mailbox',
      problem: say`over ${{ protocol }} a password opens the mailbox of its own user, not ${{ mailbox }}`,
      cure: say`Leave mailbox out, or use an OAuth2 login mode of a user who may open it.`,
    });
  if (security === 'none' && !allowClearTextPassword)
    throw new EmailError('input.invalid', {
      path: 'security',
      problem: say`with security none everyone on the way could read the password`,
      cure: say`Choose tls or starttls. Only where that is impossible, set allowClearTextPassword.`,
    });
}
