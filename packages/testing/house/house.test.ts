import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const SOURCES = FILES.filter((file) => /\.(ts|js)$/.test(file));
const isTest = (file: string) => /\.test(\.fixture)?\.ts$/.test(file) || file.startsWith('packages/testing/');
const manifest = (folder: string) =>
  JSON.parse(read(join(folder, 'package.json'))) as {
    name: string;
    dependencies?: Record<string, string>;
    optionalDependencies?: Record<string, string>;
    exports?: object;
    license?: string;
  };
const PACKAGES = FILES.filter((file) => /^packages\/[^/]+\/package\.json$/.test(file)).map(dirname);
const ACTIONS = [...new Set(FILES.filter((file) => /^actions\/[^/]+\/[^/]+\.ts$/.test(file)).map((file) => file.split('/')[1] ?? ''))];

/** Entries that break a rule; the rule holds when there are none. */
const offenders = (files: readonly string[], breaks: (text: string, file: string) => boolean) =>
  files.filter((file) => breaks(read(file), file));

test('no source file has more than 300 lines', () => {
  expect(offenders(SOURCES, (text) => text.split('\n').length > 301)).toEqual([]);
});

test('no folder has a name that says nothing', () => {
  expect(
    FILES.filter((file) =>
      file
        .split('/')
        .slice(0, -1)
        .some((level) => ['common', 'utils', 'util', 'helpers', 'shared', 'misc'].includes(level)),
    ),
  ).toEqual([]);
});

test('folders and files are kebab-case', () => {
  // A language's file has the language's own tag for a name (BCP 47).
  const fits = (file: string) =>
    /^([a-z0-9]+(-[a-z0-9]+)*|[a-z]{2}-[A-Z]{2})(\.[a-z]+)+$/.test(basename(file)) || basename(file).startsWith('.');
  expect(SOURCES.filter((file) => !fits(file))).toEqual([]);
});

test('each backend has the six files and its tests', () => {
  const wanted = ['index', 'config', 'open', 'mailbox', 'dialect', 'errors']
    .map((name) => `${name}.ts`)
    .concat('dialect.test.ts', 'errors.test.ts', 'conformance.test.ts');
  for (const folder of PACKAGES.filter((one) => basename(one).startsWith('backend-')))
    expect(readdirSync(join(ROOT, folder, 'src'))).toEqual(expect.arrayContaining(wanted));
});

test('each action folder has its three files, an id that is its name, and a place in the palette', () => {
  const index = read('actions/index.ts');
  for (const name of ACTIONS) {
    for (const file of [`${name}.ts`, `${name}.test.ts`, `${name}.example.json`])
      expect(existsSync(join(ROOT, 'actions', name, file))).toBe(true);
    expect(read(`actions/${name}/${name}.ts`)).toContain(`id: 'email.${name}'`);
    expect(index).toContain(`./${name}/${name}.ts`);
  }
  expect(ACTIONS.length).toBeGreaterThanOrEqual(10);
});

test('every error code is made somewhere', () => {
  const codes = [...read('packages/core/src/errors.ts').matchAll(/^ {2}'([a-z]+\.[a-z_]+)': spec\(/gm)].map(([, code]) => code ?? '');
  const code = SOURCES.filter((file) => !isTest(file) && file !== 'packages/core/src/errors.ts')
    .map(read)
    .join('\n');
  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((one) => !code.includes(`'${one}'`))).toEqual([]);
});

test('a secret is revealed only where a connection is opened, a login made, or a vault written', () => {
  const allowed = [
    'packages/auth/',
    'packages/vault/',
    'packages/network/src/proxy.ts',
    'packages/network/src/http-tunnel.ts',
    'packages/network/src/socks-tunnel.ts',
    'packages/core/src/secret.ts',
    'packages/sdk/src/secrets.ts',
    'packages/sdk/src/sealing-key.ts',
    'packages/sdk/src/test-connection/token-text.ts',
    'packages/backend-graph/src/client.ts',
    'packages/backend-imap/src/sign-in.ts',
    'packages/backend-imap/src/open.ts',
    'packages/backend-ews/src/sign-in.ts',
    'packages/backend-pop3/src/sign-in.ts',
    'packages/sender-smtp/src/dial.ts',
  ];
  expect(
    offenders(
      SOURCES.filter((file) => file.endsWith('.ts') && !isTest(file) && !allowed.some((one) => file.startsWith(one))),
      (text) => text.includes('.reveal()'),
    ),
  ).toEqual([]);
});

