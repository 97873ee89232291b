import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { piped, recorded } from './stand.test.fixture.ts';
import { Wire } from './wire.ts';

const IDLE = 5000;

async function wireTo(answer: (line: string, server: Duplex) => string | Buffer | undefined, idle = IDLE) {
  const { client, heard } = piped('+OK hello\r\n', answer);
  const wire = new Wire(client, idle);
  await wire.greeting();
  return { wire, heard };
}

/** The bytes of a multi-line answer. */
async function bytesOf(wire: Wire, name: string, argument?: string): Promise<string> {
  const taken: Buffer[] = [];
  await wire.ask({ name, ...(argument !== undefined && { argument }), take: (bytes) => void taken.push(Buffer.from(bytes)) });
  return Buffer.concat(taken).toString('latin1');
}

const MULTI = /^(CAPA|TOP|RETR|UIDL$|LIST$)/;

/** Has a recorded conversation again, each answer in pieces; what came of each command. */
async function replay(cut: (answer: Buffer) => readonly Buffer[]): Promise<string[]> {
  const [greeting, ...exchanges] = recorded('dovecot');
  const left = [...exchanges];
  const { client } = piped(undefined, (_, server) => {
    for (const piece of cut(left.shift()?.answer ?? Buffer.alloc(0))) server.write(piece);
    return undefined;
  });
  const wire = new Wire(client, IDLE);
  const first = wire.greeting();
  for (const piece of cut(greeting?.answer ?? Buffer.alloc(0))) client.emit('data', piece);
  const results = [await first];
  for (const { command } of exchanges) {
    const [name = '', ...words] = command.split(' ');
    const argument = words.length > 0 ? { argument: words.join(' ') } : {};
    const got: Buffer[] = [];
    const asked = wire.ask({ name, ...argument, ...(MULTI.test(command) && { take: (bytes) => void got.push(Buffer.from(bytes)) }) });
    const said = await asked.catch((error: { words?: string }) => `refused: ${error.words}`);
    results.push(`${said}\n${Buffer.concat(got).toString('latin1')}`);
  }
  return results;
}

test('a recorded conversation is the same wherever its answers are cut', async () => {
  const whole = await replay((answer) => [answer]);
  expect(whole.join('')).toContain('.\r\n..\r\n.a line\r\nno. dot\r\n\r\n. \r\nlast\r\n');
  expect(whole.join('')).toContain(Buffer.from('Grüße, 請求書\r\n').toString('latin1'));
  expect(whole.at(-3)).toBe("refused: There's no message 9.\n");
  expect(await replay((answer) => Array.from(answer, (byte) => Buffer.from([byte])))).toEqual(whole);
  const longest = Math.max(...recorded('dovecot').map(({ answer }) => answer.length));
  for (let at = 1; at < longest; at++) expect(await replay((answer) => [answer.subarray(0, at), answer.subarray(at)])).toEqual(whole);
});

test('one command after the other unless the server takes several', async () => {
  const { wire, heard } = await wireTo(() => undefined);
  for (let count = 0; count < 3; count++) void wire.ask({ name: 'NOOP' }).catch(() => undefined);
  await sleep(5);
  expect(heard).toEqual(['NOOP']);
  wire.close();
});

test('twenty commands at once, answers in their order; what goes alone waits for all before it, and what follows waits for it', async () => {
  const inFlight: string[] = [];
  let most = 0;
  const { wire, heard } = await wireTo((line, server) => {
    inFlight.push(line);
    most = Math.max(most, inFlight.length);
    if (/^(QUIT|NOOP)/.test(line)) expect(inFlight).toEqual([line]);
    setTimeout(() => {
      inFlight.shift();
      server.write(line.startsWith('RETR') ? `+OK\r\n${line}\r\n.\r\n` : '+OK done\r\n');
    }, 2);
    return undefined;
  });
  wire.pipelining = true;
  const asked = Array.from({ length: 50 }, (_, at) => bytesOf(wire, 'RETR', `${at}`));
  const quit = wire.ask({ name: 'QUIT', alone: true });
  const after = wire.ask({ name: 'NOOP' });
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 50 }, (_, at) => `RETR ${at}\r\n`));
  expect(await Promise.all([quit, after])).toEqual(['done', 'done']);
  expect([most, heard.at(-2), heard.at(-1)]).toEqual([20, 'QUIT', 'NOOP']);
});

