import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { EmailError } from '@mailwright/sdk';

/** A line that a person types at this terminal; nothing of it is shown. Errors: `automation.cancelled` at Ctrl+C and Ctrl+D. */
export function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  process.stderr.write(question);
  return new Promise((resolve, reject) => {
    let typed: string | undefined;
    lines.once('line', (text) => {
      typed = text;
      lines.close();
    });
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => {
      process.stderr.write('\n');
      if (typed === undefined) reject(new EmailError('automation.cancelled', {}));
      else resolve(typed);
    });
  });
}
