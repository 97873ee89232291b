import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A server that says what a test makes it say. `received` holds every byte that came. */
export interface Scripted extends AsyncDisposable {
  readonly port: number;
  received(): string;
  connections(): number;
}

/** `answer` gets each line without its end, and the socket; the greeting is sent first unless it is empty, then `begin` goes on. */
export async function scripted(
  greeting: string,
  answer: (line: string, socket: Socket) => string | undefined,
  begin: (socket: Socket) => void = () => undefined,
): Promise<Scripted> {
  let received = '';
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    if (greeting !== '') socket.write(greeting);
    begin(socket);
    let held = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      held += chunk.toString('latin1');
      for (let end = held.indexOf('\r\n'); end !== -1; end = held.indexOf('\r\n')) {
        const line = held.slice(0, end);
        held = held.slice(end + 2);
        const said = answer(line, socket);
        if (said !== undefined && !socket.destroyed) socket.write(said);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What an honest IMAP server says, for what a test does not care about. */
export function honest(line: string, { capabilities = '' } = {}): string {
  const [tag = '', command = ''] = line.split(' ');
  const name = command.toUpperCase();
  if (name === 'CAPABILITY') return `* CAPABILITY IMAP4rev1 ${capabilities}\r\n${tag} OK done\r\n`;
  if (name === 'NAMESPACE') return `* NAMESPACE (("" "/")) NIL NIL\r\n${tag} OK done\r\n`;
  if (name === 'LIST') return `* LIST (\\HasNoChildren) "/" INBOX\r\n${tag} OK done\r\n`;
  if (name === 'SELECT') return `* 1 EXISTS\r\n* OK [UIDVALIDITY 7] yes\r\n${tag} OK [READ-WRITE] done\r\n`;
  if (name === 'LOGOUT') return `* BYE bye\r\n${tag} OK done\r\n`;
  return `${tag} OK done\r\n`;
}
