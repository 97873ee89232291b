import type { ServerResponse } from 'node:http';
import type { Draft } from '@mailwright/core';
import { answers, asked, fault, found, idXml, startStand, backOff, type Answer, type Heard } from './stand.test.fixture.ts';

const DRAFT: Draft = {
  to: [{ address: 'ann@example.com' }],
  bcc: [{ address: 'hidden@example.com' }],
  from: { address: 'demo@example.test' },
  subject: 'Gr\u00fc\u00dfe & <more>',
  text: 'Hello',
  messageId: '<once@example.test>',
  date: '2026-11-24T08:00:00.000Z',
};
const sent = answers('SendItem', '');
const reset = (response: ServerResponse) => void response.socket?.destroy();

/** A server with Drafts and Sent; `lost` says at which request its answer does not come, before it did its work or after. */
function server(lost: (one: Heard) => 'before' | 'after' | undefined, save = true) {
  const [drafts, copies]: [string[], string[]] = [[], []];
  let mails = 0;
  const work = (one: Heard): Answer | undefined => {
    switch (one.operation) {
      case 'CreateItem':
        drafts.push(`draft${drafts.length + 1}`);
        return answers('CreateItem', `<m:Items><t:Message>${idXml(drafts.at(-1) ?? '')}</t:Message></m:Items>`);
      case 'SendItem':
        if (!drafts.includes(asked(one)[0] ?? '')) return answers('SendItem', ['ErrorItemNotFound']);
        drafts.splice(drafts.indexOf(asked(one)[0] ?? ''), 1);
        mails++;
        if (save && one.body.includes('SaveItemToFolder="true"')) copies.push('copy');
        return sent;
      case 'FindItem':
        return found(...(one.body.includes('Id="sentitems"') ? copies : drafts));
      case 'DeleteItem':
        drafts.length = 0;
        return answers('DeleteItem', '');
      default:
        return undefined;
    }
  };
  const answer = (one: Heard): Answer | undefined => {
    const when = lost(one);
    if (when === 'before') return reset;
    const said = work(one);
    return when === 'after' ? reset : said;
  };
  return { answer, state: () => ({ mails, drafts: drafts.length, copies: copies.length }) };
}

test('a mail is a draft first, then sent, with its copy in Sent', async () => {
  const { answer, state } = server(() => undefined);
  await using stand = await startStand({ answer });
  const mailbox = await stand.open();
  expect(await mailbox.send?.(DRAFT)).toEqual({
    messageId: DRAFT.messageId,
    state: 'sent',
    accepted: ['ann@example.com', 'hidden@example.com'],
    rejected: [],
    savedTo: 'sentitems',
  });
  const mime = Buffer.from(
    /<t:MimeContent[^>]*>([^<]*)</.exec(stand.heard.find(({ operation }) => operation === 'CreateItem')?.body ?? '')?.[1] ?? '',
    'base64',
  );
  expect(mime.toString()).toMatch(
    /Message-ID: <once@example.test>[\s\S]*Bcc: hidden@example.com|Bcc: hidden@example.com[\s\S]*Message-ID: <once@example.test>/i,
  );
  expect(state()).toEqual({ mails: 1, drafts: 0, copies: 1 });
});

test.each(['CreateItem', 'SendItem'].flatMap((operation) => (['before', 'after'] as const).map((when) => [operation, when] as const)))(
  'a connection that breaks at %s, %s the server did it: one mail, and it is known',
  async (operation, when) => {
    const { answer, state } = server((one) => (one.operation === operation && one.count === 0 ? when : undefined));
    await using stand = await startStand({ answer });
    expect(await (await stand.open()).send?.(DRAFT)).toMatchObject({ state: 'sent' });
    expect(state()).toMatchObject({ mails: 1, copies: 1 });
  },
  20_000,
);

test('where neither folder tells, the outcome is not known, and nothing is sent again', async () => {
  const { answer, state } = server((one) => (one.operation === 'SendItem' ? 'after' : undefined), false);
  await using stand = await startStand({ answer });
  await expect((await stand.open()).send?.(DRAFT)).rejects.toMatchObject({ code: 'send.outcome_unknown' });
  expect(state().mails).toBe(1);
}, 20_000);

