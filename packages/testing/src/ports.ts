import { createServer } from 'node:net';

/** Where systems do not take ports from for connections of their own (Linux from 32768 on, Windows and macOS from 49152 on). */
const FIRST = 12_000;
const LAST = 32_000;

/**
 * Ports on loopback that nothing listens on, for servers that cannot be given port 0. Not from the system's own choice: until the server
 * starts, any connection of a test beside may be given the same port as its own end.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let tries = 0; ports.size < count && tries < 1_000; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) ports.add(port);
  }
  if (ports.size < count) throw new Error(`no ${count} free ports between ${FIRST} and ${LAST}`);
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
