import { throughGate } from './gate.ts';

const never = new AbortController().signal;
const later = () => {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { ended, end: () => end() };
};

test('four at a time, in the order of their coming; another mailbox does not wait', async () => {
  const begun: number[] = [];
  const works = Array.from({ length: 6 }, later);
  const all = works.map(({ ended }, at) => throughGate('a', never, () => (begun.push(at), ended)));
  await throughGate('b', never, () => Promise.resolve());
  expect(begun).toEqual([0, 1, 2, 3]);
  works[2]?.end();
  await all[2];
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  for (const { end } of works) end();
  await Promise.all(all);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a work that fails gives its place back', async () => {
  for (let count = 0; count < 5; count++)
    await expect(throughGate('a', never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(throughGate('a', never, () => Promise.resolve('in'))).resolves.toBe('in');
});

test('who is stopped while waiting leaves the line, with the reason; those behind move up', async () => {
  const works = Array.from({ length: 4 }, later);
  const all = works.map(({ ended }) => throughGate('a', never, () => ended));
  const stop = new AbortController();
  const stopped = throughGate('a', stop.signal, () => Promise.resolve());
  const behind = throughGate('a', never, () => Promise.resolve('in'));
  stop.abort(new DOMException('too late', 'TimeoutError'));
  await expect(stopped).rejects.toMatchObject({ name: 'TimeoutError' });
  works[0]?.end();
  await expect(behind).resolves.toBe('in');
  for (const { end } of works) end();
  await Promise.all(all);
  await expect(throughGate('a', stop.signal, () => Promise.resolve())).rejects.toMatchObject({ name: 'TimeoutError' });
});
