import { gunzipSync } from 'node:zlib';
import { SEED, until } from '../dialog.test.fixture.ts';
import { startSandbox, type Sandbox } from '../sandbox.ts';
import { ask, basic, codes, distinguished, parse, post, raw, soapOf, texts } from './asking.test.fixture.ts';
import type { EwsFault } from './faults.ts';
import type { EwsExchange } from './settings.ts';

const [DEMO, TEAM] = [
  { address: 'demo@example.test', password: 'secret: one' },
  { address: 'team@example.test', password: 'other' },
];
const GET = `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>${distinguished('inbox')}</m:FolderIds></m:GetFolder>`;
const SEND = `<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>Hi &amp; &lt;you&gt;</t:Subject><t:Body BodyType="Text">Body</t:Body><t:ToRecipients><t:Mailbox><t:EmailAddress>x@out.test</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>`;

let sandbox: Sandbox;
let fault: (operation: string, attempt: number) => EwsFault | undefined = () => undefined;
const exchanges: EwsExchange[] = [];
beforeAll(async () => {
  const allowed = (user: string, mailbox: string) => user === DEMO.address && mailbox === TEAM.address;
  sandbox = await startSandbox({
    users: [DEMO, TEAM, { address: 'third@example.test', password: 'third' }],
    seed: SEED,
    acceptToken: (address, token) => token === `token of ${address}`,
    ews: {
      mayOpen: allowed,
      mayImpersonate: allowed,
      fault: (...asked) => fault(...asked),
      redirect: (address) => (address === 'far@example.test' ? { url: 'https://far.test/autodiscover/autodiscover.xml' } : undefined),
      log: (exchange) => exchanges.push(exchange),
    },
  });
});
afterEach(() => {
  fault = () => undefined;
  exchanges.length = 0;
});
afterAll(() => sandbox.close());

test.each<[string, string, number]>([
  ['a password with a colon in it', basic(DEMO), 200],
  ['a name with its Windows domain', basic({ address: `SANDBOX\\${DEMO.address}`, password: DEMO.password }), 200],
  ['another password', basic({ ...DEMO, password: 'secret' }), 401],
  ['another user', basic({ ...DEMO, address: 'nobody@example.test' }), 401],
  ['a token', `Bearer token of ${TEAM.address}`, 200],
  ['another token', 'Bearer token', 401],
  ['what is no way to sign in', 'Digest x', 401],
])('sign-in with %s', async (_, authorization, status) => {
  const answer = await post(sandbox, soapOf(GET), { authorization });
  expect(answer.status).toBe(status);
  if (status === 401) expect(answer.headers['www-authenticate']).toContain('Bearer');
});

test('the path is the same in any case, others are not there, and GET tells that the service is', async () => {
  expect((await post(sandbox, soapOf(GET), {}, '/ews/exchange.ASMX')).status).toBe(200);
  expect((await post(sandbox, soapOf(GET), {}, '/owa')).status).toBe(404);
});

test('what is no request is refused as a whole, and what is compressed is the same', async () => {
  for (const text of ['', '<a', '<!DOCTYPE a []><a/>', '<a/>', soapOf('<x/>'), soapOf('<m:GetFolder>\u0001</m:GetFolder>')]) {
    const { status, text: said } = await post(sandbox, text);
    expect([status, texts(parse(said), 'faultcode')]).toEqual([500, ['a:ErrorSchemaValidation']]);
  }
  expect(codes(await ask(sandbox, '<m:GetUserPhoto/>'))).toEqual(['ErrorInvalidRequest']);
  const squeezed = await raw(sandbox, soapOf(GET), { 'accept-encoding': 'gzip' });
  expect(squeezed.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(squeezed.bytes).toString()).toBe((await raw(sandbox, soapOf(GET), {})).bytes.toString());
});

test('shared mailboxes and impersonation need rights', async () => {
  const open = (address: string, authorization: string) =>
    ask(
      sandbox,
      GET.replace(
        '/></m:FolderIds>',
        `><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:FolderIds>`,
      ),
      { headers: { authorization } },
    );
  expect(codes(await open(TEAM.address, basic(DEMO)))).toEqual(['NoError']);
  expect(codes(await open(DEMO.address, basic(TEAM)))).toEqual(['ErrorAccessDenied']);
  expect(codes(await open('nobody@example.test', basic(DEMO)))).toEqual(['ErrorNonExistentMailbox']);
  const as = (address: string, body = GET) =>
    ask(sandbox, body, {
      header: `<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>${address}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>`,
    });
  expect(codes(await as(TEAM.address))).toEqual(['NoError']);
  expect(codes(await as('third@example.test'))).toEqual(['ErrorImpersonateUserDenied']);
  expect(codes(await as('nobody@example.test'))).toEqual(['ErrorNonExistentMailbox']);
  expect(codes(await as(TEAM.address, SEND))).toEqual(['NoError']);
  expect(sandbox.store.outside.at(-1)?.from).toBe(TEAM.address);
  const from = (address: string) =>
    SEND.replace(
      '</t:ToRecipients>',
      `</t:ToRecipients><t:From><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:From>`,
    );
  expect(codes(await ask(sandbox, from('third@example.test')))).toEqual(['ErrorSendAsDenied']);
  expect(codes(await ask(sandbox, from(TEAM.address)))).toEqual(['NoError']);
});

