import type { Http, HttpAnswer } from '@mailwright/core';
import { Secret } from '@mailwright/core';
import { testVault } from '@mailwright/testing';
import { exec } from './exec.ts';
import { hashicorp } from './hashicorp.ts';
import { memoryVault } from './memory.ts';
import type { VaultContext } from './kind.ts';

const VALUE = 'käse "und" brot; $(rm)';
const secret = () => Promise.resolve(new Secret('login-of-the-vault'));
const nobody: VaultContext = { http: () => Promise.reject(new Error('no network')), secret };

testVault('in memory', () => Promise.resolve({ vault: memoryVault('m', { a: VALUE }), key: 'a', value: VALUE, missing: 'b' }));

const program = (script: string, id = 'e') =>
  exec.open(exec.config.parse({ kind: 'exec', id, command: [process.execPath, '-e', script, '{key}'] }), nobody);
testVault('exec', () =>
  Promise.resolve({
    vault: program(`console.log(process.argv[1] === 'a b; echo' ? ${JSON.stringify(VALUE)} : '')`),
    key: 'a b; echo',
    value: VALUE,
    missing: 'none',
    unreachable: exec.open(
      exec.config.parse({
        kind: 'exec',
        id: 'x',
        command: ['no-such-program-here'],
      }),
      nobody,
    ),
  }),
);

test('exec: its failure tells no output; its environment holds no secrets', async () => {
  process.env['MAILWRIGHT_SECRET_CANARY'] = 'canary-of-the-environment';
  const telling = program(`console.log('half-a-secret'); console.error('half-a-secret'); process.exit(3)`);
  const error: unknown = await telling.read('k').catch((thrown: unknown) => thrown);
  expect(JSON.stringify(error)).toMatch(/vault.unreachable.*code 3/);
  expect(JSON.stringify(error)).not.toContain('half-a-secret');
  const seen = await program('console.log(JSON.stringify(process.env))').read('k');
  expect(seen.reveal()).not.toContain('canary-of-the-environment');
  delete process.env['MAILWRIGHT_SECRET_CANARY'];
});

/** Answers as the published API says; not a real server. */
const fake: Http = ({ url, headers = {}, body }) => {
  const { pathname } = new URL(url);
  const say = (status: number, content: object): Promise<HttpAnswer> =>
    Promise.resolve({ status, headers: {}, text: JSON.stringify(content) });
  if (pathname === '/v1/auth/approle/login')
    return body?.includes('login-of-the-vault')
      ? say(200, { auth: { client_token: 'login-of-the-vault' } })
      : say(400, { errors: ['invalid role'] });
  if (headers['x-vault-token'] !== 'login-of-the-vault') return say(403, { errors: ['permission denied'] });
  return pathname === '/v1/secret/data/team/mail' ? say(200, { data: { data: { password: VALUE } } }) : say(404, { errors: [] });
};
const corp = (more: object, http = fake, reveal = secret) =>
  hashicorp.open(hashicorp.config.parse({ kind: 'hashicorp', id: 'corp', address: 'https://vault.example.test:8200', ...more }), {
    http,
    secret: reveal,
  });
const TOKEN = { token: { credential: 'file/vault-token' } };
const down: Http = () => Promise.reject(new Error('ECONNREFUSED'));
const wrong = () => Promise.resolve(new Secret('some other token'));
const entry = { key: 'team/mail#password', value: VALUE, missing: 'team/mail#nothing' };
testVault('HashiCorp, token', () =>
  Promise.resolve({ vault: corp(TOKEN), ...entry, unreachable: corp(TOKEN, down), locked: corp(TOKEN, fake, wrong) }),
);
const ROLE = { appRole: { roleId: 'r', secretId: { credential: 'file/role' } } };
testVault('HashiCorp, AppRole', () =>
  Promise.resolve({ vault: corp(ROLE), ...entry, missing: 'team/none#x', unreachable: corp(ROLE, down), locked: corp(ROLE, fake, wrong) }),
);