test.each([
  ['an answer that nobody asked for', '-ERR go away\r\n', 'UNASKED'],
  ['bytes that nobody asked for', '\u0000\u0000', 'UNASKED'],
])('%s breaks the connection and nothing else', async (_, said, code) => {
  let server: Duplex | undefined;
  const { wire } = await wireTo((_, socket) => ((server = socket), '+OK\r\n'));
  await wire.ask({ name: 'NOOP' });
  server?.write(said);
  await sleep(5);
  expect(wire.open).toBe(false);
  expect(wire.failure).toMatchObject({ code });
  await expect(wire.ask({ name: 'NOOP' })).rejects.toMatchObject({ code });
});

test.each([
  ['HTTP/1.1 400 Bad Request\r\n', 'UNEXPECTED'],
  ['\r\n', 'UNEXPECTED'],
  ['+OKAY\r\n', 'UNEXPECTED'],
  ['+ a challenge\r\n', 'UNEXPECTED'],
  ['* BYE\r\n', 'UNEXPECTED'],
  [`+OK ${'x'.repeat(70_000)}`, 'TOO_LONG'],
])('%.20j is no answer', async (said, code) => {
  const { wire } = await wireTo(() => said);
  await expect(wire.ask({ name: 'NOOP' })).rejects.toMatchObject({ code });
  expect(wire.open).toBe(false);
});

test('a refusal has the words of the server, and the next command goes on', async () => {
  const { wire } = await wireTo((line) => (line === 'DELE 1' ? '-err [SYS/PERM]  no \r\n' : '+ok\r\n'));
  await expect(wire.ask({ name: 'DELE', argument: '1' })).rejects.toMatchObject({ code: 'REFUSED', words: '[SYS/PERM]  no' });
  expect(await wire.ask({ name: 'NOOP' })).toBe('');
});

test.each(['1\r\nQUIT', '1\nQUIT', '1\u0000'])('%j is not sent', async (argument) => {
  const { wire, heard } = await wireTo(() => '+OK\r\n');
  await expect(wire.ask({ name: 'DELE', argument })).rejects.toMatchObject({ code: 'UNSENDABLE' });
  await wire.ask({ name: 'NOOP' });
  expect(heard).toEqual(['NOOP']);
});

test('who takes bytes slowly is waited for, and silence is not counted meanwhile', async () => {
  const piece = `${'x'.repeat(1022)}\r\n`;
  let written = 0;
  const { wire } = await wireTo((_, server) => {
    server.write('+OK\r\n');
    const more = () => {
      while (written < 2000) {
        written++;
        if (!server.write(piece)) return void server.once('drain', more);
      }
      server.write('.\r\n');
    };
    more();
    return undefined;
  }, 100);
  let size = 0;
  let slow = true;
  const take = async (bytes: Buffer) => {
    size += bytes.length;
    if (!slow) return;
    slow = false;
    await sleep(300);
    expect(written).toBeLessThan(200);
  };
  await wire.ask({ name: 'RETR', argument: '1', take });
  expect(size).toBe(2000 * 1024);
});

test('what nobody wants goes by, and the next command goes on; too much of it ends the connection', async () => {
  const line = `${'x'.repeat(1022)}\r\n`;
  const { wire } = await wireTo((command, server) => {
    if (!command.startsWith('RETR')) return '+OK\r\n';
    server.write('+OK\r\n');
    for (let left = Number(command.slice(5)); left > 0; left--) server.write(line);
    return '.\r\n';
  });
  const leaves = (argument: string) => wire.ask({ name: 'RETR', argument, take: () => Promise.reject(new Error('the disk is full')) });
  await expect(leaves('1000')).rejects.toThrow('the disk is full');
  expect(await wire.ask({ name: 'NOOP' })).toBe('');
  await expect(leaves('10000')).rejects.toThrow('the disk is full');
  expect(wire.open).toBe(false);
});

test('silence ends the connection for all that wait', async () => {
  const { wire } = await wireTo(() => undefined, 50);
  wire.pipelining = true;
  const asked = await Promise.allSettled([wire.ask({ name: 'NOOP' }), bytesOf(wire, 'RETR', '1')]);
  expect(asked.map((one) => (one as PromiseRejectedResult).reason as { code: string })).toMatchObject([
    { code: 'SILENT' },
    { code: 'SILENT' },
  ]);
});

test('silence when nothing is asked is none', async () => {
  const { wire } = await wireTo(() => '+OK\r\n', 30);
  await sleep(100);
  expect(await wire.ask({ name: 'NOOP' })).toBe('');
});

test('a connection that closes says so to all that wait', async () => {
  const { wire } = await wireTo((_, server) => void server.end());
  await expect(wire.ask({ name: 'NOOP' })).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(wire.ask({ name: 'NOOP' })).rejects.toMatchObject({ code: 'CLOSED' });
});
