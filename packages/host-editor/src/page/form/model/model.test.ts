import { readFileSync } from 'node:fs';
import type { AutomationContent, Fields, Json } from '../../../api.ts';
import { Memory, branchOf, branchesOf, fresh, switched } from './branches.ts';
import { complete, completed } from './complete.ts';
import { fieldsOf, proposalOf, shownPointers } from './fields.ts';
import { byField } from './problems.ts';
import { isExpression, kindOf, resolved, type Schema } from './schema.ts';
import { connectFor, namesAt, openersAbove } from './scope.ts';
import { pathOf, pointerOf, valueAt, withValue } from './value.ts';

const schemaOf = (name: string): Schema =>
  JSON.parse(readFileSync(new URL(`../../../../../../fixtures/schemas/${name}.json`, import.meta.url), 'utf8')) as Schema;
const connect = schemaOf('connect');
const server = resolved(connect.properties?.['server'] ?? {}, connect);
const branch = (choice: Schema, id: string): Schema => branchesOf(choice, connect).find((one) => one.id === id)?.schema ?? {};
const auth = resolved(branch(server, 'imap').properties?.['auth'] ?? {}, connect);

describe('the kinds of field', () => {
  test.each([
    ['connect', 'session', 'session'],
    ['connect', 'server', 'choice'],
    ['connect', 'limits', 'object'],
    ['save-message', 'to', 'file'],
    ['loop', 'folder', 'folder'],
    ['loop', 'filter', 'filter'],
    ['loop', 'limit', 'number'],
    ['loop', 'load', 'enum'],
    ['move', 'messages', 'messages'],
    ['send', 'to', 'text'],
    ['send', 'text', 'multiline'],
    ['send', 'attachments', 'files'],
    ['send', 'headers', 'map'],
    ['send', 'readReceipt', 'boolean'],
    ['mark', 'addKeywords', 'list'],
  ])('%s.%s is drawn as %s', (name, field, kind) => {
    const root = schemaOf(name);
    expect(kindOf(resolved(root.properties?.[field] ?? {}, root))).toBe(kind);
  });

  test('a password is a reference only, a user name may be plain', () => {
    const basic = branch(auth, 'basic');
    const kinds = ['username', 'password'].map((key) => kindOf(resolved(basic.properties?.[key] ?? {}, connect)));
    expect(kinds).toEqual(['setting', 'secret']);
  });
});

describe('branches', () => {
  test('each has its title, and nested choices are told by the outer key', () => {
    expect(branchesOf(server, connect).map(({ id }) => id)).toEqual(['imap', 'pop3', 'ews', 'graph', 'file', 'smtp']);
    expect(branchesOf(auth, connect).map(({ id }) => id)).toEqual([
      'basic',
      'oauth-pkce',
      'oauth-device-code',
      'oauth-client-credentials',
      'oauth-ropc',
      'oauth-vault',
      'google-service-account',
    ]);
    expect(branchesOf(branch(auth, 'oauth-pkce'), connect).map(({ id }) => id)).toEqual(['microsoft', 'google', 'generic']);
    expect(branchesOf(branch(auth, 'oauth-client-credentials'), connect).map(({ id }) => id)).toEqual(['microsoft', 'generic']);
  });

  test('a new server begins with every choice that must be made', () => {
    expect(fresh(server, connect)).toEqual({ backend: 'imap', auth: { mode: 'basic' } });
    expect(fresh(branch(auth, 'oauth-pkce'), connect)).toEqual({ mode: 'oauth-pkce', provider: 'microsoft' });
  });

  test('a choice that need not be said is taken as the branch that does not need it', () => {
    const microsoft = branch(branch(auth, 'oauth-client-credentials'), 'microsoft');
    expect(branchOf(microsoft, connect, { mode: 'oauth-client-credentials', provider: 'microsoft' })?.id).toBe('secret');
    expect(branchOf(microsoft, connect, undefined)).toBeUndefined();
  });

  test('only the chosen branch is in the value, and what was typed in the other comes back', () => {
    const memory = new Memory();
    const typed = { mode: 'basic', username: 'me@example.test', password: { credential: 'a#b' } };
    const pkce = switched(auth, connect, typed, 'oauth-pkce', memory, '/with/server/auth');
    expect(pkce).toEqual({ mode: 'oauth-pkce', provider: 'microsoft', username: 'me@example.test' });
    expect(switched(auth, connect, pkce, 'basic', memory, '/with/server/auth')).toEqual(typed);
    memory.forget();
    expect(switched(auth, connect, pkce, 'basic', memory, '/with/server/auth')).toEqual({ mode: 'basic', username: 'me@example.test' });
  });

  test('a host stays when the kind of server changes, a port does not', () => {
    const smtp = switched(server, connect, { backend: 'imap', host: 'h', port: 993, auth: { mode: 'basic' } }, 'smtp', new Memory(), '');
    expect(smtp).toEqual({ backend: 'smtp', host: 'h' });
  });
});