test('a server that sends only after its connection was lost, and after we looked: one mail, and it is known', async () => {
  const { answer, state } = server(() => undefined);
  let late: Heard | undefined;
  await using stand = await startStand({
    answer: (one) => {
      if (one.operation !== 'SendItem') return answer(one);
      if (one.count === 0) {
        late = one;
        return reset;
      }
      if (late) answer(late);
      return answer(one);
    },
  });
  expect(await (await stand.open()).send?.(DRAFT)).toMatchObject({ state: 'sent' });
  expect(state()).toEqual({ mails: 1, drafts: 0, copies: 1 });
}, 20_000);

test('a busy server did nothing: the mail is sent when it may be', async () => {
  const { answer, state } = server(() => undefined);
  await using stand = await startStand({
    answer: (one) => (one.operation === 'SendItem' && one.count === 0 ? fault('ErrorServerBusy', backOff(200)) : answer(one)),
  });
  expect(await (await stand.open()).send?.(DRAFT)).toMatchObject({ state: 'sent' });
  expect(state().mails).toBe(1);
});

test('a mail that is refused says so, and leaves no draft', async () => {
  const { answer, state } = server(() => undefined);
  await using stand = await startStand({
    answer: (one) => (one.operation === 'SendItem' ? answers('SendItem', ['ErrorInvalidRecipients']) : answer(one)),
  });
  await expect((await stand.open()).send?.(DRAFT)).rejects.toMatchObject({
    code: 'send.rejected',
    details: { addresses: ['ann@example.com', 'hidden@example.com'] },
  });
  expect(state()).toEqual({ mails: 0, drafts: 0, copies: 0 });
});

test('sending as another without the right to', async () => {
  const { answer } = server(() => undefined);
  await using stand = await startStand({
    answer: (one) => (one.operation === 'SendItem' ? answers('SendItem', ['ErrorSendAsDenied']) : answer(one)),
  });
  await expect((await stand.open()).send?.(DRAFT)).rejects.toMatchObject({ code: 'auth.mailbox_forbidden', details: { hint: 'send_as' } });
});

test('a move whose answer is lost is in doubt, message by message; a mark is asked again', async () => {
  await using stand = await startStand({
    answer: (one) => {
      if (one.operation === 'MoveItem') return reset;
      if (one.operation === 'UpdateItem') return one.count === 0 ? reset : answers('UpdateItem', '', ['ErrorItemNotFound']);
      return one.operation === 'FindItem' ? found('a', 'b') : undefined;
    },
  });
  const mailbox = await stand.open();
  const refs = ['a', 'b'].map((id) => ({ folder: 'INBOX', id }));
  const moved = await mailbox.move?.(refs, 'Done');
  expect(moved?.map(({ error }) => [error?.code, error?.details])).toEqual([
    ['message.outcome_unknown', { verb: 'move', count: 2, folder: 'INBOX', atomic: 'yes' }],
    ['message.outcome_unknown', { verb: 'move', count: 2, folder: 'INBOX', atomic: 'yes' }],
  ]);
  expect(stand.heard.filter(({ operation }) => operation === 'MoveItem')).toHaveLength(1);
  expect((await mailbox.mark?.(refs, { seen: true }))?.map(({ error }) => error?.code)).toEqual([undefined, 'message.not_found']);
});

test('each message of a batch has its own outcome', async () => {
  await using stand = await startStand({
    answer: ({ operation }) =>
      operation === 'MoveItem'
        ? answers(
            'MoveItem',
            `<m:Items><t:Message>${idXml('new')}</t:Message></m:Items>`,
            ['ErrorItemNotFound'],
            ['ErrorBatchProcessingStopped'],
            '',
          )
        : undefined,
  });
  const moved = await (
    await stand.open()
  ).move?.(
    ['a', 'b', 'c', 'd'].map((id) => ({ folder: 'INBOX', id })),
    'Done',
  );
  expect(moved?.map(({ to, error }) => to ?? error?.code ?? 'somewhere')).toEqual([
    { folder: 'Done', id: 'new' },
    'message.not_found',
    'server.unexpected',
    'somewhere',
  ]);
});
