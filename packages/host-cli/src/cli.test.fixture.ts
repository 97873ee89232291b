import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The program as it is built. */
export const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
export interface Start {
  /** On top of the environment of the tests; undefined takes a variable away. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly stdin?: string | Buffer;
  /** Ctrl+C as soon as this is on standard output. */
  readonly stopAt?: RegExp | undefined;
  /** Standard output is closed as soon as anything is on it, as `| head -1` does. */
  readonly readsOne?: boolean;
}

/** The program as a user starts it, to its end. */
export function runProgram(args: readonly string[], { env, cwd, stdin = '', stopAt, readsOne }: Start): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env }, ...(cwd !== undefined && { cwd }) });
  let [out, err] = ['', ''];
  let stopped = false;
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (readsOne) child.stdout.destroy();
    // Once: a second Ctrl+C ends the program at once.
    if (!stopped && stopAt?.test(out)) stopped = child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.on('error', () => undefined).end(stdin);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

/** What `--json` prints, line by line. */
export const jsonLines = <L>({ out }: Ended): L[] =>
  out === ''
    ? []
    : out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as L);
