// Against the sandbox's Exchange: finding it, other mailboxes, faults of every kind in the middle of work.
import { X509Certificate } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { LIMITS, Secret, type Credential, type Mailbox, type Message, type OpenContext } from '@mailwright/core';
import { dialer } from '@mailwright/network';
import { startSandbox, type Sandbox, type SandboxOptions } from '@mailwright/sandbox';
import { openContext } from '@mailwright/testing';
import { ews } from './index.ts';

const DEMO = { address: 'demo@example.test', password: 'sandbox-test-password-1' };
const SHARED = { address: 'shared@example.test', password: 'sandbox-test-password-2' };
type Fault = NonNullable<NonNullable<SandboxOptions['ews']>['fault']>;

let fault: Fault = () => undefined;
let redirect: string | undefined;
const requests: string[] = [];
let sandbox: Sandbox;
const open: Mailbox[] = [];
beforeAll(async () => {
  sandbox = await startSandbox({
    users: [DEMO, SHARED],
    ews: {
      fault: (operation, attempt) => fault(operation, attempt),
      mayOpen: (user, mailbox) => user === DEMO.address && mailbox === SHARED.address,
      mayImpersonate: (user, mailbox) => user === SHARED.address && mailbox === DEMO.address,
      redirect: () => (redirect === undefined ? undefined : { url: redirect }),
      log: ({ operation }) => requests.push(operation),
    },
  });
});
afterEach(async () => {
  fault = () => undefined;
  redirect = undefined;
  for (const mailbox of open.splice(0)) await mailbox[Symbol.asyncDispose]();
});
afterAll(() => sandbox.close());

const login = ({ address, password }: typeof DEMO): Credential => ({ kind: 'password', username: address, password: new Secret(password) });
async function opened(config: object = {}, credential = login(DEMO), overrides: Partial<OpenContext> = {}): Promise<Mailbox> {
  const context = openContext({ tls: { ca: [sandbox.caPem] }, limits: { ...LIMITS, connect: 20_000 }, ...overrides });
  const mailbox = await ews.open(ews.config.parse({ url: sandbox.ews.url, ...config }), credential, context);
  open.push(mailbox);
  return mailbox;
}
const subjects = async (mailbox: Mailbox, folder = 'INBOX') =>
  (await Array.fromAsync(mailbox.search({ folder }))).map(({ subject }) => subject);

describe('Autodiscover', () => {
  /** Every name leads to the sandbox, whose certificate is the one that is accepted. */
  async function discovering(
    config: object = {},
    credential = login(DEMO),
  ): Promise<{ readonly mailbox: Promise<Mailbox>; readonly hosts: string[] }> {
    const hosts: string[] = [];
    const dial: OpenContext['dial'] = (to, options) => {
      hosts.push(`${to.host}:${to.port}`);
      return dialer()({ host: '127.0.0.1', port: sandbox.ews.tlsPort }, options);
    };
    return { mailbox: opened({ url: undefined, trustCertificate: await fingerprint(), ...config }, credential, { dial }), hosts };
  }
  async function fingerprint(): Promise<string> {
    const socket = connectTls({ host: '127.0.0.1', port: sandbox.ews.tlsPort, ca: sandbox.caPem });
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const { raw } = socket.getPeerCertificate();
    socket.destroy();
    return new X509Certificate(raw).fingerprint256;
  }
  const pointing =
    (url: string): Fault =>
    (operation) =>
      operation === 'Autodiscover' ? { change: (answer) => answer.replace(/<EwsUrl>[^<]*/g, `<EwsUrl>${url}`) } : undefined;

  test('R1.62 an empty domain is that of the user name; the answer names the endpoint', async () => {
    fault = pointing('https://mail.example.test/EWS/Exchange.asmx');
    const { mailbox, hosts } = await discovering();
    expect((await subjects(await mailbox)).length).toBeGreaterThan(5);
    expect([hosts[0], hosts.at(-1)]).toEqual(['example.test:443', 'mail.example.test:443']);
  });

  test('an endpoint of another domain gets no login: the error shows it', async () => {
    fault = pointing('https://mail.elsewhere.example.com/EWS/Exchange.asmx');
    const { mailbox, hosts } = await discovering();
    await expect(mailbox).rejects.toMatchObject({
      code: 'input.invalid',
      fix: expect.stringContaining('https://mail.elsewhere.example.com/') as string,
    });
    expect(hosts.some((host) => host.includes('elsewhere'))).toBe(false);
  });

  test('a host that gives nothing is passed by; where nobody answers, the usual place is tried', async () => {
    fault = (operation) => (operation === 'Autodiscover' ? { status: 404 } : undefined);
    const { mailbox, hosts } = await discovering({ domain: 'example.test' });
    expect((await subjects(await mailbox)).length).toBeGreaterThan(5);
    expect(new Set(hosts)).toEqual(new Set(['example.test:443', 'autodiscover.example.test:443']));
  });

  test('a redirect within the domain is followed, one out of it is not', async () => {
    redirect = 'https://other.example.test/autodiscover/autodiscover.xml';
    const within = await discovering();
    await within.mailbox.catch(() => undefined);
    expect(within.hosts).toContain('other.example.test:443');
    redirect = 'https://other.example.com/autodiscover/autodiscover.xml';
    const out = await discovering();
    await out.mailbox.catch(() => undefined);
    expect(out.hosts.some((host) => host.includes('example.com'))).toBe(false);
  });

  test('a wrong password is not tried at the next host', async () => {
    const { mailbox, hosts } = await discovering({}, login({ ...DEMO, password: 'wrong-password-1' }));
    await expect(mailbox).rejects.toMatchObject({ code: 'auth.rejected' });
    expect(new Set(hosts)).toEqual(new Set(['example.test:443']));
  });
});

