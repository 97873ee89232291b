import {
  EmailError,
  defineAuth,
  defineBackend,
  defineSender,
  secretField,
  serverFields,
  settingField,
  type Session,
  type SessionContext,
  type SessionRecipe,
} from '@mailwright/core';
import { fakeContext, fakeMailbox } from '@mailwright/testing';
import { z } from 'zod';
import example from './connect.example.json' with { type: 'json' };
import { connect, type Parts } from './connect.ts';

const never = () => Promise.reject(new Error('a form opens nothing'));
const basic = defineAuth({
  mode: 'basic',
  title: 'User name and password',
  input: z.strictObject({
    mode: z.literal('basic'),
    username: settingField({ title: 'User name' }),
    password: secretField({ title: 'Password' }),
  }),
  authenticate: never,
});
const none = defineAuth({ mode: 'none', title: 'None', input: z.strictObject({ mode: z.literal('none') }), authenticate: never });
const server = (id: string, authModes: readonly string[]) => ({
  id,
  title: id.toUpperCase(),
  config: z.strictObject(serverFields({ tls: 993, starttls: 143, none: 143 })),
  authModes,
  provides: ['search', 'read'] as const,
  open: never,
});
const PARTS: Parts = {
  backends: [defineBackend(server('imap', ['basic'])), defineBackend(server('files', ['none']))],
  senders: [defineSender(server('smtp', ['none', 'basic'])), defineSender(server('submission', ['basic']))],
  auth: [basic, none],
};
const LOGIN = { mode: 'basic', username: 'me', password: { credential: 'vault/key' } };
const IMAP = { backend: 'imap', host: 'imap.example.com', auth: LOGIN };

interface Opened {
  readonly recipe?: SessionRecipe;
  readonly saved?: readonly [string, string];
}

/** Runs Connect with sessions that open nothing; answers what they were asked, too. */
async function run(given: object, parts = PARTS) {
  const asked: Opened[] = [];
  const session: Session = {
    name: 'any',
    backend: 'imap',
    can: new Set(['search', 'read', 'send'] as const),
    timeZone: 'Europe/Berlin',
    from: { address: 'me@example.test', name: 'Me' },
    mailbox: fakeMailbox(),
  };
  const sessions: SessionContext['sessions'] = {
    open: async (recipe) => (asked.push({ recipe }), session),
    openSaved: async (saved, name) => {
      if (saved !== 'Stored') throw new EmailError('session.not_saved', { saved, known: ['Stored'] });
      asked.push({ saved: [saved, name] });
      return session;
    },
    close: async () => false,
    names: () => [],
  };
  const definition = connect(parts);
  const output = await definition.run(definition.input.parse(given), { ...fakeContext(fakeMailbox()), sessions });
  return { asked, output: definition.output.parse(output) };
}

const refusal = (given: object, parts = PARTS) =>
  connect(parts)
    .input.safeParse(given)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

test('the example opens a session from a recipe without defaults that nobody chose', async () => {
  const { asked, output } = await run(example);
  expect(asked).toEqual([
    {
      recipe: {
        name: 'Invoices',
        server: { ...example.server, allowClearTextPassword: false },
        outgoing: { ...example.outgoing, allowClearTextPassword: false },
        timeZone: 'Europe/Berlin',
        readOnly: false,
      },
    },
  ]);
  expect(output).toEqual({
    name: 'Invoices',
    backend: 'imap',
    can: ['search', 'read', 'send'],
    from: 'me@example.test',
    timeZone: 'Europe/Berlin',
    warnings: [],
  });
});

test('R1.4 the session is named Default unless it says otherwise', async () => {
  const { asked } = await run({ server: IMAP });
  expect(asked[0]?.recipe?.name).toBe('Default');
});

test('a saved session is opened under the name of this step', async () => {
  const { asked, output } = await run({ session: 'Mine', saved: 'Stored' });
  expect(asked).toEqual([{ saved: ['Stored', 'Mine'] }]);
  expect(output).toMatchObject({ name: 'Mine', warnings: [] });
  await expect(run({ saved: 'Nothing' })).rejects.toMatchObject({ code: 'session.not_saved' });
});

