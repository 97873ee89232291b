import type { SessionContext } from '@mailwright/core';
import { fakeContext, fakeMailbox } from '@mailwright/testing';
import { disconnect } from './disconnect.ts';
import example from './disconnect.example.json' with { type: 'json' };

async function run(given: object, open: string[]) {
  const sessions: SessionContext['sessions'] = {
    open: () => Promise.reject(new Error('not here')),
    openSaved: () => Promise.reject(new Error('not here')),
    close: async (name) => open.includes(name) && open.splice(open.indexOf(name), 1).length === 1,
    names: () => [...open],
  };
  return disconnect.run(disconnect.input.parse(given), { ...fakeContext(fakeMailbox()), sessions });
}

test('closes the session of its name and no other', async () => {
  const open = ['Default', 'Invoices'];
  expect(await run(example, open)).toEqual({ closed: ['Invoices'] });
  expect(open).toEqual(['Default']);
});

test('without a name it closes Default', async () => {
  expect(await run({}, ['Default', 'Invoices'])).toEqual({ closed: ['Default'] });
});

test('an unknown name gives an empty list', async () => {
  expect(await run({ session: 'Nobody' }, ['Default'])).toEqual({ closed: [] });
});

test('closes all that are open when asked', async () => {
  const open = ['Default', 'Invoices'];
  expect(await run({ all: true }, open)).toEqual({ closed: ['Default', 'Invoices'] });
  expect(open).toEqual([]);
});
