import { parseArgs } from 'node:util';
import type { Sandbox, SandboxOptions } from '@mailwright/sandbox';
import { plainLine, type Command } from '../command.ts';

export const sandbox: Command = {
  name: 'sandbox',
  usage: 'sandbox [--json]',
  summary: 'A mail server with sample mail on this machine alone, for trying bots; Ctrl+C ends it.',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
    // Listening from the start: a Ctrl+C at any moment ends it in order.
    const stopped = untilStopped();
    await using world = await startSandbox();
    if (values.json) plainLine(JSON.stringify(ready(world)));
    else for (const text of howToConnect(world)) plainLine(text);
    await stopped;
    return 0;
  },
};

/** The sandbox is loaded only here: other commands start without it. */
export async function startSandbox(options?: SandboxOptions): Promise<Sandbox> {
  return (await import('@mailwright/sandbox')).startSandbox(options);
}

/** Where the sandbox is: hosts, ports, the user, and the certificate authority to trust. The password is in it: it opens this toy alone. */
export function ready({ host, imap, pop3, smtp, ews, user, caFile }: Sandbox): object {
  return { event: 'ready', host, imap, pop3, smtp, ews, user, ca: caFile };
}

export function howToConnect({ host, imap, pop3, smtp, ews, user, caFile }: Sandbox): string[] {
  return [
    'A sample mail server is running on this machine alone:',
    `  IMAP  ${host} port ${imap.port} (STARTTLS) or ${imap.tlsPort} (TLS)`,
    `  POP3  ${host} port ${pop3.port} (STLS) or ${pop3.tlsPort} (TLS)`,
    `  SMTP  ${host} port ${smtp.port} (STARTTLS) or ${smtp.tlsPort} (TLS)`,
    `  EWS   ${ews.url}`,
    `  user  ${user.address}   password  ${user.password}`,
    `  certificate authority  ${caFile}`,
    'Ctrl+C ends it.',
  ];
}

export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