describe('fields', () => {
  test('what few need is behind More options, and outer choices are no fields', () => {
    const { main, more } = fieldsOf(branch(server, 'imap'), connect);
    expect(main.map(({ key }) => key)).toEqual(['host', 'port', 'security', 'auth']);
    expect(more.map(({ key }) => key)).toEqual(['allowClearTextPassword', 'trustCertificate']);
    const google = branch(branch(auth, 'oauth-pkce'), 'google');
    expect(fieldsOf(google, connect).main.map(({ key }) => key)).toEqual(['clientId', 'clientSecret', 'username', 'redirectUri']);
  });

  test('a port is proposed by the security until one was typed', () => {
    const imap = branch(server, 'imap');
    const port = imap.properties?.['port'] ?? {};
    expect(['tls', 'starttls', 'none', undefined].map((security) => proposalOf(port, security ? { security } : {}, imap))).toEqual([
      993, 143, 143, 993,
    ]);
    const smtp = branch(server, 'smtp');
    expect(['tls', 'starttls', 'none'].map((security) => proposalOf(smtp.properties?.['port'] ?? {}, { security }, smtp))).toEqual([
      465, 587, 25,
    ]);
    expect(proposalOf(port, { security: '{{ word }}' }, imap)).toBeUndefined();
  });

  test('pointers of what is shown follow the chosen branch', () => {
    const shown = shownPointers(connect, connect, { server: { backend: 'imap', auth: { mode: 'oauth-pkce', provider: 'google' } } }, [
      'with',
    ]);
    expect(shown).toEqual(
      expect.arrayContaining(['/with/server', '/with/server/port', '/with/server/auth', '/with/server/auth/redirectUri']),
    );
    expect(shown).not.toContain('/with/server/auth/tenant');
    expect(shown).not.toContain('/with/server/auth/password');
  });
});

describe('problems', () => {
  const shown = shownPointers(connect, connect, { server: { backend: 'imap', auth: { mode: 'basic' } } }, ['with']);
  const at = (place: { pointer?: string; where?: string }) => [
    ...byField([{ line: 1, column: 1, message: 'm', fix: 'f', ...place }], shown).keys(),
  ];
  test('stand at their field, by pointer or by words', () => {
    expect(at({ pointer: '/with/server/port' })).toEqual(['/with/server/port']);
    expect(at({ where: 'server (imap), auth (basic), password' })).toEqual(['/with/server/auth/password']);
    expect(at({ where: 'server (imap), auth (basic), password, credential' })).toEqual(['/with/server/auth/password']);
    expect(at({ pointer: '/with/server/prot' })).toEqual(['/with/server']);
    expect(at({})).toEqual(['']);
  });
});

describe('values', () => {
  test('are changed in a copy, keys keep their order', () => {
    const before: Json = { a: { b: 1, c: [1, 2, 3] }, d: 1 };
    expect(JSON.stringify(withValue(before, ['a', 'b'], 2))).toBe('{"a":{"b":2,"c":[1,2,3]},"d":1}');
    expect(withValue(before, ['a', 'c', '1'], undefined)).toEqual({ a: { b: 1, c: [1, 3] }, d: 1 });
    expect(withValue(before, ['a', 'b'], undefined)).toEqual({ a: { c: [1, 2, 3] }, d: 1 });
    expect(withValue(undefined, ['x', 'y'], 1)).toEqual({ x: { y: 1 } });
    expect(valueAt(before, ['a', 'c', '2'])).toBe(3);
    expect(valueAt(before, ['constructor'])).toBeUndefined();
  });
  test('pointers are of RFC 6901', () => {
    expect(pathOf(pointerOf(['a/b', 'c~d', '1']))).toEqual(['a/b', 'c~d', '1']);
  });
  test('one expression alone is told from a text with one', () => {
    expect(['{{ a }}', ' {{ a }} ', 'x {{ a }}', 'a'].map((one) => isExpression(one))).toEqual([true, true, false, false]);
  });
});

