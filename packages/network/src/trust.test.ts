import { trust } from './trust.ts';

test('the same authorities give the same context, which is made once', () => {
  expect(trust()).toBe(trust([]));
});

test('a certificate of ours that cannot be used is said to be so, and its key is not shown', () => {
  const shown = { cert: '-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n', key: 'canary-no-key' };
  expect(() => trust([], shown)).toThrow(
    expect.objectContaining({ code: 'input.invalid', message: expect.not.stringContaining('canary') }),
  );
});
