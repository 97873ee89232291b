import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BatchRequestContent, Client, LargeFileUploadTask, PageIterator, type Options } from '@microsoft/microsoft-graph-client';
import { Agent } from 'undici';
import { ALL, standFor } from './asking.test.fixture.ts';

type Stand = Awaited<ReturnType<typeof standFor>>;
interface Page {
  readonly value: { id: string; subject?: string; '@removed'?: object }[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

/** Microsoft's own library over TLS on loopback. */
function clientOf({ sandbox }: Stand): { client: Client; agent: Agent } {
  const agent = new Agent({ connect: { ca: sandbox.caPem } });
  const options: Options = {
    baseUrl: `https://localhost:${sandbox.graph.port}`,
    defaultVersion: 'v1.0',
    customHosts: new Set(['localhost']),
    authProvider: (done) => done(null, sandbox.graph.token({ user: sandbox.user.address, permissions: ALL })),
    fetchOptions: { dispatcher: agent } as Options['fetchOptions'] & object,
  };
  return { client: Client.init(options), agent };
}
const inbox = ({ sandbox }: Stand) => sandbox.store.account(sandbox.user.address)?.folder('INBOX')?.messages ?? [];

test("Microsoft's SDK lists page by page, follows changes, and asks in batches", async () => {
  await using stand = await standFor();
  const { client, agent } = clientOf(stand);
  const first = (await client.api('/me/mailFolders/inbox/messages').top(10).select('subject').orderby('receivedDateTime').get()) as Page;
  const subjects: string[] = [];
  await new PageIterator(client, first, ({ subject }: { subject: string }) => subjects.push(subject) > 0).iterate();
  expect(subjects).toHaveLength(inbox(stand).length);

  let round = (await client.api('/me/mailFolders/inbox/messages/delta').select('subject').get()) as Page;
  const told = [...round.value];
  while (round['@odata.nextLink'] !== undefined) {
    round = (await client.api(round['@odata.nextLink']).get()) as Page;
    told.push(...round.value);
  }
  expect(told).toHaveLength(inbox(stand).length);
  await client.api(`/me/messages/${told[0]?.id}/move`).post({ destinationId: 'archive' });
  const next = (await client.api(round['@odata.deltaLink'] ?? '').get()) as Page;
  expect(next.value).toEqual([{ id: told[0]?.id, '@removed': { reason: 'deleted' } }]);

  const url = (path: string) => new Request(`https://graph.microsoft.com${path}`, { method: 'GET' });
  const batch = new BatchRequestContent([
    { id: '1', request: url('/me/mailFolders/inbox') },
    { id: '2', request: url('/me/messages/none') },
  ]);
  const { responses } = (await client.api('/$batch').post(await batch.getContent())) as { responses: { id: string; status: number }[] };
  expect(new Map(responses.map(({ id, status }) => [id, status]))).toEqual(
    new Map([
      ['1', 200],
      ['2', 400],
    ]),
  );
  await agent.close();
});

test("Microsoft's SDK uploads a large file and sends", async () => {
  await using stand = await standFor();
  const { client, agent } = clientOf(stand);
  const draft = (await client.api('/me/messages').post({
    subject: 'from the SDK',
    body: { contentType: 'html', content: '<p>Hi</p>' },
    toRecipients: [{ emailAddress: { address: 'ann@example.com' } }],
  })) as { id: string };
  const file = Buffer.from('0123456789'.repeat(400_000));
  const AttachmentItem = { attachmentType: 'file', name: 'large.bin', size: file.length };
  const session = await LargeFileUploadTask.createUploadSession(client, `/me/messages/${draft.id}/attachments/createUploadSession`, {
    AttachmentItem,
  });
  const content = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
  const object = {
    content,
    name: 'large.bin',
    size: file.length,
    sliceFile: ({ minValue, maxValue }: { minValue: number; maxValue: number }) => content.slice(minValue, maxValue + 1),
  };
  await new LargeFileUploadTask(client, object as never, session, { rangeSize: 1_310_720 }).upload();
  await client.api(`/me/messages/${draft.id}/send`).post({});
  expect(stand.sandbox.store.outside.map(({ to }) => to)).toEqual([['ann@example.com']]);
  expect(stand.sandbox.store.outside[0]?.raw.length).toBeGreaterThan(file.length);
  await agent.close();
}, 30_000);

/** Properties by name, with the form of their values, out of the published declarations of a type and those it extends. */
function declared(name: string, text: string): Map<string, string> {
  const [, above, body = ''] = new RegExp(`interface ${name} (?:extends (\\w+) )?\\{\\n(.*?)\\n\\}`, 's').exec(text) ?? [];
  const own = [...body.matchAll(/^ {4}(\w+)\?: (.*);$/gm)].map(([, key = '', type = '']) => [key, type] as const);
  return new Map([...(above === undefined ? [] : declared(above, text)), ...own]);
}
const formOf = (value: unknown) => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);
function fits(value: unknown, type: string): boolean {
  const form = formOf(value);
  if (form === 'list') return /\[\]/.test(type);
  if (form === 'object') return !/\[\]|^(NullableOption<)?(string|boolean|number)\b/.test(type);
  // Enumerations of texts have types of their own.
  return form === 'string' ? !/\[\]|^(NullableOption<)?(boolean|number)\b/.test(type) : type.includes(form);
}

test("every answer has the properties that Microsoft's types have, in their form", async () => {
  await using stand = await standFor();
  const types = readFileSync(
    createRequire(import.meta.url).resolve('@microsoft/microsoft-graph-types/microsoft-graph.d.ts'),
    'utf8',
  ).replaceAll('\r', '');
  const check = (name: string, value: object) => {
    const known = declared(name, types);
    expect(known.size).toBeGreaterThan(0);
    const wrong = Object.entries(value).filter(
      ([key, one]) => !key.startsWith('@') && !(known.has(key) && fits(one, known.get(key) ?? '')),
    );
    expect([name, wrong]).toEqual([name, []]);
  };
  const { ask } = stand;
  const { json: list } = await ask(
    'GET',
    'me/messages?$top=100&$expand=singleValueExtendedProperties($filter=id%20eq%20%27Integer%200xe08%27)',
  );
  for (const message of list.value) {
    check('Message', message);
    check('ItemBody', message.body);
    check('FollowupFlag', message.flag);
    for (const one of [message.from, ...message.toRecipients, ...message.replyTo].filter(Boolean)) {
      check('Recipient', one);
      check('EmailAddress', one.emailAddress);
    }
    for (const { id, value } of message.singleValueExtendedProperties) check('SingleValueLegacyExtendedProperty', { id, value });
  }
  const received = list.value.find(({ isDraft }: { isDraft: boolean }) => !isDraft);
  const { json: whole } = await ask('GET', `me/messages/${received.id}?$select=internetMessageHeaders`);
  for (const header of whole.internetMessageHeaders) check('InternetMessageHeader', header);
  for (const folder of (await ask('GET', 'me/mailFolders?$top=50')).json.value) check('MailFolder', folder);
  const withFile = list.value.find(({ hasAttachments }: { hasAttachments: boolean }) => hasAttachments);
  for (const file of (await ask('GET', `me/messages/${withFile.id}/attachments`)).json.value) check('FileAttachment', file);
  // What the test is worth.
  expect(fits(5, 'NullableOption<string>')).toBe(false);
  expect(fits('x', 'boolean')).toBe(false);
  expect(declared('Message', types).has('subject')).toBe(true);
});
