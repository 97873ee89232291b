import { stopping } from './stop.ts';

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s at a terminal ends a run in order, and is let go after it', (name) => {
  const before = process.listenerCount(name);
  {
    using stop = stopping(true);
    expect(stop.signal.aborted).toBe(false);
    process.emit(name);
    expect(stop.signal.aborted).toBe(true);
  }
  expect(process.listenerCount(name)).toBe(before);
});

test('without a terminal a hang-up is left to the system, as nohup wants it', () => {
  const before = process.listenerCount('SIGHUP');
  using stop = stopping(false);
  expect(stop.signal.aborted).toBe(false);
  expect(process.listenerCount('SIGHUP')).toBe(before);
});
