import { createServer, connect, type Socket } from 'node:net';

/** `up`: from the client to the server. */
export type Direction = 'up' | 'down';
/** What happens once so many bytes went in a direction. `stall`: not another byte either way, and nobody is told. */
export interface ProxyFault {
  readonly kind: 'cut' | 'reset' | 'stall' | 'slice' | 'delay';
  readonly direction: Direction;
  readonly after: number;
}
export interface FaultProxyOptions {
  /** The server's port on loopback. */
  readonly port: number;
  /** The faults of a connection, by its number from 1; `after` counts from the one before. */
  readonly plan?: (connection: number) => readonly ProxyFault[];
  /** Each piece that the client sends, before it goes on: `false` keeps it. */
  readonly onUp?: (piece: Buffer, connection: number) => boolean | void;
}
export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** Faults that happened. */
  readonly faults: readonly ProxyFault[];
  /** The addresses that clients came from. */
  readonly sources: readonly string[];
}

/** Stands between a client and a server on loopback and breaks what goes through as planned. */
export async function startFaultProxy({ port, plan = () => [], onUp = () => true }: FaultProxyOptions): Promise<FaultProxy> {
  const open = new Set<Socket>();
  const faults: ProxyFault[] = [];
  const sources: string[] = [];
  let connections = 0;
  const server = createServer((client) => {
    const number = ++connections;
    sources.push(client.remoteAddress ?? '');
    const upstream = connect(port, '127.0.0.1');
    const pair = new Pair(client, upstream, plan(number), (fault) => faults.push(fault));
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        pair.end();
      });
    }
    client.on('data', (piece) => onUp(piece as Buffer, number) !== false && pair.pass('up', piece as Buffer));
    upstream.on('data', (piece) => pair.pass('down', piece as Buffer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    faults,
    sources,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Both ways of one connection. */
class Pair {
  readonly #client: Socket;
  readonly #upstream: Socket;
  /** Those to come. */
  readonly #faults: ProxyFault[];
  readonly #note: (fault: ProxyFault) => void;
  /** Bytes since the last fault. */
  #passed = { up: 0, down: 0 };
  #stalled = false;

  constructor(client: Socket, upstream: Socket, faults: readonly ProxyFault[], note: (fault: ProxyFault) => void) {
    this.#client = client;
    this.#upstream = upstream;
    this.#faults = [...faults];
    this.#note = note;
  }

  pass(direction: Direction, piece: Buffer): void {
    if (this.#stalled) return;
    const [fault] = this.#faults;
    const before = this.#passed[direction];
    this.#passed[direction] += piece.length;
    const to = direction === 'up' ? this.#upstream : this.#client;
    if (fault?.direction !== direction || this.#passed[direction] <= fault.after) {
      to.write(piece);
      return;
    }
    const whole = Math.max(fault.after - before, 0);
    this.#faults.shift();
    this.#passed = { up: 0, down: 0 };
    this.#note(fault);
    if (whole > 0) to.write(piece.subarray(0, whole));
    this.#break(fault, to, piece.subarray(whole));
  }

  end(): void {
    if (this.#stalled) return;
    this.#client.destroy();
    this.#upstream.destroy();
  }

  #break({ kind }: ProxyFault, to: Socket, rest: Buffer): void {
    switch (kind) {
      case 'cut':
        // What was written before goes out first.
        this.#client.end();
        this.#upstream.end();
        this.#stalled = true;
        return;
      case 'reset':
        this.#client.resetAndDestroy();
        this.#upstream.resetAndDestroy();
        return;
      case 'stall':
        this.#stalled = true;
        return;
      case 'slice':
        for (const byte of rest) to.write(Buffer.of(byte));
        return;
      case 'delay':
        // What comes after must not overtake it.
        to.cork();
        to.write(rest);
        setTimeout(() => to.uncork(), 20);
    }
  }
}

/** Of one connection, at most. */
const FAULTS = 8;
const KINDS = ['cut', 'reset', 'cut', 'reset', 'slice', 'delay'] as const;

/** Faults planned by a seed: the same seed, the same faults. Between `least` and `most` bytes go before each. */
export function seededFaults(seed: number, { least, most }: { readonly least: number; readonly most: number }) {
  return (connection: number): readonly ProxyFault[] => {
    const dice = randomFrom(seed * 7919 + connection);
    return Array.from({ length: FAULTS }, () => {
      const kind = KINDS[Math.floor(dice() * KINDS.length)] ?? 'cut';
      const direction = dice() < 0.3 ? 'up' : 'down';
      const span = direction === 'up' ? 0.2 : 1;
      return { kind, direction, after: Math.floor((least + dice() * (most - least)) * span) };
    });
  };
}

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