const MAIL = {
  type: 'object',
  properties: {
    subject: { type: 'string' },
    receivedAt: { type: 'string', format: 'date-time' },
    from: { type: 'array', items: { $ref: '#/$defs/Address' } },
  },
  $defs: { Address: { type: 'object', properties: { address: { type: 'string' }, name: { type: 'string' } } } },
};
const DEFINITIONS = [
  { id: 'email.connect', kind: 'session', output: {} },
  { id: 'email.loop', kind: 'loop', output: MAIL },
  { id: 'email.count', kind: 'action', output: { type: 'object', properties: { count: { type: 'integer' } } } },
] as const;
const CONTENT = {
  variables: { word: { type: 'string' }, key: { type: 'secret' } },
  steps: [
    { id: 'open', action: 'email.connect', with: { session: 'Work', server: { backend: 'imap', host: 'h' } } },
    { id: 'n', action: 'email.count' },
    {
      id: 'work',
      try: [
        {
          id: 'each',
          loop: 'email.loop',
          with: { session: 'Work' },
          as: 'mail',
          do: [
            { id: 'inner', action: 'email.count' },
            { id: 'last', stop: 'loop' },
          ],
        },
      ],
      catch: [{ id: 'caught', stop: 'run' }],
      finally: [{ id: 'bye', stop: 'run' }],
    },
    { id: 'after', stop: 'run' },
  ],
} as unknown as AutomationContent;
const namesOf = (id: string) => namesAt(CONTENT, id, DEFINITIONS as never).map(({ name }) => name);

describe('what expressions can name', () => {
  test.each([
    ['open', ['word']],
    ['n', ['word', 'open']],
    ['inner', ['word', 'open', 'n', 'mail']],
    ['last', ['word', 'open', 'n', 'mail', 'inner']],
    ['caught', ['word', 'open', 'n', 'each', 'error']],
    ['after', ['word', 'open', 'n', 'each']],
  ])('at %s: %s', (id, names) => {
    expect(namesOf(id)).toEqual(names);
  });

  const functions = [{ name: 'lower', signature: 'lower(string): string', summary: '' }];
  const at = (text: string) => {
    const caret = text.indexOf('|');
    return complete(text.replace('|', ''), caret, namesAt(CONTENT, 'last', DEFINITIONS as never), functions)?.options.map(
      ({ label }) => label,
    );
  };
  test.each([
    ['{{ |', ['word', 'open', 'n', 'mail', 'inner', 'lower']],
    ['Re: {{ m|', ['mail']],
    ['{{ mail.|', ['subject', 'receivedAt', 'from', 'from[0]']],
    ['{{ mail.from[0].|', ['address', 'name']],
    ['{{ lower(mail.su|) }}', ['subject']],
    ['{{ n.c|', ['count']],
    ['{{ nothing.|', undefined],
    ['{{ "mail.| }}', undefined],
    ['{{ word }} mail.|', undefined],
    ['mail.|', undefined],
  ])('%s', (text, labels) => {
    expect(at(text)).toEqual(labels);
  });

  test('a choice closes the braces once', () => {
    expect(completed('{{ ma', 5, 3, 'mail')).toEqual({ text: '{{ mail }}', caret: 7 });
    expect(completed('{{ma }}', 4, 2, 'mail')).toEqual({ text: '{{ mail }}', caret: 7 });
    expect(completed('{{ lo', 5, 3, 'lower()')).toEqual({ text: '{{ lower() }}', caret: 9 });
    expect(completed('{{ ma and {{ word }}', 5, 3, 'mail').text).toBe('{{ mail }} and {{ word }}');
  });
});

test('sessions opened above are found, with the input that opens them', () => {
  expect(openersAbove(CONTENT, 'inner', DEFINITIONS).map(({ session }) => session)).toEqual(['Work']);
  expect(openersAbove(CONTENT, 'open', DEFINITIONS)).toEqual([]);
  const input: Fields | undefined = connectFor(CONTENT, 'inner', 'Work', DEFINITIONS);
  expect(input?.['server']).toEqual({ backend: 'imap', host: 'h' });
  expect(connectFor(CONTENT, 'inner', 'Other', DEFINITIONS)).toBeUndefined();
});