test('connections are made in one place, which knows of proxies', () => {
  // The sandbox is a server, the editor's page asks its own server, and an image of a mail may only come from an address that was looked
  // at, which a proxy does not show; a cloud's metadata service answers on the machine itself only. The rest asks for a socket.
  const exceptions = ['packages/host-editor/src/server/servers/images.ts', 'packages/vault/src/local-metadata.ts'];
  const allowed = ['packages/network/src/', 'packages/sandbox/src/', 'packages/host-editor/src/page/', ...exceptions, 'scripts/', 'bench/'];
  const openers = ['connect', 'createConnection', 'Socket', 'Agent', 'request', 'get'];
  const imported = (text: string) =>
    [...text.matchAll(/import \{([^}]*)\} from 'node:(?:net|tls|https?|http2)'/g)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    );
  const opens = (text: string) =>
    imported(text).some((name) => openers.includes(name.replace(/ as .*/, ''))) ||
    /(?<![.#\w])fetch\(|import \w+ from 'node:(net|tls|http)/.test(text);
  expect(
    offenders(
      SOURCES.filter((file) => !isTest(file) && !allowed.some((one) => file.startsWith(one))),
      opens,
    ),
  ).toEqual([]);
  const samples = [
    "import { connect as dial } from 'node:tls';",
    "await fetch('x')",
    "import { isIP, type Socket } from 'node:net';",
    'client.fetch(1)',
    'this.#fetch(1)',
  ];
  expect(samples.map(opens)).toEqual([true, true, false, false, false]);
});

test('only tests and benchmarks import the testing package', () => {
  expect(
    offenders(
      SOURCES.filter((file) => !isTest(file) && !file.startsWith('bench/')),
      (text) => /from '@mailwright\/testing'/.test(text),
    ),
  ).toEqual([]);
});

test('actions import core and nothing else of ours; hosts import sdk, automation and engine, the command line the sandbox too', () => {
  const ours = (text: string) => [...text.matchAll(/from '(@mailwright\/[\w-]+)/g)].map(([, name]) => name ?? '');
  expect(
    offenders(
      SOURCES.filter((file) => file.startsWith('actions/') && !isTest(file)),
      (text) => ours(text).some((name) => name !== '@mailwright/core'),
    ),
  ).toEqual([]);
  const hosts = ['@mailwright/sdk', '@mailwright/automation', '@mailwright/engine', '@mailwright/sandbox'];
  // The command line starts the editor (turbo.json: tag cli).
  const mayImport = (file: string) => (file.startsWith('packages/host-cli/') ? [...hosts, '@mailwright/host-editor'] : hosts);
  expect(
    offenders(
      SOURCES.filter((file) => file.startsWith('packages/host-') && !isTest(file)),
      (text, file) => ours(text).some((name) => !mayImport(file).includes(name)),
    ),
  ).toEqual([]);
});

test('packages export one door, have the license, and depend on exact versions', () => {
  for (const folder of [...PACKAGES, 'actions']) {
    const { exports = {}, license, dependencies = {}, optionalDependencies = {} } = manifest(folder);
    expect([folder, Object.keys(exports), license]).toEqual([folder, ['.'], 'Apache-2.0']);
    expect(Object.entries({ ...dependencies, ...optionalDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual(
      [],
    );
  }
});

test('tests talk to this machine alone', () => {
  const host = /(?:host|connect\w*|fetch|https?:\/\/)\W{0,12}(?!127\.|0\.0\.0\.0)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})/;
  expect(offenders(SOURCES.filter(isTest), (text) => host.test(text))).toEqual([]);
});

test('server quirks and mail are data: fixtures hold no code', () => {
  expect(FILES.filter((file) => file.startsWith('fixtures/') && !/\.(eml|json|yaml|txt)$/.test(file))).toEqual([]);
});

test('core stays small: at most 80 names that do something', async () => {
  const { length } = Object.keys(await import('@mailwright/core'));
  expect(length).toBeGreaterThan(40);
  expect(length).toBeLessThanOrEqual(80);
});
