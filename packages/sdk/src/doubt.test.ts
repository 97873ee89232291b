import type { Mail } from '@mailwright/core';
import { startSandbox, type Fault } from '@mailwright/sandbox';
import { memoryVault } from '@mailwright/vault';
import { createEmail } from './email.ts';

/** A session whose server may do something to a command, each mail of INBOX listed once. */
async function stand(extensions: { readonly move?: boolean; readonly uidplus?: boolean } = {}) {
  const plan: { fault: (command: string) => Fault | undefined } = { fault: () => undefined };
  const sandbox = await startSandbox({ extensions, fault: (command) => plan.fault(command) });
  const vaults = [memoryVault('sandbox', { password: sandbox.user.password })];
  const email = createEmail({ vaults, ca: sandbox.caFile });
  const auth = { mode: 'basic', username: sandbox.user.address, password: { credential: 'sandbox/password' } };
  const connect = () =>
    email.connect({ timeZone: 'UTC', server: { backend: 'imap', host: sandbox.host, port: sandbox.imap.tlsPort, auth } });
  await connect();
  const mails: Mail[] = [];
  for await (const mail of email.loop({ load: 'summary' })) mails.push(mail);
  const folder = (path: string) => sandbox.store.account(sandbox.user.address)?.folder(path);
  return {
    email,
    connect,
    mails,
    plan,
    ids: (path: string) =>
      (folder(path)?.messages ?? []).map(({ raw }) => /^Message-ID: *(\S+)/im.exec(raw.toString('latin1'))?.[1] ?? 'none'),
    add: (path: string, raw: Buffer) => folder(path)?.add(raw),
    raw: (path: string, index: number) => folder(path)?.messages[index]?.raw ?? Buffer.alloc(0),
    async [Symbol.asyncDispose]() {
      await email.close();
      await sandbox.close();
    },
  };
}

/** Once, at this command. */
const once = (command: string, fault: Fault) => {
  let done = false;
  return (said: string) => (said === command && !done ? ((done = true), fault) : undefined);
};

const withId = (mails: readonly Mail[]) => mails.filter(({ messageId }) => messageId !== undefined);
const move = (email: Awaited<ReturnType<typeof stand>>['email'], messages: unknown, partial = 'fail') =>
  email.run('email.move', { messages, to: 'Archive', partial }) as Promise<{ moved: unknown[]; failed: { code: string }[] }>;

test('R6.5 the answer to a move is lost, but it happened: found in the target, and said so', async () => {
  await using at = await stand();
  const mails = withId(at.mails).slice(0, 3);
  at.plan.fault = once('UID MOVE', 'do-and-drop');
  const { moved, failed } = await move(at.email, mails);
  expect([moved.length, failed]).toEqual([3, []]);
  expect(moved[0]).toMatchObject({ from: mails[0]?.ref, to: { folder: 'Archive' } });
  for (const { messageId } of mails) {
    expect(at.ids('INBOX')).not.toContain(messageId);
    expect(at.ids('Archive').filter((id) => id === messageId)).toHaveLength(1);
  }
}, 30_000);

test('the answer is lost, and nothing had happened: moved again, once', async () => {
  await using at = await stand();
  const mails = withId(at.mails).slice(0, 2);
  at.plan.fault = once('UID MOVE', 'drop');
  expect((await move(at.email, mails)).failed).toEqual([]);
  for (const { messageId } of mails) expect(at.ids('Archive').filter((id) => id === messageId)).toHaveLength(1);
}, 30_000);

test('a reference follows a move that was found afterwards', async () => {
  await using at = await stand();
  const [mail] = withId(at.mails);
  at.plan.fault = once('UID MOVE', 'do-and-drop');
  await move(at.email, mail);
  expect(await at.email.run('email.read', { messages: mail })).toMatchObject({ found: true, message: { ref: { folder: 'Archive' } } });
}, 30_000);

test('a server that copies and deletes: nothing is copied twice, and what is not known is said', async () => {
  await using at = await stand({ move: false });
  const mails = withId(at.mails).slice(0, 2);
  at.plan.fault = once('UID COPY', 'do-and-drop');
  const { failed } = await move(at.email, mails, 'accept');
  expect(failed.map(({ code }) => code)).toEqual(['message.outcome_unknown', 'message.outcome_unknown']);
  for (const { messageId } of mails) expect(at.ids('Archive').filter((id) => id === messageId)).toHaveLength(1);
}, 30_000);

test('an older mail of the same Message-ID in the target proves nothing', async () => {
  await using at = await stand();
  const index = at.ids('INBOX').findIndex((id) => id === withId(at.mails)[0]?.messageId);
  at.add('Archive', at.raw('INBOX', index));
  const mail = at.mails.find(({ messageId }) => messageId === at.ids('INBOX')[index]);
  at.plan.fault = once('UID MOVE', 'drop');
  expect((await move(at.email, mail, 'accept')).failed.map(({ code }) => code)).toEqual(['message.outcome_unknown']);
  expect(at.ids('INBOX')).toContain(mail?.messageId);
}, 30_000);

test('negative control: what no listing told cannot be recognized in the target, and nothing is made up', async () => {
  await using at = await stand();
  const [mail] = withId(at.mails);
  await at.connect();
  at.plan.fault = once('UID MOVE', 'do-and-drop');
  expect((await move(at.email, mail?.ref, 'accept')).failed.map(({ code }) => code)).toEqual(['message.outcome_unknown']);
  expect(at.ids('Archive')).toContain(mail?.messageId);
}, 30_000);
