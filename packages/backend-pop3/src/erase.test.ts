import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS, type MessageRef } from '@mailwright/core';
import { Place } from './place.test.fixture.ts';

const place = new Place();
beforeAll(() => place.start());
afterAll(() => place.close());
afterEach(() => (place.fault = () => undefined));

test('erasing marks: the answer says so, the message is gone for us, and goes for good when the session is closed', async () => {
  const { mailbox, refs, left } = await place.stand();
  const [first, second, third] = (await refs()) as [MessageRef, MessageRef, MessageRef];
  expect(await mailbox.erase([third, first])).toEqual([
    { ref: third, pending: true },
    { ref: first, pending: true },
  ]);
  expect((await refs()).map(({ id }) => id)).not.toContain(first.id);
  await expect(mailbox.read(first)).rejects.toMatchObject({ code: 'message.not_found' });
  expect((await mailbox.erase([first, second, second])).map(({ error }) => error?.code)).toEqual([
    'message.not_found',
    undefined,
    'message.not_found',
  ]);
  expect(left()).toEqual([1, 2, 3, 4, 5, 6]);
  await mailbox[Symbol.asyncDispose]();
  expect(left()).toEqual([4, 5, 6]);
  expect(place.heard.filter((command) => command === 'QUIT')).toHaveLength(1);
});

test('a reference holds at the next connection, whatever was erased meanwhile', async () => {
  const { mailbox, open, refs } = await place.stand();
  const all = await refs();
  await mailbox.erase(all.slice(0, 2));
  await mailbox[Symbol.asyncDispose]();
  await using again = await open();
  expect((await again.read(all[3] as MessageRef)).subject).toBe('mail 4');
  await expect(again.read(all[0] as MessageRef)).rejects.toMatchObject({ code: 'message.not_found' });
});

test('a lost connection erases nothing, and its error names what was to go, once', async () => {
  const { mailbox, refs, left } = await place.stand();
  const [first, second] = (await refs()) as [MessageRef, MessageRef];
  await mailbox.erase([first, second]);
  place.fault = () => 'drop';
  await expect(mailbox.probe?.noop?.()).rejects.toMatchObject({ code: 'connection.lost' });
  await expect(mailbox[Symbol.asyncDispose]()).rejects.toMatchObject({
    code: 'message.not_erased',
    details: { count: 2, messages: [first.id, second.id] },
  });
  await mailbox[Symbol.asyncDispose]();
  expect(left()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('an erase that was not answered may be asked again: nothing of it was promised', async () => {
  const { mailbox, refs, left } = await place.stand();
  const all = await refs();
  place.fault = (command) => (command === 'DELE' ? 'drop' : undefined);
  await expect(mailbox.erase(all)).rejects.toMatchObject({ code: 'connection.lost' });
  await mailbox[Symbol.asyncDispose]();
  expect(left()).toHaveLength(6);
});

test('QUIT without an answer is not known, refused it says why', async () => {
  const one = await place.stand();
  await one.mailbox.erase((await one.refs()).slice(0, 1));
  place.fault = (command) => (command === 'QUIT' ? 'do-and-drop' : undefined);
  await expect(one.mailbox[Symbol.asyncDispose]()).rejects.toMatchObject({
    code: 'message.outcome_unknown',
    details: { verb: 'erase', count: 1 },
  });
  place.fault = (command) => (command === 'QUIT' ? { no: 'some deleted messages not removed' } : undefined);
  const two = await place.stand();
  await two.mailbox.erase((await two.refs()).slice(0, 1));
  await expect(two.mailbox[Symbol.asyncDispose]()).rejects.toMatchObject({
    code: 'message.not_erased',
    details: { serverSaid: 'some deleted messages not removed' },
  });
});

test('stopped in the middle of a command, marks are not committed', async () => {
  const stop = new AbortController();
  const { mailbox, refs, left } = await place.stand(6, { context: { signal: stop.signal } });
  const [first] = (await refs()) as [MessageRef];
  await mailbox.erase([first]);
  place.fault = () => 'silence';
  const waiting = mailbox.probe?.noop?.();
  setTimeout(() => stop.abort(), 20);
  await expect(waiting).rejects.toMatchObject({ code: 'automation.cancelled' });
  await expect(mailbox[Symbol.asyncDispose]()).rejects.toMatchObject({ code: 'message.not_erased' });
  expect(left()).toHaveLength(6);
});

test('a deadline ends the connection, and nothing is committed', async () => {
  const { mailbox, refs, left } = await place.stand(6, { context: { limits: { ...LIMITS, command: 50, search: 50, read: 50 } } });
  await mailbox.erase((await refs()).slice(0, 1));
  place.fault = () => 'silence';
  await expect(mailbox.probe?.noop?.()).rejects.toMatchObject({ code: 'connection.timeout' });
  expect(mailbox.alive()).toBe(false);
  await expect(mailbox[Symbol.asyncDispose]()).rejects.toMatchObject({ code: 'message.not_erased' });
  expect(left()).toHaveLength(6);
});

test('while marks wait the server is shown that somebody is there; before and afterwards it is left alone', async () => {
  const { mailbox, refs, left, count } = await place.stand();
  const [first] = (await refs()) as [MessageRef];
  // Only what repeats: the deadlines stay as they are.
  const beats: { readonly beat: () => void; readonly ms: number }[] = [];
  const cleared: unknown[] = [];
  const own = { setInterval, clearInterval };
  const setOurs = (beat: () => void, ms: number) => {
    beats.push({ beat, ms });
    return { unref: () => 'the beat' };
  };
  Object.assign(globalThis, { setInterval: setOurs, clearInterval: (what: unknown) => cleared.push(what) });
  try {
    expect(beats).toEqual([]);
    await mailbox.erase([first]);
    await mailbox.erase((await refs()).slice(0, 1));
    expect(beats.map(({ ms }) => ms)).toEqual([60_000]);
    expect(count('NOOP')).toBe(0);
    beats[0]?.beat();
    beats[0]?.beat();
    await mailbox.probe?.noop?.();
    expect(count('NOOP')).toBe(3);
    place.fault = (command) => (command === 'NOOP' ? 'drop' : undefined);
    beats[0]?.beat();
    for (let tries = 0; mailbox.alive() && tries < 200; tries++) await sleep(5);
    beats[0]?.beat();
    expect(cleared).toEqual(['the beat']);
    await expect(mailbox[Symbol.asyncDispose]()).rejects.toMatchObject({ code: 'message.not_erased', details: { count: 2 } });
    expect([left().length, count('NOOP')]).toEqual([6, 4]);
  } finally {
    Object.assign(globalThis, own);
  }
});
