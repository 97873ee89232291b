// A ticket of a real KDC (MIT), shown by the package kerberos, and looked at by MIT's own library before anything reaches the sandbox.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startSandbox, type Sandbox } from '@mailwright/sandbox';
import { describeReal, freePorts } from '@mailwright/testing';

const run = promisify(execFile);
const REALM = 'EXAMPLE.TEST';

/** Lets in who shows a good ticket for HTTP/localhost, and asks the sandbox in the name of the one user; says whose ticket it was. */
const VERIFIER = `
import base64, gssapi, http.server, sys, urllib.request
port, target, login = sys.argv[1:4]
name = gssapi.Name('HTTP@localhost', gssapi.NameType.hostbased_service)
creds = gssapi.Credentials(usage='accept', name=name)
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    user = None
    def log_message(self, *args): pass
    def answer(self, status, headers, body):
        self.send_response(status)
        for key, value in headers: self.send_header(key, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def handle_any(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        scheme, _, token = self.headers.get('Authorization', '').partition(' ')
        if scheme == 'Negotiate' and token:
            try:
                context = gssapi.SecurityContext(creds=creds, usage='accept')
                context.step(base64.b64decode(token))
                self.user = str(context.initiator_name) if context.complete else None
                print('ticket of', self.user, flush=True)
            except gssapi.exceptions.GSSError as error:
                print('refused', error, flush=True)
        if self.user is None:
            return self.answer(401, [('WWW-Authenticate', 'Negotiate')], b'')
        request = urllib.request.Request(target, body, {'Content-Type': 'text/xml', 'Authorization': 'Basic ' + login})
        with urllib.request.urlopen(request) as reply:
            self.answer(reply.status, [('Content-Type', reply.headers['Content-Type'])], reply.read())
    do_GET = do_POST = handle_any
http.server.ThreadingHTTPServer(('127.0.0.1', int(port)), Handler).serve_forever()
`;

/** Opens the mailbox as the user of the machine, and tells what is in it. */
const BOT = `
import { ews } from '@mailwright/backend-ews';
import { openContext } from '@mailwright/testing';
const config = ews.config.parse({ url: process.argv[1], version: 'Exchange2013' });
try {
  const mailbox = await ews.open(config, { kind: 'none' }, openContext());
  const found = await Array.fromAsync(mailbox.search({ folder: 'INBOX' }));
  console.log(JSON.stringify({ found: found.length }));
  await mailbox[Symbol.asyncDispose]();
} catch (error) {
  console.log(JSON.stringify({ code: error.code, message: error.message }));
}
`;

describeReal('Kerberos', ['krb5kdc', 'gssapi', 'python3'], () => {
  let [folder, url, said] = ['', '', ''];
  let sandbox: Sandbox;
  let env: NodeJS.ProcessEnv;
  const processes: ChildProcess[] = [];
  const started = (command: string, args: readonly string[]) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (said += chunk.toString()));
    processes.push(child);
  };
  const kadmin = (query: string) => run('kadmin.local', ['-r', REALM, '-q', query], { env });
  const bot = async (ccache: string): Promise<{ found?: number; code?: string; message?: string }> => {
    const resolve = `export function resolve(s, c, n) { return s === 'kerberos' ? { url: '${pathToFileURL(join(folder, 'node_modules/kerberos/lib/index.js')).href}', shortCircuit: true } : n(s, c) }`;
    const hook = `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(resolve)}));`;
    const args = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, '--input-type=module', '-e', BOT, url];
    const { stdout } = await run(process.execPath, args, {
      cwd: import.meta.dirname,
      env: { ...env, KRB5CCNAME: join(folder, ccache) },
      timeout: 30_000,
    });
    return JSON.parse(stdout) as { found?: number };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mailwright-kerberos-'));
    const [kdc = 0, door = 0] = await freePorts(2);
    env = {
      ...process.env,
      KRB5_CONFIG: join(folder, 'krb5.conf'),
      KRB5_KDC_PROFILE: join(folder, 'kdc.conf'),
      KRB5_KTNAME: join(folder, 'keytab'),
      USER: 'demo',
      NODE_OPTIONS: '',
    };
    await writeFile(
      join(folder, 'krb5.conf'),
      `[libdefaults]\ndefault_realm = ${REALM}\ndns_lookup_kdc = false\ndns_canonicalize_hostname = false\nrdns = false\n[realms]\n${REALM} = {\n kdc = 127.0.0.1:${kdc}\n}\n[domain_realm]\nlocalhost = ${REALM}\n`,
    );
    await writeFile(
      join(folder, 'kdc.conf'),
      `[kdcdefaults]\nkdc_listen = 127.0.0.1:${kdc}\nkdc_tcp_listen = 127.0.0.1:${kdc}\n[realms]\n${REALM} = {\n database_name = ${folder}/principal\n key_stash_file = ${folder}/stash\n acl_file = ${folder}/acl\n max_life = 1h\n}\n`,
    );
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { kerberos: true } }));
    // The package is optional, so that it is not among ours; from the sources where no made one can be had.
    const installed = run('npm', ['install', '--no-audit', '--no-fund', 'kerberos@7.0.0'], { cwd: folder });
    await run('kdb5_util', ['create', '-s', '-r', REALM, '-P', 'master-of-this-test'], { env });
    await kadmin('addprinc -pw user-of-this-test demo');
    await kadmin('addprinc -randkey HTTP/localhost');
    await kadmin(`ktadd -k ${folder}/keytab HTTP/localhost`);
    started('krb5kdc', ['-n', '-r', REALM]);
    sandbox = await startSandbox();
    const login = Buffer.from(`${sandbox.user.address}:${sandbox.user.password}`).toString('base64');
    started('/usr/bin/python3', ['-c', VERIFIER, `${door}`, `http://127.0.0.1:${sandbox.ews.port}/EWS/Exchange.asmx`, login]);
    url = `http://localhost:${door}/EWS/Exchange.asmx`;
    await installed;
  }, 120_000);
  afterAll(async () => {
    for (const child of processes) child.kill();
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('the ticket of the user of this machine opens the mailbox', async () => {
    const kinit = spawn('kinit', ['-c', join(folder, 'tickets'), 'demo'], { env, stdio: ['pipe', 'ignore', 'pipe'] });
    kinit.stdin.end('user-of-this-test\n');
    expect(await new Promise((resolve) => kinit.once('exit', resolve))).toBe(0);
    expect([await bot('tickets'), said]).toEqual([
      { found: expect.any(Number) as number },
      expect.stringContaining(`ticket of demo@${REALM}`),
    ]);
    expect(said).not.toContain('refused');
  }, 60_000);

  test('without a ticket the error says what the machine lacks', async () => {
    expect(await bot('nothing')).toMatchObject({ code: 'auth.rejected', message: expect.stringMatching(/credentials|ticket/i) as string });
  }, 60_000);
});
