import { z } from 'zod';
import { defineAction } from './action.ts';
import { sentence } from './sentence.ts';

const ref = (id: string) => ({ folder: 'INBOX', id });

describe('the line of a step', () => {
  const definition = (line: string) =>
    defineAction({
      id: 'email.x',
      title: 'X',
      summary: 'X',
      line,
      effect: 'read',
      needs: [],
      input: z.strictObject({}),
      output: z.object({}),
      run: async () => ({}),
    });
  const read = (line: string, input: Record<string, unknown>) => String(sentence(definition(line), input));

  test('names what was filled in; what was not leaves no trace', () => {
    expect(read('Move {messages} to {to}', { messages: { ref: ref('1'), subject: 'Invoice' }, to: 'Done' })).toBe('Move "Invoice" to Done');
    expect(read('Save {names} attachments of {messages}', { messages: ref('1') })).toBe('Save attachments of a message');
    expect(read('To {to}, about {subject}.', { subject: 'x' })).toBe('To, about x.');
    expect(read('{to}', { to: [{ address: 'a@x.test' }, 'b@x.test'] })).toBe('a@x.test, b@x.test');
    expect(read('{to}', { to: ['a', 'b', 'c', 'd'] })).toBe('4 items');
  });

  test('a filter is a phrase, a server its host, and a value is never read as a place', () => {
    const filter = { op: 'flag', name: 'seen', value: false };
    expect(read('Move {m}', { m: { folder: 'INBOX', filter } })).toBe('Move mail in INBOX: unread');
    for (const empty of [{}, { op: 'and', of: [] }]) expect(read('Each: {f} in {to}', { f: empty, to: 'INBOX' })).toBe('Each: in INBOX');
    expect(read('Connect to {server}', { server: { backend: 'imap', host: 'h.test', auth: { password: { insecure: 'canary' } } } })).toBe(
      'Connect to h.test (imap)',
    );
    expect(read('{a} {b}', { a: '{b}', b: 'x' })).toBe('{b} x');
    expect(read('{a}', { a: 'x'.repeat(100) })).toHaveLength(80);
  });
});
