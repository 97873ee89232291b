import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Destination, Dial } from '@mailwright/core';

/** What listens on a port, found out by listening. */
export interface Speech {
  /** Encrypted from the first byte. */
  readonly tls: boolean;
  /** `IMAP`, `SMTP`, `POP3`, `HTTP` and the like; undefined for what has no word of its own. */
  readonly protocol?: string;
}

/** Milliseconds to wait for somebody to speak first, and for a handshake. */
const WORD = 1500;
const HANDSHAKE = 3000;
/** Bytes of a first word that are looked at. */
const ENOUGH = 512;

const FIRST_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^\* (OK|PREAUTH|BYE)\b/, 'IMAP'],
  [/^220[ -][^\r\n]*\bFTP\b/i, 'FTP'],
  [/^(220|421|554)[ -]/, 'SMTP'],
  [/^\+OK\b/, 'POP3'],
  [/^HTTP\/\d/, 'HTTP'],
  [/^SSH-/, 'SSH'],
];

/** Connects once more, sends nothing that matters, and tells what answers; undefined where that stays unknown. Never throws. */
export async function speechOf(to: Destination, dial: Dial, signal: AbortSignal): Promise<Speech | undefined> {
  const reach = () => dial(to, { signal, limit: HANDSHAKE });
  try {
    const plain = await reach();
    const word = await firstWord(plain, signal);
    if (word !== '') {
      plain.destroy();
      return told(false, word);
    }
    // Who waits for us to begin may wait for a handshake. Nobody is trusted, since nothing is told.
    return (await encrypted(plain, to, signal)) ?? (await web(await reach(), signal));
  } catch {
    return undefined;
  }
}

const told = (tls: boolean, word: string): Speech => {
  const protocol = FIRST_WORDS.find(([pattern]) => pattern.test(word))?.[1];
  return { tls, ...(protocol !== undefined && { protocol }) };
};

async function encrypted(plain: Socket, { host }: Destination, signal: AbortSignal): Promise<Speech | undefined> {
  const servername = /[a-z]/i.test(host) && !host.includes(':') ? { servername: host } : {};
  const socket = connectTls({ socket: plain, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'], ...servername });
  try {
    if (!(await happens(socket, 'secureConnect', HANDSHAKE, signal))) return undefined;
    if (socket.alpnProtocol === 'http/1.1') return { tls: true, protocol: 'HTTP' };
    return told(true, await firstWord(socket, signal));
  } finally {
    socket.destroy();
  }
}

/** Only a web server answers this. */
async function web(socket: Socket, signal: AbortSignal): Promise<Speech | undefined> {
  try {
    socket.write('HEAD / HTTP/1.0\r\n\r\n');
    const word = await firstWord(socket, signal);
    return word.startsWith('HTTP/') ? { tls: false, protocol: 'HTTP' } : undefined;
  } finally {
    socket.destroy();
  }
}

/** What a server says unasked, or nothing. */
async function firstWord(socket: Socket, signal: AbortSignal): Promise<string> {
  let word = '';
  const hear = (chunk: Buffer) => {
    word += chunk.toString('latin1');
    if (word.includes('\n') || word.length > ENOUGH) socket.emit('heard');
  };
  socket.on('data', hear);
  await happens(socket, 'heard', WORD, signal);
  socket.off('data', hear).pause();
  return word.slice(0, ENOUGH);
}

function happens(socket: Socket, event: string, ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const over = (happened: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', no);
      socket.off(event, yes).off('close', no);
      resolve(happened);
    };
    const yes = () => over(true);
    const no = () => over(false);
    const timer = setTimeout(no, ms);
    // What else it has to say concerns nobody.
    socket
      .on('error', () => undefined)
      .once(event, yes)
      .once('close', no);
    signal.addEventListener('abort', no, { once: true });
    if (signal.aborted || socket.destroyed) no();
  });
}
