import type { Mailbox, MessageRef } from '@mailwright/core';
import { SteadyMailbox } from './steady.ts';

test('a message that moves there and back under one id is found by each of its references', async () => {
  let place = 'A';
  const asked: MessageRef[] = [];
  const mailbox: Partial<Mailbox> = {
    alive: () => true,
    move(refs, to) {
      place = to;
      return Promise.resolve(refs.map((from) => ({ from, to: { folder: to, id: from.id } })));
    },
    mark(refs) {
      asked.push(...refs);
      return Promise.resolve(refs.map((ref) => ({ ref })));
    },
  };
  const steady = SteadyMailbox.over(mailbox as Mailbox, () => Promise.reject(new Error('opened')), new AbortController().signal);
  const [inA, inB] = ['A', 'B'].map((folder) => ({ folder, id: '1' })) as [MessageRef, MessageRef];
  await steady.move?.([inA], 'B');
  await steady.move?.([inB], 'A');
  expect(place).toBe('A');
  await steady.mark?.([inA, inB], { seen: true });
  expect(asked).toEqual([inA, inA]);
});
