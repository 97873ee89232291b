import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { QUICK, standFor } from './stand.test.fixture.ts';

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const FILE = Buffer.from(Array.from({ length: 300_000 }, (_, at) => `${at} `).join(''));
const MAIL = Buffer.concat([
  Buffer.from('Subject: large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: a/b; name=f\r\n'),
  Buffer.from(`Content-Disposition: attachment; filename=f.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n`),
  Buffer.from(FILE.toString('base64').replace(/.{76}/g, '$&\r\n')),
  Buffer.from('\r\n--b--\r\n'),
]);
const VALUE = 'GET messages/{id}/$value';

async function large(stand: Awaited<ReturnType<typeof standFor>>) {
  stand.sandbox.store.account(stand.sandbox.user.address)?.folder('INBOX')?.add(MAIL, [], new Date('2027-01-01'));
  const [found] = await Array.fromAsync(stand.mailbox.search({ folder: 'INBOX', newestFirst: true, limit: 1 }));
  if (!found) throw new Error('no message');
  return found;
}

test('a large message is fetched once, however often its files are opened', async () => {
  await using stand = await standFor();
  const { ref } = await large(stand);
  const message = await stand.mailbox.read(ref);
  const [file] = message.attachments;
  for (let times = 0; times < 3; times++) expect(hash(await buffer(await (file as typeof file & object).open()))).toBe(hash(FILE));
  expect((await buffer(await message.raw())).equals(MAIL)).toBe(true);
  expect(stand.faults.count(VALUE)).toBe(1);
});

test('a message beyond the limit is one with a defect, and its bytes are refused', async () => {
  await using stand = await standFor({ context: { limits: { ...QUICK, largestMessage: 100_000 } } });
  const { ref } = await large(stand);
  const message = await stand.mailbox.read(ref);
  expect([message.subject, message.defects?.[0]]).toEqual(['large', 'unreadable: it has more than 100000 bytes']);
  await expect(message.raw()).rejects.toMatchObject({ code: 'message.too_large' });
  expect(stand.faults.count(VALUE)).toBe(0);
});

test('one that breaks off is fetched again, and one that never comes ends', async () => {
  await using stand = await standFor();
  const { ref } = await large(stand);
  stand.faults.set(VALUE, 'drop');
  expect((await stand.mailbox.read(ref)).attachments).toHaveLength(1);
  stand.faults.set(VALUE, 'silence', 'silence', 'silence');
  await using hasty = await stand.open({ context: { limits: { ...QUICK, read: 1000, throughput: 100 * 1024 * 1024 } } });
  await expect(hasty.read(ref)).rejects.toMatchObject({ code: 'connection.timeout' });
}, 30_000);
