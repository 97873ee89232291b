import { EmailError } from './errors.ts';
import { conclude } from './outcome.ts';

const ref = (id: string) => ({ folder: 'INBOX', id });

describe('a step over many', () => {
  const gone = { ref: ref('1'), error: new EmailError('message.not_found', { folder: 'INBOX', id: '1' }) };
  const failed = [{ ref: ref('1'), code: 'message.not_found', message: expect.any(String), fix: expect.any(String), retry: 'never' }];

  test('fails with the first error and the whole result, or lists the failures', () => {
    expect(conclude({ count: 2 }, [], 'fail')).toEqual({ count: 2, failed: [] });
    expect(conclude({ count: 1 }, [gone], 'accept')).toEqual({ count: 1, failed });
    expect(() => conclude({ count: 1 }, [gone], 'fail')).toThrow(
      expect.objectContaining({ code: 'message.not_found', result: { count: 1, failed } }),
    );
  });
});
