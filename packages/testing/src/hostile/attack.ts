import type { Socket } from 'node:net';

/** What a client does to a hostile server: it ends there, or has come through. */
export type Verb = 'connect' | 'search' | 'read' | 'move' | 'send';

/** A server that does one bad thing, and what a careful client makes of it. */
export interface Attack {
  readonly name: string;
  /** The class of attack, in the words of the field. */
  readonly kind: string;
  readonly protocol: 'imap' | 'pop3' | 'smtp';
  readonly security: 'none' | 'starttls';
  readonly verb: Verb;
  /** The code of the error, or `ok`. */
  readonly expected: string;
  /** What the client must not have said. */
  readonly unsaid?: RegExp;
  start(): Promise<Hostile>;
}
export interface Hostile extends AsyncDisposable {
  readonly port: number;
  received(): string;
}

/** More than any may make a process grow, in bytes. */
export const GROWTH = 96 * 1024 * 1024;

/** More than any cap allows; less than what would fill a machine. */
const ENDLESS = 256 * 1024 * 1024;

/** Writes a piece again and again, as fast as the client takes it, until it goes away. */
export async function pour(socket: Socket, piece: string, bytes = ENDLESS): Promise<void> {
  const chunk = Buffer.from(piece.repeat(Math.ceil((64 * 1024) / piece.length)));
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += chunk.length)
    if (!socket.write(chunk)) await new Promise<void>((resolve) => socket.once('drain', resolve).once('close', () => resolve()));
}

/** One byte now and then: it passes every limit on silence. */
export function drip(socket: Socket, byte = '*'): void {
  const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(byte)), 50);
}

/** One attack: its name, the code of the error or `ok`, the server, and what the client must not say to it. */
export type Row = readonly [name: string, expected: string, start: Attack['start'], unsaid?: RegExp];

export const attacks = (protocol: Attack['protocol'], kind: string, verb: Verb, rows: readonly Row[]): readonly Attack[] =>
  rows.map(([name, expected, start, unsaid]) => ({
    name,
    kind,
    protocol,
    security: kind.startsWith('STARTTLS') ? 'starttls' : 'none',
    verb,
    expected,
    start,
    ...(unsaid && { unsaid }),
  }));
