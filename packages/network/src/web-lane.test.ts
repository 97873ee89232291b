import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { WebLane } from './web-lane.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server on loopback and a lane to it. */
async function stand(handler: Handler) {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const opened: Socket[] = [];
  const lane = new WebLane('mail.example.test', () => {
    const socket = connect(port, '127.0.0.1');
    opened.push(socket);
    return Promise.resolve(socket);
  });
  const close = async () => {
    lane.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { lane, opened, [Symbol.asyncDispose]: close };
}
const question = (more: object = {}) => ({
  method: 'POST' as const,
  path: '/x',
  headers: {},
  signal: new AbortController().signal,
  idle: 5000,
  ...more,
});
const text = async (answer: IncomingMessage) => (await buffer(answer)).toString();

test('questions follow each other over one connection, with the name that was asked for', async () => {
  await using one = await stand((request, response) => response.end(`${request.headers.host} ${request.url}`));
  for (let count = 0; count < 5; count++) expect(await text(await one.lane.ask(question()))).toBe('mail.example.test /x');
  expect(one.opened).toHaveLength(1);
  expect([one.lane.socket === one.opened[0], one.lane.certificate]).toEqual([true, undefined]);
});

test('a stream goes out as it comes', async () => {
  await using one = await stand((request, response) => void buffer(request).then((body) => response.end(`${body.length}`)));
  const body = Readable.from([Buffer.alloc(70_000), Buffer.alloc(30_000)], { objectMode: false });
  expect(await text(await one.lane.ask(question({ body, headers: { 'content-length': '100000' } })))).toBe('100000');
});

test('a stream that fails ends the question with its error', async () => {
  await using one = await stand(
    (request, response) =>
      void buffer(request).then(
        () => response.end(),
        () => undefined,
      ),
  );
  const body = new Readable({ read: () => undefined });
  setTimeout(() => body.destroy(Object.assign(new Error('gone'), { code: 'EGONE' })), 20);
  await expect(one.lane.ask(question({ body, headers: { 'content-length': '9' } }))).rejects.toMatchObject({ code: 'EGONE' });
});

test('a lost connection is opened anew by the next question, and no question is asked twice', async () => {
  let asked = 0;
  await using one = await stand((request, response) => (++asked === 2 ? request.socket.destroy() : response.end('ok')));
  await text(await one.lane.ask(question()));
  await expect(one.lane.ask(question())).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect([await text(await one.lane.ask(question())), asked, one.opened.length]).toEqual(['ok', 3, 2]);
});

test('an answer that falls silent, breaks off, or is no longer wanted fails as a stream', async () => {
  await using one = await stand((request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('half');
    if (request.url === '/cut') setTimeout(() => request.socket.destroy(), 20);
  });
  await expect(text(await one.lane.ask(question({ idle: 100 })))).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  await expect(text(await one.lane.ask(question({ path: '/cut' })))).rejects.toMatchObject({ code: 'ECONNRESET' });
  const stop = new AbortController();
  const answer = await one.lane.ask(question({ signal: stop.signal }));
  stop.abort(new Error('stopped'));
  await expect(text(answer)).rejects.toThrow('stopped');
});

test('a question that is stopped before its answer ends with the reason, and one that never began does not connect', async () => {
  await using one = await stand(() => undefined);
  const stop = new AbortController();
  const asked = one.lane.ask(question({ signal: stop.signal }));
  setTimeout(() => stop.abort(new Error('stopped')), 20);
  await expect(asked).rejects.toThrow('stopped');
  await expect((async () => one.lane.ask(question({ signal: AbortSignal.abort(new Error('over')) })))()).rejects.toThrow('over');
  expect(one.opened).toHaveLength(1);
});