test('R6.4 either a server or a saved session, and beside a saved one nothing that would be lost', () => {
  expect(refusal({})).toEqual(['server: needs a server, or the name of a saved session']);
  expect(refusal({ server: IMAP, saved: 'Stored' })).toContain('server: cannot stand beside saved: take one of both');
  expect(refusal({ saved: 'Stored', readOnly: true })).toEqual(['readOnly: cannot stand beside saved, which has settings of its own']);
  expect(refusal({ saved: 'Stored', readOnly: false })).toBeUndefined();
});

test('R2.11 a branch has its own fields: one of another server, a login it lacks or a misspelled key are refused', () => {
  expect(refusal({ server: { ...IMAP, backend: 'pop' } })?.[0]).toMatch(/^server\.backend: /);
  expect(refusal({ server: { ...IMAP, hots: 'x' } })?.[0]).toMatch(/hots/);
  expect(refusal({ server: { ...IMAP, auth: { mode: 'none' } } })?.[0]).toMatch(/^server\.auth\.mode: /);
  expect(refusal({ server: { backend: 'imap', host: 'x' } })?.[0]).toMatch(/^server\.auth: /);
  expect(refusal({ server: IMAP, timeZone: 'Mars/Olympus' })?.[0]).toMatch(/^timeZone: not the name of a time zone/);
  expect(refusal({ server: { ...IMAP, auth: { ...LOGIN, password: 'plain' } } })).toBeDefined();
});

test('R2.10 a sender may stand alone, with or without a login; as outgoing server its login may be left out', () => {
  expect(refusal({ server: { backend: 'smtp', host: 'relay.example.com' } })).toBeUndefined();
  expect(refusal({ server: { backend: 'smtp', host: 'relay.example.com', auth: LOGIN } })).toBeUndefined();
  expect(refusal({ server: IMAP, outgoing: { backend: 'smtp', host: 'x' } })).toBeUndefined();
  expect(refusal({ server: IMAP, outgoing: { backend: 'submission', host: 'x' } })).toBeUndefined();
  expect(refusal({ server: { backend: 'submission', host: 'x' } })?.[0]).toMatch(/^server\.auth: /);
  expect(refusal({ server: IMAP, outgoing: IMAP })?.[0]).toMatch(/^outgoing\.backend: /);
});

test('R2.11 where nothing can send there is no outgoing server', () => {
  expect(refusal({ server: IMAP }, { ...PARTS, senders: [] })).toBeUndefined();
  expect(refusal({ server: IMAP, outgoing: { backend: 'smtp', host: 'x' } }, { ...PARTS, senders: [] })?.[0]).toMatch(/outgoing/);
});

test('it warns of clear text, of an accepted certificate and of a time zone that was left out', async () => {
  const trustCertificate = 'ab'.repeat(32);
  const { output } = await run({ server: IMAP, outgoing: { backend: 'smtp', host: 'x', security: 'none', trustCertificate } });
  expect((output as { warnings: string[] }).warnings).toEqual([
    'A connection is not encrypted: everyone on the way can read the mail.',
    'One certificate is accepted although nobody vouches for it.',
    'No time zone is set: days in filters are days of this machine (Europe/Berlin).',
  ]);
});

test('R1.43 R2.9 the form: each branch and each login have a title, and the schema is made for every field', () => {
  const schema = connect(PARTS).input.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as {
    properties: Record<string, { title?: string; anyOf?: { title?: string }[]; oneOf?: { title?: string }[] }>;
  };
  for (const [name, field] of Object.entries(schema.properties)) expect([name, field.title]).toEqual([name, expect.any(String)]);
  const branches = schema.properties['server']?.oneOf ?? schema.properties['server']?.anyOf;
  expect(branches?.map(({ title }) => title)).toEqual(['IMAP', 'FILES', 'SMTP', 'SUBMISSION']);
});