test('faults before and after the work', async () => {
  const sent = () => sandbox.store.outside.length;
  const before = sent();
  fault = () => 'drop';
  await expect(post(sandbox, soapOf(SEND))).rejects.toThrow();
  expect(sent()).toBe(before);
  fault = (operation, attempt) => (operation === 'CreateItem' && attempt > 0 ? 'do-and-drop' : undefined);
  await expect(post(sandbox, soapOf(SEND))).rejects.toThrow();
  expect(sent()).toBe(before + 1);
  fault = () => ({ dropAndDoAfter: 100 });
  await expect(post(sandbox, soapOf(SEND))).rejects.toThrow();
  expect(sent()).toBe(before + 1);
  await until(() => sent() === before + 2);
  fault = () => ({ busy: 'fault', backOff: 1234 });
  const busy = await post(sandbox, soapOf(SEND));
  expect([busy.status, /BackOffMilliseconds">(\d+)</.exec(busy.text)?.[1]]).toEqual([500, '1234']);
  fault = () => ({ busy: 'message', backOff: 99 });
  const inside = await post(sandbox, soapOf(SEND));
  expect([inside.status, codes(parse(inside.text)), texts(parse(inside.text), 'Value')]).toEqual([200, ['ErrorServerBusy'], ['99']]);
  fault = () => ({ code: 'ErrorOfTomorrow' });
  expect(codes(await ask(sandbox, SEND))).toEqual(['ErrorOfTomorrow']);
  fault = () => ({ status: 429, headers: { 'Retry-After': '7' } });
  expect(await post(sandbox, soapOf(SEND))).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  fault = () => ({ status: 200, body: '<html>Sign in</html>' });
  expect((await post(sandbox, soapOf(SEND))).text).toBe('<html>Sign in</html>');
  expect(sent()).toBe(before + 2);
  fault = () => ({ change: (answer) => answer.slice(0, 50) });
  expect((await post(sandbox, soapOf(GET))).text.length).toBe(50);
  fault = () => ({ pieces: 1, pause: 0 });
  expect((await post(sandbox, soapOf(GET))).text).toContain('</s:Envelope>');
  fault = () => 'silence';
  const asked = post(sandbox, soapOf(GET)).then(
    () => 'answered',
    () => 'dropped',
  );
  expect(await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 200, 'silent'))])).toBe('silent');
  sandbox.kick();
  expect(await asked).toBe('dropped');
});

test('what was asked and answered is told, without the password', async () => {
  await ask(sandbox, GET);
  expect(exchanges.map(({ operation, user, status }) => [operation, user, status])).toEqual([['GetFolder', DEMO.address, 200]]);
  expect(exchanges[0]?.request).toContain('<m:GetFolder>');
  expect(exchanges[0]?.response).toContain('GetFolderResponse');
  expect(JSON.stringify(exchanges)).not.toContain(DEMO.password);
});

const secure = async (path: string, body: string) => (await post(sandbox, body, {}, path, true)).text;

test('Autodiscover tells where EWS is, over TLS', async () => {
  const discover = (address: string) => {
    const body = `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`;
    return secure('/Autodiscover/Autodiscover.xml', body);
  };
  const found = parse(await discover(DEMO.address));
  expect([texts(found, 'Type'), texts(found, 'EwsUrl')]).toEqual([
    ['EXCH', 'EXPR'],
    [sandbox.ews.url, sandbox.ews.url],
  ]);
  expect(texts(parse(await discover('nobody@example.test')), 'ErrorCode')).toEqual(['500']);
  expect(texts(parse(await discover('far@example.test')), 'RedirectUrl')).toEqual(['https://far.test/autodiscover/autodiscover.xml']);
  expect(texts(parse(await secure('/autodiscover/autodiscover.xml', 'x')), 'ErrorCode')).toEqual(['600']);
});
