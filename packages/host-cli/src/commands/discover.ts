import { parseArgs } from 'node:util';
import { EmailError, createEmail, type Asked, type Candidate } from '@mailwright/sdk';
import { jsonLine, line, type Command } from '../command.ts';
import { stopping } from '../stop.ts';

export const discover: Command = {
  name: 'discover',
  usage: 'discover ADDRESS [--tell-address] [--json]',
  summary:
    "Proposes servers and ways to sign in for an address. Asks DNS and the domain's own server, sends no login; --tell-address lets that server see the whole address.",
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, 'tell-address': { type: 'boolean', default: false } },
    });
    const [address] = positionals;
    if (address === undefined)
      throw new EmailError('input.invalid', {
        path: 'ADDRESS',
        problem: 'no address was named',
        cure: 'Name one, such as me@example.com.',
      });
    await using email = createEmail();
    using stop = stopping();
    const { candidates, asked } = await email.discover(address, { signal: stop.signal, tellAddress: values['tell-address'] });
    const ok = candidates.length > 0;
    if (values.json) {
      for (const candidate of candidates) jsonLine({ event: 'candidate', ...candidate });
      jsonLine({ event: 'end', ok, asked });
    } else {
      for (const candidate of candidates) show(candidate);
      if (!ok) showNothing(address, asked);
    }
    return ok ? 0 : 1;
  },
};

function show({ reason, input, modes, notes }: Candidate): void {
  line(String(reason));
  for (const note of notes) line(`  ${String(note)}`);
  line('  Ways to sign in:');
  for (const { mode, needs } of modes) line(`    ${mode}: ${needs}`);
  line("  Connect's input, for `mailwright test-connection --input -`:");
  line(`    ${JSON.stringify(input)}`);
  line();
}

function showNothing(address: string, asked: readonly Asked[]): void {
  line(`Nothing was found for ${address}. Ask whoever runs the mailbox for the names of its IMAP and SMTP servers. What was asked:`);
  for (const { source, where, state, because } of asked)
    line(`  ${source} ${where}: ${state}${because === undefined ? '' : ` (${because})`}`);
}