describe('another mailbox', () => {
  test('is opened by rights in it, and what is done is done there', async () => {
    const mailbox = await opened({}, login(DEMO), { mailbox: SHARED.address });
    expect(await subjects(mailbox)).toEqual([]);
    expect((await mailbox.createFolder?.('Shared things'))?.created).toBe(true);
    expect(sandbox.store.account(SHARED.address)?.folder('Shared things')).toBeDefined();
    expect(sandbox.store.account(DEMO.address)?.folder('Shared things')).toBeUndefined();
  });
  test('is opened by impersonation', async () => {
    const mailbox = await opened({ access: 'impersonation' }, login(SHARED), { mailbox: DEMO.address });
    expect((await subjects(mailbox)).length).toBeGreaterThan(5);
  });
  test.each([
    ['delegate', login(SHARED), DEMO.address],
    ['impersonation', login(DEMO), SHARED.address],
    ['delegate', login(DEMO), 'nobody@example.test'],
  ])('without the right to it (%s) the error names what is needed', async (access, credential, mailbox) => {
    await expect(opened({ access }, credential, { mailbox })).rejects.toMatchObject({
      code: 'auth.mailbox_forbidden',
      details: { username: mailbox },
      fix: expect.stringContaining('Full Access') as string,
    });
  });
});

test.each(['Exchange2007_SP1', 'Exchange2010', 'Exchange2010_SP1', 'Exchange2010_SP2', 'Exchange2013'])(
  'R1.57 version %s works',
  async (version) => {
    const mailbox = await opened({ version });
    expect((await subjects(mailbox)).length).toBeGreaterThan(5);
  },
);

test.each<[string, ReturnType<Fault>]>([
  ['busy as a fault', { busy: 'fault', backOff: 50 }],
  ['busy in a 200', { busy: 'message', backOff: 50 }],
  ['429', { status: 429, headers: { 'retry-after': '0' } }],
  ['503', { status: 503, headers: { 'retry-after': '0' } }],
  ['dropped before', 'drop'],
  ['dropped after', 'do-and-drop'],
  ['in pieces of a few bytes', { pieces: 200, pause: 0 }],
])(
  'every request of a reading loop, %s once: all mails, in order, each once',
  async (_, what) => {
    const mailbox = await opened();
    const wanted = await subjects(mailbox);
    const seen = new Set<string>();
    fault = (operation) => {
      const first = !seen.has(operation);
      seen.add(operation);
      return first ? what : undefined;
    };
    const found = (await Array.fromAsync(mailbox.search({ folder: 'INBOX', load: 'message' }))).map(({ subject }) => subject);
    expect(found).toEqual(wanted);
  },
  30_000,
);

test('mails of which the server makes no MIME have the same texts and files as with it', async () => {
  const mailbox = await opened();
  const contentOf = async (mails: AsyncIterable<Message>) =>
    Promise.all(
      (await Array.fromAsync(mails)).map(async ({ subject, text, html, attachments }) => [
        subject,
        // Exchange gives the richer of two texts alone.
        (html ?? text)?.trim(),
        await Promise.all(
          attachments.map(async (one) => [
            one.contentType,
            one.contentType === 'message/rfc822' || (await buffer(await one.open())).toString('base64'),
          ]),
        ),
      ]),
    );
  const search = () => mailbox.search({ folder: 'INBOX', load: 'message' });
  const wanted = await contentOf(search());
  expect(wanted.filter(([, , files]) => (files as unknown[]).length > 0).length).toBeGreaterThan(2);
  fault = (operation) =>
    operation === 'GetItem' ? { change: (answer) => answer.replace(/<(t:)?MimeContent[^>]*>[^<]*<\/(t:)?MimeContent>/g, '') } : undefined;
  const found = await contentOf(search());
  const differing = found.filter((one, at) => JSON.stringify(one) !== JSON.stringify(wanted[at]));
  expect(differing).toEqual([]);
  expect(requests).toContain('GetAttachment');
}, 30_000);

test('a send whose answer is lost is one mail, not two', async () => {
  const mailbox = await opened();
  const draft = (id: string) => ({
    to: [{ address: 'someone@elsewhere.example.com' }],
    from: { address: DEMO.address },
    subject: id,
    text: 'x',
    messageId: `<${id}@example.test>`,
    date: '2026-11-24T08:00:00.000Z',
  });
  for (const what of ['drop', 'do-and-drop'] as const)
    for (const at of ['CreateItem', 'SendItem']) {
      let done = false;
      fault = (operation) => {
        if (operation !== at || done) return undefined;
        done = true;
        return what;
      };
      const id = `${what}-${at}`.toLowerCase();
      expect(await mailbox.send?.(draft(id))).toMatchObject({ state: 'sent', savedTo: 'Sent' });
      expect(sandbox.store.outside.filter(({ raw }) => raw.includes(`<${id}@example.test>`))).toHaveLength(1);
      expect((await subjects(mailbox, 'role:sent')).filter((one) => one === id)).toHaveLength(1);
      expect(await subjects(mailbox, 'role:drafts')).not.toContain(id);
    }
}, 30_000);

test('a send from a shared mailbox has its copy there', async () => {
  const mailbox = await opened({}, login(DEMO), { mailbox: SHARED.address });
  const sent = await mailbox.send?.({
    to: [{ address: 'someone@elsewhere.example.com' }],
    from: { address: SHARED.address },
    subject: 'from all of us',
    text: 'x',
    messageId: '<shared@example.test>',
    date: '2026-11-24T08:00:00.000Z',
  });
  expect(sent).toMatchObject({ state: 'sent' });
  expect(sandbox.store.account(SHARED.address)?.folder('Sent')?.messages).toHaveLength(1);
});
