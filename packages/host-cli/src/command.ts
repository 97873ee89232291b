import { EmailError, redact, type Logger } from '@mailwright/sdk';

/** One command of the command line. `run` gives the exit code: 0 done, 1 it ran and failed; what keeps it from starting is thrown. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  run(args: readonly string[]): Promise<number>;
}

/** One JSON line on standard output; no known secret is in it, whatever mail or a server says. */
export function jsonLine(value: object): void {
  plainLine(JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? redact(inner) : inner)));
}

export function line(text = ''): void {
  plainLine(redact(text));
}

/** As it is: for what is meant to be seen, such as the password of the sandbox. */
export function plainLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** For the person at the terminal; standard output belongs to programs. */
export function aside(text: string): void {
  process.stderr.write(`${redact(text)}\n`);
}

/** What went wrong, and what to do, for the person at the terminal. `where`: what ran, for what is no error of ours. */
export function complain(error: unknown, where = 'the command line'): void {
  const { message, fix, code } = EmailError.from(error, where);
  aside(`${message}\n${fix} [${code}]`);
}

/** Warnings of a run for whoever reads standard error: each once, however often a connection is made. */
export function warnings(): Logger {
  const told = new Set<string>();
  const nothing = () => undefined;
  const warn = (text: string) => {
    if (!told.has(text)) aside(`warning: ${text}`);
    told.add(text);
  };
  return { debug: nothing, info: nothing, warn };
}
