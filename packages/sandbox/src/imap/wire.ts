import type { Socket } from 'node:net';
import { Connection } from '../connection.ts';
import { write, type Value } from './answer.ts';
import { LineReader, type Literals, type RawCommand } from './line-reader.ts';

/** An IMAP connection's bytes. */
export class Wire extends Connection<RawCommand, LineReader> {
  constructor(socket: Socket, literals: Literals) {
    super(socket, (connection) => new LineReader(literals, () => connection.line('+ go on')), '* BYE nothing was heard for too long');
  }

  /** An untagged answer made of values. */
  answer(head: string, ...values: Value[]): void {
    this.write([Buffer.from(`* ${head} `, 'latin1'), ...write(values), Buffer.from('\r\n')]);
  }

  /** From the login on a client may send large literals and be silent for long. */
  trust(largestLiteral: number): void {
    this.welcome().largest = largestLiteral;
  }
}
