/** One command of the command line. `run` gives the exit code: 0 done, 1 it ran and failed; what keeps it from starting is thrown. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  run(args: readonly string[]): Promise<number>;
}

/** One JSON line on standard output. */
export function jsonLine(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function line(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** For the person at the terminal; standard output belongs to programs. */
export function aside(text: string): void {
  process.stderr.write(`${text}\n`);
}
