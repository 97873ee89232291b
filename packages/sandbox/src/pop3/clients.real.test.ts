import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { SEED } from '../dialog.test.fixture.ts';
import { withPeers } from '../peers.test.fixture.ts';
import { startSandbox, type Sandbox } from '../sandbox.ts';

const suite = withPeers(['python3', 'fetchmail'], 'python3 fetchmail');

const PYTHON = `
import poplib, ssl, sys, json, hashlib
ca, port, tls_port, user, password = sys.argv[1:6]
poplib._MAXLINE = 1 << 20
context = ssl.create_default_context(cafile=ca)
out = {}
def login(pop, secret=password):
    pop.user(user)
    return pop.pass_(secret)[:3].decode()
pop = poplib.POP3_SSL('127.0.0.1', int(tls_port), context=context)
out['login'] = login(pop)
out['capabilities'] = sorted(pop.capa())
out['stat'] = pop.stat()[0]
out['sizes'] = sum(int(row.split()[1]) for row in pop.list()[1]) == pop.stat()[1]
ids = [row.split()[1].decode() for row in pop.uidl()[1]]
out['ids'] = len(set(ids))
out['one'] = pop.uidl(2).split()[2].decode() == ids[1]
out['hashes'] = [hashlib.sha256(b'\\r\\n'.join(pop.retr(n + 1)[1]) + b'\\r\\n').hexdigest() for n in range(len(ids))]
out['top'] = any(line == b'' for line in pop.top(1, 0)[1]) and len(pop.top(1, 2)[1]) == len(pop.top(1, 0)[1]) + 2
try:
    pop.retr(999)
except poplib.error_proto as error:
    out['missing'] = str(error.args[0][:4], 'ascii')
pop.dele(1)
pop.rset()
pop.dele(2)
out['left'] = pop.stat()[0]
pop.quit()
pop = poplib.POP3('127.0.0.1', int(port))
try:
    login(pop)
    out['clear'] = 'let in'
except poplib.error_proto:
    out['clear'] = 'refused'
out['stls'] = pop.stls(context)[:3].decode()
try:
    login(pop, 'wrong')
except poplib.error_proto as error:
    out['wrong'] = '[AUTH]' in str(error)
out['login2'] = login(pop)
out['after'] = pop.stat()[0]
out['second'] = pop.uidl(2).split()[2].decode() == ids[2]
pop.quit()
print(json.dumps(out))
`;

/** The server runs in this process: a program that talks to it must not block it. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  return new Promise((resolve, reject) =>
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${program} ended with ${code}: ${complaint}${out}`)))),
  );
}

const inbox = SEED.messages.filter(({ folder }) => folder === 'INBOX');

suite('clients that others wrote', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ seed: SEED });
  });
  afterEach(() => sandbox.close());

  test("Python's poplib", async () => {
    const { pop3, user, caFile } = sandbox;
    const args = [caFile, pop3.port, pop3.tlsPort, user.address, user.password].map(String);
    const { createHash } = await import('node:crypto');
    const ended = (raw: Buffer) => (raw.toString('latin1').endsWith('\r\n') ? raw : Buffer.concat([raw, Buffer.from('\r\n')]));
    // Python takes a line for ended at a bare LF too.
    const lines = (raw: Buffer) => Buffer.from(ended(raw).toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
    expect(JSON.parse(await run('python3', ['-c', PYTHON, ...args]))).toEqual({
      login: '+OK',
      capabilities: ['AUTH-RESP-CODE', 'PIPELINING', 'RESP-CODES', 'SASL', 'TOP', 'UIDL', 'USER'],
      stat: inbox.length,
      sizes: true,
      ids: inbox.length,
      one: true,
      hashes: inbox.map(({ raw }) => createHash('sha256').update(lines(raw)).digest('hex')),
      top: true,
      missing: '-ERR',
      left: inbox.length - 1,
      clear: 'refused',
      stls: '+OK',
      wrong: true,
      login2: '+OK',
      after: inbox.length - 1,
      second: true,
    });
  }, 30_000);

  test.each(['pop3s', 'stls'])(
    'fetchmail takes every mail over %s, and what it took is gone',
    async (how) => {
      const { pop3, user, caFile, store } = sandbox;
      const folder = mkdtempSync(join(tmpdir(), 'fetchmail-'));
      try {
        const config = join(folder, 'fetchmailrc');
        const [port, tls] = how === 'pop3s' ? [pop3.tlsPort, 'ssl'] : [pop3.port, 'sslproto "TLS1.2+"'];
        writeFileSync(
          config,
          `poll localhost protocol pop3 port ${port} uidl user "${user.address}" password "${user.password}" ${tls} sslcertck sslcertfile "${caFile}" fetchall mda "cat >> ${folder}/mail; echo >> ${folder}/count"\n`,
          { mode: 0o600 },
        );
        await run('fetchmail', ['-f', config, '--nosyslog', '-i', join(folder, 'ids'), '--pidfile', join(folder, 'pid')], {
          ...process.env,
          HOME: folder,
        });
        expect(readFileSync(join(folder, 'count'), 'latin1').length).toBe(inbox.length);
        const mail = readFileSync(join(folder, 'mail'), 'latin1');
        for (const { raw } of inbox) {
          const [, id] = /^Message-ID: (<[^>]+>)/im.exec(raw.toString('latin1')) ?? [];
          if (id !== undefined) expect(mail).toContain(id);
        }
        expect(store.account(user.address)?.folder('INBOX')?.messages).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
