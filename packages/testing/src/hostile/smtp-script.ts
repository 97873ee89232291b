import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * What a scripted server does with a line: an answer, nothing, `drop` (the end of the connection), what a function does to the socket;
 * `honest` is what a good server says.
 */
export type Reply = string | undefined | ((socket: Socket) => void);
export interface Script {
  readonly port: number;
  /** Every line that was sent, the mails' too. */
  readonly heard: string[];
  /** The bytes between DATA and the final dot, one entry a mail. */
  readonly mails: string[];
  readonly connections: () => number;
  /** Ends every connection, as a server does with idle ones. */
  kick(): void;
  close(): Promise<void>;
}

/**
 * An SMTP server that is honest unless `odd` says otherwise for a command. `afterDot` is asked when a mail is complete. It understands
 * the wire by bytes: a mail ends at CRLF . CRLF and nowhere else.
 */
export async function smtpScript(
  odd: (command: string, nth: number) => Reply = () => 'honest',
  features: readonly string[] = ['SIZE 1000000', 'AUTH PLAIN LOGIN'],
): Promise<Script> {
  const heard: string[] = [];
  const mails: string[] = [];
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  let connections = 0;
  const honest = (command: string): string => {
    if (command === 'CONNECT') return '220 ready';
    if (command === 'EHLO') return ['250-localhost', ...features.map((feature) => `250-${feature}`), '250 HELP'].join('\r\n');
    if (command === 'AUTH') return '235 welcome';
    if (command === 'STARTTLS') return '502 5.5.1 not here';
    if (command === 'DATA') return '354 go on';
    return command === 'QUIT' ? '221 bye' : '250 fine';
  };
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    const say = (command: string): string | undefined => {
      const nth = (counts.get(command) ?? 0) + 1;
      counts.set(command, nth);
      const told = odd(command, nth);
      const reply = told === 'honest' ? honest(command) : told;
      if (typeof reply === 'function') {
        reply(socket);
        return undefined;
      }
      if (reply === 'drop') socket.destroy();
      else if (reply !== undefined) socket.write(`${reply}\r\n`);
      return reply;
    };
    let pending = '';
    let data = false;
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      for (;;) {
        const end = data ? `\r\n${pending}`.indexOf('\r\n.\r\n') : pending.indexOf('\r\n');
        if (end < 0) return;
        const text = pending.slice(0, data ? Math.max(0, end - 2 + 2) : end);
        pending = pending.slice(end + (data ? 3 : 2));
        if (data) {
          data = false;
          mails.push(text);
          say('.');
          continue;
        }
        heard.push(text);
        const command = text.split(' ')[0]?.toUpperCase() ?? '';
        const reply = say(command);
        if (command === 'DATA' && reply?.startsWith('354')) data = true;
      }
    });
    say('CONNECT');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    mails,
    connections: () => connections,
    kick: () => {
      for (const socket of sockets) socket.end('421 idle\r\n');
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
