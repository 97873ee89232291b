import { Filter } from '@mailwright/core';
import { parseInput } from './input.ts';

test('what is nested too deep for the stack is a mistake of the input', () => {
  let filter: object = { op: 'flag', name: 'seen', value: true };
  for (let depth = 0; depth < 20_000; depth++) filter = { op: 'not', of: filter };
  expect(() => parseInput(Filter, filter, 'filter')).toThrow(
    expect.objectContaining({ code: 'input.invalid', message: 'filter: it is nested too deep' }),
  );
});
