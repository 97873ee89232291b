import type {
  ConnectAsked,
  DiscoverAsked,
  Discovered,
  Fields,
  FolderShown,
  Json,
  MessageAsked,
  MessageOpened,
  MessagesAsked,
  MessagesShown,
  TestAsked,
} from '../../api.ts';
import { refusal } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { filled } from './filled.ts';
import { Mails } from './mails.ts';
import { listMessages, type Listing } from './messages.ts';
import { SessionPool } from './pool.ts';
import { testStream } from './test-stream.ts';

/** Messages listed at once, at most. */
const MOST = 500;

/** Questions to servers while editing: test, discover, folders, messages, one message and its parts. */
export function serverRoutes({ router, unlocked, options, folder, email, ...parts }: Parts): void {
  const createEmail = () => options.createEmail({ files: folder.root });
  const pool = new SessionPool(createEmail);
  const mails = new Mails(pool, options.images);
  parts.onClose(() => pool.close());

  router.on('POST', 'demo/reset', async () => {
    await pool.close();
    await options.resetDemo?.();
  });

  router.on('POST', 'test', ({ body, language, signal }) => {
    const { sendTo, person = false, ...asked } = body as TestAsked;
    const tester = createEmail();
    return testStream(
      tester,
      async () => {
        const { connect, variables } = await filled(asked, email);
        tester.setVariables(variables);
        return connect;
      },
      { language, signal, sendTo, person },
    );
  });

  router.on('POST', 'discover', async ({ body, signal, language }): Promise<Discovered> => {
    const { address } = body as DiscoverAsked;
    const { candidates } = await email.discover(address, { signal });
    return {
      candidates: candidates.map(({ input, reason, notes, source }) => ({
        title: titleOf(input) ?? source,
        reason: reason.in(language),
        notes: notes.map((note) => note.in(language)),
        connect: input as Fields,
      })),
    };
  });

  router.on('POST', 'folders', async ({ body }): Promise<readonly FolderShown[]> =>
    pool.use(await filled(body as ConnectAsked, email), async ({ mailbox }) => {
      const folders = (await mailbox.listFolders?.()) ?? [{ path: 'INBOX', name: 'INBOX', role: 'inbox' as const }];
      return folders.map(({ path, name, role }) => ({ path, name, ...(role && { role }) }));
    }),
  );

  router.on('POST', 'messages', async ({ body, signal, language }): Promise<MessagesShown> => {
    const { folder: where, subfolders, filter, limit } = body as MessagesAsked;
    if (!Number.isInteger(limit) || limit < 0 || limit > MOST)
      throw refusal('limit', `it is no number from 0 to ${String(MOST)}`, 'Ask for fewer messages.');
    const listing = { folder: where, ...(subfolders !== undefined && { subfolders }), ...(isFilter(filter) && { filter }) };
    const asked = await filled(body as ConnectAsked, email, listing as Fields);
    const query = pick(asked.listing ?? {}, ['folder', 'subfolders', 'filter']) as unknown as Listing;
    return pool.use(asked, ({ mailbox }) => listMessages(mailbox, query, Math.max(1, limit), { signal, language }));
  });

  router.on('POST', 'message', async ({ body }): Promise<MessageOpened> => {
    const { ref } = body as MessageAsked;
    if (typeof ref?.folder !== 'string' || typeof ref.id !== 'string')
      throw refusal('ref', 'no message is named', 'Send the ref of a listed message.');
    return mails.open(await filled(body as ConnectAsked, email), { folder: ref.folder, id: ref.id });
  });
  router.on('GET', 'attachments/:mail/:index', ({ params: { mail = '', index = '' } }) => mails.attachment(mail, Number(index)));
  unlocked.on('GET', 'mail/:page', ({ params: { page = '' }, query }) => mails.page(page, query.get('images') === '1'));
  unlocked.on('GET', 'mail-image/:page/:index', ({ params: { page = '', index = '' }, signal }) =>
    mails.image(page, Number(index), signal),
  );
}

const isFilter = (filter: Json | undefined): filter is Fields =>
  typeof filter === 'object' && filter !== null && Object.keys(filter).length > 0;
const pick = (fields: Readonly<Record<string, unknown>>, keys: readonly string[]) =>
  Object.fromEntries(keys.filter((key) => fields[key] !== undefined).map((key) => [key, fields[key]]));

function titleOf({ server }: Readonly<Record<string, unknown>>): string | undefined {
  const host = (server as { readonly host?: unknown } | undefined)?.host;
  return typeof host === 'string' ? host : undefined;
}
